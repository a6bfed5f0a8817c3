/** A signature of `approve` or `refuse`: whose decision it is, proven (docs/identities.md). */
import type { KeyObject } from 'node:crypto';
import type { GateStatus, ReleaseStatus } from '../domain/status.js';
import { signApproval } from '../identity/sign.js';
import type { Temporal } from './connection.js';
import { ReleaseError } from './errors.js';
import { readRelease, type Target } from './read.js';

/** What is to be signed, as the command will say it. */
export interface Signing {
  verb: 'approve' | 'refuse';
  by: string;
  commandId: string;
  /** The gate that is meant; refused when another one waits. */
  gate?: string | undefined;
}

/** The part of a status that a signature covers. */
export type Signable = Pick<ReleaseStatus, 'app' | 'workflowId' | 'version' | 'startedAt'> & {
  gate: Pick<GateStatus, 'gate' | 'since'> | null;
};

/** The fields that the command carries besides its own. */
export interface Signature {
  gate: string;
  signature: string;
}

/**
 * The status of a release that a decision can be signed for.
 * @throws ReleaseError closed, silent
 */
export async function signableOf(
  temporal: Temporal,
  target: Target,
  verb: Signing['verb'],
): Promise<Signable> {
  const reading = await readRelease(temporal, target);
  switch (reading.kind) {
    case 'open':
      return reading.status;
    case 'silent':
      throw new ReleaseError(
        'silent',
        `${verb} cannot be signed: ${reading.why}`,
        'only a release that answers can say which gate waits',
      );
    default:
      throw new ReleaseError(
        'closed',
        `${verb}: this release of ${target.app} is over`,
        `\`weapp-rollout status ${target.app}\` shows how it ended`,
      );
  }
}

/**
 * The gate that a decision is about.
 * @throws ReleaseError refused when no gate waits, or another one; usage when what is signed would not be what is sent
 */
export function gateOf(
  status: Signable,
  { verb, by, commandId, gate: meant }: Signing,
): Signable['gate'] & {} {
  if (!status.gate)
    throw new ReleaseError(
      'refused',
      `${verb}: no gate of ${status.app} waits for approval`,
      `\`weapp-rollout status ${status.app}\` shows what it waits for`,
    );
  const { gate } = status.gate;
  if (meant !== undefined && meant !== gate)
    throw new ReleaseError(
      'refused',
      `${verb}: ${meant} does not wait for approval, ${gate} does`,
      `--gate ${gate}`,
    );
  // A release trims and shortens what it is told; a signature of the longer text would never fit.
  for (const [option, value] of Object.entries({ '--by': by, '--command-id': commandId }))
    if (value.length > 100 || value !== value.trim() || value === '')
      throw new ReleaseError(
        'usage',
        `${verb}: ${option} must be 1 to 100 characters without space around them`,
      );
  return status.gate;
}

/** Signs a decision about the gate that waits. @throws as `gateOf` */
export function sign(status: Signable, signing: Signing, key: KeyObject): Signature {
  const { gate, since: askedAt } = gateOf(status, signing);
  const { verb, by, commandId } = signing;
  const { workflowId, version, startedAt } = status;
  return {
    gate,
    signature: signApproval({ workflowId, version, startedAt, gate, askedAt, verb, commandId, by }, key),
  };
}
