/** Attention: nothing advances until a person has looked. */
import { type ReleaseState, tell } from './state.js';

/** Why a person must look, and what they can do. */
export interface Blocked {
  reason: string;
  remedy: string;
}

/** A person must look; said once per reason. */
export function needPerson(
  state: ReleaseState,
  step: string,
  { reason, remedy }: Blocked,
  now: number,
): ReleaseState {
  if (state.attention?.reason === reason) return state;
  const next: ReleaseState = { ...state, attention: { reason, remedy, step, since: now } };
  return tell(next, {
    at: now,
    what: 'a person must look',
    why: `${reason}; ${remedy}`,
    by: 'weapp-rollout',
  });
}
