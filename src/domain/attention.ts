/** Attention: nothing advances until a person has looked. */
import { type ReleaseState, tell } from './state.js';

/** Why a person must look, and what they can do. */
export interface Blocked {
  reason: string;
  remedy: string;
}

/** WeChat ends its error texts with an id of the call (` rid: …`): the same error twice is not two texts. */
const withoutCallId = (text: string): string => text.replace(/ rid: [0-9a-f-]+/g, '');

/** A person must look; said once per reason. */
export function needPerson(
  state: ReleaseState,
  step: string,
  { reason, remedy }: Blocked,
  now: number,
): ReleaseState {
  if (state.attention !== null && withoutCallId(state.attention.reason) === withoutCallId(reason))
    return state;
  const next: ReleaseState = { ...state, attention: { reason, remedy, step, since: now } };
  return tell(next, {
    at: now,
    what: 'a person must look',
    why: `${reason}; ${remedy}`,
    by: 'weapp-rollout',
  });
}
