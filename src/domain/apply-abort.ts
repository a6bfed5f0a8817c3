/** An abort after a submission whose outcome is not known reads first: what runs unseen can be withdrawn, and is told. */
import type { Blocked } from './attention.js';
import type { ReleasePlan } from './plan.js';
import { proveSubmit } from './proofs.js';
import type { AuditReading } from './readings.js';
import { close, whyEnded } from './settle.js';
import type { ReleaseState } from './state.js';

/** The state with our audit, if it is there; else the release is over. */
export function submissionRead(
  state: ReleaseState,
  { version }: ReleasePlan,
  latest: AuditReading | null,
  now: number,
): ReleaseState {
  const proof = proveSubmit(latest, { version, beforeId: state.audit.beforeId });
  if (latest === null || proof.seen !== 'applied')
    return close(state, 'aborted', `${whyEnded(state)}; no user saw it; no audit of ours is to be seen`, now);
  return {
    ...state,
    audit: { ...state.audit, id: latest.auditId, state: latest.status, reason: latest.reason },
    // A guard may have taken it for somebody else's.
    guard: { ...state.guard, observed: { kind: 'ours' } },
  };
}

/** No user can have it, so that nobody has to wait until WeChat can be read again. */
export function submissionUnread(state: ReleaseState, { reason }: Blocked, now: number): ReleaseState {
  const text = `${whyEnded(state)}; no user saw it; nobody can tell whether an audit was submitted (${reason})`;
  return close(state, 'aborted', text, now);
}
