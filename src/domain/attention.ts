/** Attention: nothing advances until a person has looked. */
import { type ReleaseState, tell } from './state.js';
import type { Attention } from './status.js';

/** Why a person must look, and what they can do. */
export interface Blocked {
  reason: string;
  remedy: string;
}

/** WeChat ends its error texts with an id of the call (` rid: …`): the same error twice is not two texts. */
export const withoutCallId = (text: string): string => text.replace(/ rid: [0-9a-f-]+/g, '');

/** What a look at WeChat settles by itself; anything else is left by a person's command only. */
const SETTLED_BY_LOOKING: ReadonlySet<string> = new Set(['drift', 'watchAudit']);

export function isSettledByLooking(attention: Attention | null): boolean {
  return attention !== null && SETTLED_BY_LOOKING.has(attention.step);
}

/** What still needs a person beneath something that a look settles: it is kept, and comes back when that is settled. */
function covered(attention: Attention | null, step: string): Attention | null {
  if (attention === null || !SETTLED_BY_LOOKING.has(step)) return null;
  return isSettledByLooking(attention) ? (attention.covers ?? null) : attention;
}

/** What lay on top is settled: what it covered is what a person must look at again. */
export function uncovered(state: ReleaseState): ReleaseState {
  return { ...state, attention: state.attention?.covers ?? null };
}

/** A person must look; said once per reason. */
export function needPerson(
  state: ReleaseState,
  step: string,
  { reason, remedy }: Blocked,
  now: number,
): ReleaseState {
  if (state.attention !== null && withoutCallId(state.attention.reason) === withoutCallId(reason))
    return state;
  const covers = covered(state.attention, step);
  const attention: Attention = { reason, remedy, step, since: now, ...(covers && { covers }) };
  return tell(
    { ...state, attention },
    {
      at: now,
      what: 'a person must look',
      why: `${reason}; ${remedy}`,
      by: 'weapp-rollout',
    },
  );
}
