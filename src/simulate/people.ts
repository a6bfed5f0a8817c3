/** The approvers of a plan, who sign in a simulation with keys that are made for it. */
import type { ReleasePlan } from '../domain/plan.js';
import type { ReleaseStatus } from '../domain/status.js';
import { newKeyPair, readPrivateKey } from '../identity/keys.js';
import { signApproval } from '../identity/sign.js';

export class People {
  private readonly keys: Map<string, { privateKey: string; publicKey: string }>;

  constructor(plan: ReleasePlan) {
    const approvals = [plan.trial?.approval, ...plan.rollout.stages.map((stage) => stage.approval)];
    const names = approvals.flatMap((approval) => approval?.approvers ?? []);
    this.keys = new Map([...new Set(names)].map((name) => [name, newKeyPair()]));
  }

  /** `identities` of the worker's configuration. */
  identities(): Record<string, string[]> {
    return Object.fromEntries([...this.keys].map(([name, { publicKey }]) => [name, [publicKey]]));
  }

  /** The command with the signature of whom it is by; as it is when nobody of that name approves or no gate waits. */
  signed<Command extends { by: string; commandId: string }>(
    verb: string,
    command: Command,
    { workflowId, version, startedAt, gate }: ReleaseStatus,
  ): Command & { gate?: string; signature?: string } {
    const keys = this.keys.get(command.by);
    if (keys === undefined || gate === null || (verb !== 'approve' && verb !== 'refuse')) return command;
    const { by, commandId } = command;
    const asked = { gate: gate.gate, askedAt: gate.since };
    const statement = { workflowId, version, startedAt, ...asked, verb, commandId, by };
    return {
      ...command,
      gate: gate.gate,
      signature: signApproval(statement, readPrivateKey(keys.privateKey)),
    };
  }
}
