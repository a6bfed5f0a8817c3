/** A push about the audit wakes a reading, but not more often than every few seconds: pushes can come in storms. */
import type { ReleasePlan } from './plan.js';
import type { ReleaseState } from './state.js';

const WAKE_GAP_MS = 5_000;

/** The state with the push turned into a new reading once the gap has passed. */
export function wakeAudit(state: ReleaseState, _plan: ReleasePlan, now: number): ReleaseState {
  const { audit } = state;
  if (!audit.pushed || now < (wakeAuditAt(state) ?? 0)) return state;
  return { ...state, audit: { ...audit, pushed: false, wakes: audit.wakes + 1, lastWake: now } };
}

/** When a waiting push is looked at, milliseconds since the epoch; null when none waits. */
export function wakeAuditAt(state: ReleaseState): number | null {
  if (!state.audit.pushed) return null;
  return state.audit.lastWake === null ? 0 : state.audit.lastWake + WAKE_GAP_MS;
}
