/** The steps up the ladder: what a confirmed percentage does to a release. */
import { uncovered } from './attention.js';
import type { EffectFacts } from './effects.js';
import { liftPauses } from './pauses.js';
import { nextPhase } from './phase.js';
import type { ReleasePlan } from './plan.js';
import type { SetElsewhere } from './readings.js';
import { soakLeft, startSoak } from './soak.js';
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
    elsewhere: null,
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
    ladder: { ...ladder, unproven: [], promoted: false, forced: false },
    override: null,
    confirmation: null,
    unconfirmed: '',
    outdated: 0,
    guard: { ...state.guard, counters: {}, observed: { kind: 'ours' } },
    pushed: {},
    acted: [],
  };
}

/** Someone else began our staged release, or released to everyone: from here on users may have the version. */
export function begun(state: ReleaseState, seen: SetElsewhere | undefined, at: number): ReleaseState {
  return {
    ...state,
    phase: nextPhase(state.phase, 'rolloutStarted'),
    ladder: {
      ...state.ladder,
      elsewhere: seen === undefined ? null : 'begun',
      begunByOthers: true,
      confirmedAt: at,
      createdSec: seen?.createdSec ?? null,
      finishesSec: seen?.finishesSec ?? null,
    },
  };
}

/** A staged release that someone else began is gone before we took it over: the ladder is still to begin. */
export function handedBack(state: ReleaseState): ReleaseState {
  const { baseline, ladder } = state;
  const { createdSec } = ladder;
  const gone = baseline?.grayPlan && createdSec !== null ? { ...baseline.grayPlan, createdSec } : null;
  return {
    ...state,
    phase: nextPhase(state.phase, 'handedBack'),
    // What is left of it must not be taken for ours.
    baseline: baseline && gone ? { ...baseline, grayPlan: { ...gone, status: 'deleted' } } : baseline,
    ladder: { ...ladder, elsewhere: null, confirmedAt: null, createdSec: null, finishesSec: null },
  };
}

/**
 * Takes over a percentage that someone else set: the next stage is the first higher one. The soaks that were skipped
 * are added to what is left of the running one; the approvals stay owed.
 */
export function adopt(state: ReleaseState, plan: ReleasePlan, now: number): ReleaseState {
  const { observed } = state.guard;
  const seen = observed.kind === 'advanced' ? observed.plan : undefined;
  if (seen === undefined) return state;
  const { ladder } = state;
  const { stages } = plan.rollout;
  const reached = stages.filter(({ percentage }) => percentage <= seen.percentage).length - 1;
  const stage = Math.max(ladder.stage, Math.min(reached, stages.length - 2));
  const skipped = stages.slice(ladder.stage + 1, stage + 1);
  const owedMs = skipped.reduce((sum, { soakMs }) => sum + soakMs, 0);
  const leftMs = ladder.soak === null || ladder.promoted ? 0 : soakLeft(ladder.soak, now);
  const lifted = liftPauses(state, ({ kind }) => kind === 'drift', now);
  const watched = { ...lifted, guard: { ...lifted.guard, generation: lifted.guard.generation + 1 } };
  const taken = freshStage(watched, {
    ...ladder,
    stage,
    elsewhere: 'adopted',
    percentage: seen.percentage,
    confirmedAt: now,
    soak: startSoak(leftMs + owedMs, now, isPaused(lifted)),
    createdSec: seen.createdSec,
    finishesSec: seen.finishesSec ?? ladder.finishesSec,
    confirmations: ladder.confirmations.map((moment, index) => (index === stage ? (moment ?? now) : moment)),
    // Everyone has it as far as the staged release goes; it may take a few minutes to be online.
    completingSince: seen.percentage >= 100 ? now : null,
  });
  return tell(state.attention?.step === 'drift' ? uncovered(taken) : taken, {
    at: now,
    what: `${seen.percentage} % adopted`,
    why: observed.kind === 'advanced' ? observed.text : '',
    by: 'weapp-rollout',
  });
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
    elsewhere: null,
    createdSec: facts.createdSec ?? state.ladder.createdSec,
    finishesSec: facts.finishesSec ?? state.ladder.finishesSec,
    unproven: [],
  };
  if (facts.online) return completed({ ...state, ladder }, plan, at, now);
  return { ...state, ladder: { ...ladder, completingSince: at, confirmedAt: ladder.confirmedAt ?? at } };
}

/** Everyone has the version; the bake begins. What a person had to look at on the way is settled by that. */
export function completed(state: ReleaseState, plan: ReleasePlan, at: number, now: number): ReleaseState {
  const last = plan.rollout.stages.length - 1;
  const lifted = liftPauses(state, ({ kind }) => kind === 'drift', now);
  const { ladder } = lifted;
  const next = freshStage(
    { ...lifted, phase: nextPhase(state.phase, 'completed'), attention: null },
    {
      ...ladder,
      elsewhere: null,
      stage: last,
      percentage: 100,
      confirmedAt: at,
      completingSince: null,
      everOnline: true,
      soak: startSoak(plan.rollout.bakeMs, at, isPaused(lifted)),
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
