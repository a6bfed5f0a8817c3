/** The steps up the ladder: what a confirmed percentage does to a release. */
import type { EffectFacts } from './effects.js';
import { nextPhase } from './phase.js';
import type { ReleasePlan } from './plan.js';
import { startSoak } from './soak.js';
import { isPaused, type ReleaseState, tell } from './state.js';

/** A stage of the ladder was confirmed; its soak and its counters begin. */
export function staged(
  state: ReleaseState,
  plan: ReleasePlan,
  index: number,
  facts: EffectFacts,
  at: number,
  now: number,
): ReleaseState {
  const { ladder } = state;
  const confirmations = ladder.confirmations.map((moment, stage) => (stage === index ? at : moment));
  const next = freshStage(state, {
    ...ladder,
    stage: index,
    percentage: facts.percentage ?? ladder.percentage,
    confirmedAt: at,
    soak: startSoak(plan.rollout.stages[index]?.soakMs ?? 0, at, isPaused(state)),
    createdSec: facts.createdSec ?? ladder.createdSec,
    finishesSec: facts.finishesSec ?? ladder.finishesSec,
    confirmations,
  });
  return tell(next, {
    at: now,
    what: `${facts.percentage} %`,
    why: 'confirmed by reading',
    by: 'weapp-rollout',
  });
}

function freshStage(state: ReleaseState, ladder: ReleaseState['ladder']): ReleaseState {
  return {
    ...state,
    ladder: { ...ladder, promoted: false, forced: false },
    confirmation: null,
    unconfirmed: '',
    guard: { ...state.guard, counters: {}, observed: { kind: 'ours' } },
    pushed: {},
    acted: [],
  };
}

/** grayrelease 100 was confirmed; the version may take a few minutes to be online. */
export function fullRelease(
  state: ReleaseState,
  plan: ReleasePlan,
  facts: EffectFacts,
  at: number,
  now: number,
): ReleaseState {
  const ladder = {
    ...state.ladder,
    createdSec: facts.createdSec ?? state.ladder.createdSec,
    finishesSec: facts.finishesSec ?? state.ladder.finishesSec,
  };
  if (facts.online) return completed({ ...state, ladder }, plan, at, now);
  return { ...state, ladder: { ...ladder, completingSince: at, confirmedAt: ladder.confirmedAt ?? at } };
}

/** Everyone has the version; the bake begins. What a person had to look at on the way is settled by that. */
export function completed(state: ReleaseState, plan: ReleasePlan, at: number, now: number): ReleaseState {
  const { ladder } = state;
  const last = plan.rollout.stages.length - 1;
  const next = freshStage(
    { ...state, phase: nextPhase(state.phase, 'completed'), attention: null },
    {
      ...ladder,
      stage: last,
      percentage: 100,
      confirmedAt: at,
      completingSince: null,
      everOnline: true,
      soak: startSoak(plan.rollout.bakeMs, at, isPaused(state)),
      confirmations: ladder.confirmations.map((moment, stage) => (stage === last ? at : moment)),
    },
  );
  return tell(next, {
    at: now,
    what: '100 %',
    why: 'online for everyone, confirmed by reading',
    by: 'weapp-rollout',
  });
}
