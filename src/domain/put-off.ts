/** Writes that WeChat does not take yet: a privacy scan is running, or a limit of calls is reached. Nothing was sent. */
import { needPerson } from './attention.js';
import { EFFECTS, type EffectName, type EffectResult } from './effects.js';
import { type PutOff, type ReleaseState, tell } from './state.js';

/** Times in a row that WeChat may put a write off before a person must look; with the delays below about two hours. */
const MAX_TIMES = 30;
const LONGEST_MS = 5 * 60_000;

/** Soon at first and then more rarely, since each time is history; never sooner than WeChat says. */
function delayMs(askedMs: number, times: number): number {
  return Math.max(askedMs, Math.min(1_000 * 2 ** times, LONGEST_MS));
}

/** The state after WeChat asked to come back later. */
export function putOff(
  state: ReleaseState,
  effect: EffectName,
  { answer, afterMs }: Extract<EffectResult, { status: 'deferred' }>,
  now: number,
): ReleaseState {
  const times = state.putOff?.effect === effect ? state.putOff.times + 1 : 1;
  if (times > MAX_TIMES) {
    const remedy = 'WeChat keeps asking to come back later; `retry` begins again';
    return needPerson({ ...state, putOff: null }, effect, { reason: answer, remedy }, now);
  }
  const next: ReleaseState = {
    ...state,
    putOff: { effect, times, until: now + delayMs(afterMs, times), why: answer },
  };
  if (times > 1) return next;
  const what = `WeChat does not take ${EFFECTS[effect].endpoint} yet`;
  return tell(next, { at: now, what, why: answer, by: 'weapp-rollout' });
}

/** What is being waited for before this effect is tried again; null when it may be. */
export function waitedFor({ putOff: off }: ReleaseState, effect: EffectName, now: number): PutOff | null {
  return off !== null && off.effect === effect && now < off.until ? off : null;
}

/** Why a step that is put off waits. */
export function sayPutOff({ effect, why }: PutOff): string {
  return `asks again for ${EFFECTS[effect].endpoint}: ${why}`;
}
