/** WeChat's own deadline: a staged release is completed on its 15th day, whatever we think of it. */
import { EFFECTS } from './effects.js';
import { PLATFORM_ACTION_MS, PLATFORM_LIMIT_MS, PLATFORM_WARNING_MS, type ReleasePlan } from './plan.js';
import { notice, type ReleaseState, tell } from './state.js';

/** When WeChat completes the plan by itself and when we act before it; null when none of ours runs. */
export function platformDeadlineOf(
  state: ReleaseState,
  plan: ReleasePlan,
): { finishesAt: number; actsAt: number } | null {
  const { createdSec, finishesSec } = state.ladder;
  const begunAt = createdSec === null ? unprovenSince(state, plan) : createdSec * 1000;
  if (begunAt === null || state.phase !== 'rolling') return null;
  const finishesAt = finishesSec ? finishesSec * 1000 : begunAt + PLATFORM_LIMIT_MS;
  return { finishesAt, actsAt: finishesAt - PLATFORM_ACTION_MS };
}

/** When a first stage was written whose outcome is not known, milliseconds: users may have the version since then. */
export function unprovenSince({ effects }: ReleaseState, { rules }: ReleasePlan): number | null {
  if (rules < 2) return null;
  const { endpoint: gray } = EFFECTS.grayRelease;
  return effects.find(({ endpoint, result }) => endpoint === gray && result === 'unknown')?.at ?? null;
}

/** WeChat completes a staged release on its 15th day, paused or not, with everyone on the new version. */
export function platformDeadline(state: ReleaseState, plan: ReleasePlan, now: number): ReleaseState {
  const deadline = platformDeadlineOf(state, plan);
  if (deadline === null) return state;
  const when = new Date(deadline.finishesAt).toISOString();
  let next = state;
  if (!next.platformWarned && now >= deadline.finishesAt - PLATFORM_WARNING_MS) {
    const text = `WeChat completes this staged release by itself at ${when}, paused or not`;
    next = tell(notice({ ...next, platformWarned: true }, text), {
      at: now,
      what: 'platform deadline near',
      why: text,
      by: 'WeChat',
    });
  }
  if (now < deadline.actsAt || next.ending !== null || next.ladder.forced) return next;
  const why = `one hour before WeChat completes the staged release by itself (${when})`;
  if (plan.rollout.onPlatformDeadline === 'revert')
    return {
      ...next,
      ending: {
        reason: why,
        by: 'plan: rollout.onPlatformDeadline',
        at: now,
        withdrawAudit: false,
      },
    };
  return tell(
    { ...next, attention: null, ladder: { ...next.ladder, full: true, promoted: true, forced: true } },
    { at: now, what: 'complete now', why, by: 'plan: rollout.onPlatformDeadline' },
  );
}
