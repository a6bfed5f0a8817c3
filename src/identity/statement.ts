/** What an approver signs, as the one text that signer and verifier both make of it. */

/** One decision of one person about one gate of one release. */
export interface Statement {
  /** `release:<appid>`. */
  workflowId: string;
  /** The version that is released. */
  version: string;
  /** When the release was started, milliseconds since the epoch. A run id would not do: a release may continue as a new run. */
  startedAt: number;
  /** The key of the gate that is asked for, as status shows it. */
  gate: string;
  /** Since when it is asked for, milliseconds since the epoch: whoever agreed before a refusal agreed to something else. */
  askedAt: number;
  /** What is decided: `approve` or `refuse`. */
  verb: string;
  /** Repeats of an id change nothing, so neither does a signature that is sent again. */
  commandId: string;
  /** The approver's name, as the worker's configuration and the plan have it. */
  by: string;
}

/** Nothing that a release names itself is as long. Characters. */
const LONGEST = 1_000;
/** Stands before everything signed here, so that no signature made for another purpose fits. */
const DOMAIN = 'weapp-rollout approval v1\n';

const TEXTS = ['workflowId', 'version', 'gate', 'verb', 'commandId', 'by'] as const;
const MOMENTS = ['startedAt', 'askedAt'] as const;

/** The text that is signed: a line that says what it is, then a JSON array in a fixed order, without spaces. UTF-8. */
export function statementText(statement: Statement): string {
  const { workflowId, version, startedAt, gate, askedAt, verb, commandId, by } = statement;
  return DOMAIN + JSON.stringify([workflowId, version, startedAt, gate, askedAt, verb, commandId, by]);
}

/** What cannot be signed in a statement, in a clause that names the field; null when all can. Takes anything at all. */
export function statementFault(given: Readonly<Record<string, unknown>>): string | null {
  for (const field of TEXTS) {
    const value = given[field];
    if (typeof value !== 'string' || value === '') return `${field} is missing`;
    if (value.length > LONGEST) return `${field} is longer than ${LONGEST} characters`;
  }
  const moment = MOMENTS.find((field) => !Number.isSafeInteger(given[field]));
  return moment === undefined ? null : `${moment} is not a whole number of milliseconds since the epoch`;
}
