/** What a guard and a confirmation do to a release: health first, then drift (drift-policy.ts). */
import type { Counted } from './counters.js';
import { observe } from './drift-policy.js';
import type { Counters, HealthDecision, Judgement } from './health.js';
import type { ReleasePlan } from './plan.js';
import { isSame, type Observed } from './readings.js';
import type { ReleaseState } from './state.js';
import type { Phase } from './status.js';
import { applyHealth } from './verdicts.js';

/** Why a guard ended. */
export interface GuardResult {
  at: number;
  /** Null when the guard ended for health's sake before it looked. */
  observed: Observed | null;
  decisions: HealthDecision[];
  counters: Record<string, Counters>;
}

/** What a guard was begun for. */
export interface Guarded {
  phase: Phase;
  stage: number;
  generation: number;
}

/** What a confirmation measured and saw; `decisions` and `counters` of the metrics that the guard measures no more. */
export interface ConfirmResult extends Counted {
  at: number;
  observed: Observed;
  judgements: Judgement[];
}

/** The state after a guard ended. */
export function applyGuard(
  state: ReleaseState,
  plan: ReleasePlan,
  { of, result }: { of?: Guarded; result: GuardResult },
  now: number,
): ReleaseState {
  if (state.phase === 'reverting') return state;
  if (of !== undefined && !isCurrent(state, of)) return revertOnly(state, result.decisions, now);
  const last = Object.entries(result.counters).flatMap(([name, counters]) =>
    counters.last === null ? [] : [[name, counters.last] as const],
  );
  const counted: ReleaseState = {
    ...state,
    judgements: { ...state.judgements, ...Object.fromEntries(last) },
    guard: { ...state.guard, counters: result.counters, generation: state.guard.generation + 1 },
  };
  const judged = result.decisions.reduce((next, decision) => applyHealth(next, decision, now), counted);
  return result.observed === null ? judged : observe(judged, plan, result.observed, result.at, now);
}

function isCurrent({ phase, ladder, guard }: ReleaseState, of: Guarded): boolean {
  return of.phase === phase && of.stage === ladder.stage && of.generation === guard.generation;
}

/**
 * A guard that ended at the same moment as something that moved the release on saw what is no longer so, and its counts
 * are those of another stage. That users must be taken back holds all the same.
 */
function revertOnly(state: ReleaseState, decisions: HealthDecision[], now: number): ReleaseState {
  return decisions
    .filter(({ action }) => action === 'revert')
    .reduce((next, decision) => applyHealth(next, decision, now), state);
}

/** The state after a confirmation of a stage. */
export function applyConfirm(
  state: ReleaseState,
  plan: ReleasePlan,
  { stage, result }: { stage: number; result: ConfirmResult },
  now: number,
): ReleaseState {
  if ((state.phase !== 'rolling' && state.phase !== 'baking') || stage !== state.ladder.stage) return state;
  const judgements = {
    ...state.judgements,
    ...Object.fromEntries(result.judgements.map((judgement) => [judgement.metric, judgement])),
  };
  // The guard tells only what is new to it: it begins again with what was seen and counted here.
  const news = result.counters !== undefined || !isSame(result.observed, state.guard.observed);
  const guard = {
    ...state.guard,
    counters: { ...state.guard.counters, ...result.counters },
    generation: state.guard.generation + (news ? 1 : 0),
  };
  const decided = (result.decisions ?? []).reduce((next, decision) => applyHealth(next, decision, now), {
    ...state,
    judgements,
    guard,
  });
  const seen = observe(decided, plan, result.observed, result.at, now);
  if (result.observed.kind !== 'ours') return seen;
  const missing = result.judgements.filter((judgement) => judgement.verdict !== 'pass');
  return missing.length === 0
    ? { ...seen, confirmation: { at: result.at, stage }, unconfirmed: '' }
    : { ...seen, unconfirmed: `waits for a fresh pass: ${missing.map((entry) => entry.message).join('; ')}` };
}
