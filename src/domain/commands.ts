/** What people can do, and when: a table of verb × phase. Reading a command out of any JSON is parse-command.ts. */
import type { AuditItem } from './plan.js';
import type { Actor, Phase } from './status.js';

export const VERBS = [
  'pause',
  'resume',
  'promote',
  'approve',
  'refuse',
  'abort',
  'rollback',
  'resubmit',
  'retry',
  'giveUp',
  'freeze',
  'unfreeze',
] as const;
export type Verb = (typeof VERBS)[number];

/**
 * yes: taken; no: refused, and why; noop: taken, changes nothing; attention: only while a person must look;
 * gate: only while a gate waits for people; rejected: only after WeChat rejected the audit, or would not take it.
 */
export type Admission = 'yes' | 'no' | 'noop' | 'attention' | 'gate' | 'rejected';

const NEVER: Record<Phase, Admission> = {
  preparing: 'no',
  auditing: 'no',
  ready: 'no',
  rolling: 'no',
  baking: 'no',
  reverting: 'no',
  closed: 'no',
};

const ALWAYS: Record<Phase, Admission> = {
  preparing: 'yes',
  auditing: 'yes',
  ready: 'yes',
  rolling: 'yes',
  baking: 'yes',
  reverting: 'no',
  closed: 'no',
};

const WHILE_A_PERSON_MUST_LOOK: Record<Phase, Admission> = {
  preparing: 'attention',
  auditing: 'attention',
  ready: 'attention',
  rolling: 'attention',
  baking: 'attention',
  reverting: 'attention',
  closed: 'no',
};

const AT_A_GATE: Record<Phase, Admission> = { ...NEVER, preparing: 'gate', ready: 'gate', rolling: 'gate' };

export const ADMISSION: Record<Verb, Record<Phase, Admission>> = {
  pause: ALWAYS,
  resume: ALWAYS,
  promote: { ...NEVER, rolling: 'yes', baking: 'yes' },
  approve: AT_A_GATE,
  refuse: AT_A_GATE,
  // Users on their way back are where an abort would take them.
  abort: { ...ALWAYS, reverting: 'noop', closed: 'noop' },
  // A closed release is taken back by a workflow of its own, under the same id.
  rollback: { ...NEVER, baking: 'yes' },
  resubmit: { ...NEVER, auditing: 'rejected' },
  retry: WHILE_A_PERSON_MUST_LOOK,
  giveUp: WHILE_A_PERSON_MUST_LOOK,
  freeze: ALWAYS,
  unfreeze: ALWAYS,
};

/** One line per verb, for menus and for what a person may do next. */
export const VERB_HELP: Record<Verb, string> = {
  pause:
    'Stop before the next step. The percentage stays, health is still watched and may still take users back.',
  resume:
    'Go on after a pause. Name the metric to lift a pause that a metric caused; adopt: true takes over a percentage that someone raised in the console; restart: true soaks again from the start.',
  promote:
    'End this soak or hold now. Needs expect: the percentage that is running. full: true goes straight to 100; skipped approvals stay owed.',
  approve: 'Agree to what waits for approval. by is one of the approvers.',
  refuse:
    'Disagree with what waits for approval: the release pauses, and approvals start again after resume.',
  abort:
    'Take users back and end the release. withdrawAudit: true takes a running audit back too (spends quota).',
  rollback: 'While it bakes: end the release and bring everyone to a version that WeChat lists.',
  resubmit:
    'After a rejection, or when WeChat refused the submission: submit again, with corrected items or a new template.',
  retry: 'While a person must look: try the same step again.',
  giveUp: 'While a person must look: close as failed. Refused while a staged release may be running.',
  freeze: 'No stage begins until the freeze is over. Needs reason, and until or for.',
  unfreeze:
    'Lift the freeze. override: true keeps it, and lets the next stage begin in spite of freeze and window.',
};

/** A payload that works for most; to show, not to send. */
export const VERB_EXAMPLE: Partial<Record<Verb, Record<string, unknown>>> = {
  promote: { expect: 10 },
  rollback: { version: '1.3.0' },
  freeze: { for: '2d' },
};

export interface Command {
  verb: Verb;
  /** Repeats of an id change nothing. */
  commandId: string;
  by: string;
  reason: string;
  via: Actor['via'];
  /** promote: the percentage that is running. */
  expect?: number;
  full?: boolean;
  /** resume: soak again from the start. */
  restart?: boolean;
  /** resume: take over what someone did in the console. */
  adopt?: boolean;
  /** resume: the metric whose pause is lifted. */
  metric?: string;
  withdrawAudit?: boolean;
  /** approve, refuse: the gate that is meant, and a signature over both (see docs/identities.md). */
  gate?: string;
  signature?: string;
  /** rollback: the version to go back to, or its number in WeChat's list. */
  version?: string;
  appVersion?: number;
  /** resubmit: corrected items of submit_audit, or another template. */
  items?: AuditItem[];
  template?: number;
  /** freeze: its end, milliseconds since the epoch, or its length, milliseconds. */
  until?: number;
  forMs?: number;
  /** unfreeze: the next stage begins in spite of freeze and window. */
  override?: boolean;
}

/** A value pushed for a metric of kind `push`. */
export interface HealthReport {
  metric: string;
  value: number | null;
  verdict: 'pass' | 'fail' | null;
  samples: number | null;
  /** When it was measured, milliseconds since the epoch; null: now. */
  at: number | null;
  /** One that is sent again with the same id counts once. */
  commandId?: string;
}
