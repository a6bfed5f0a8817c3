/**
 * How long a release took, and how much of that it stood still for people: paused, before an approval, held until promoted,
 * after a rejection, or because a person must look. A freeze and a window end by themselves, so they are progress, and so is
 * WeChat's audit. total = progress + human wait.
 */
import { isStageOver, waitingGate } from './gates.js';
import type { ReleasePlan } from './plan.js';
import { soakLeft } from './soak.js';
import { isPaused, type ReleaseState } from './state.js';

/** How long a release took. total = progress + human wait. */
export interface Durations {
  totalMs: number;
  progressMs: number;
  /** Paused, before an approval, held, rejected, or because a person must look. */
  humanWaitMs: number;
}

/** Whether nothing advances until somebody does something. */
export function waitsForPeople(state: ReleaseState, plan: ReleasePlan, now: number): boolean {
  if (state.phase === 'closed') return false;
  if (state.attention !== null || isPaused(state)) return true;
  if (state.phase === 'auditing' && state.audit.state === 'rejected') return true;
  return waitingGate(state, plan, now) !== null || isHolding(state, plan, now);
}

/** The soak is over, and the stage ends only by promote. */
function isHolding(state: ReleaseState, plan: ReleasePlan, now: number): boolean {
  const { phase, ladder } = state;
  if (phase !== 'rolling' || ladder.forced || isStageOver(state, plan, now)) return false;
  return ladder.completingSince === null && (ladder.soak === null || soakLeft(ladder.soak, now) === 0);
}

/**
 * A rule of settle: the clock of human wait starts and stops as the release sees it. While a write is under way nothing is
 * decided, so what came meanwhile counts from its end on.
 */
export function countHumanWait(state: ReleaseState, plan: ReleasePlan, now: number): ReleaseState {
  const { humanWait = NONE } = state;
  const waits = waitsForPeople(state, plan, now);
  if (waits === (humanWait.since !== null)) return state;
  return { ...state, humanWait: { ms: soFar(humanWait, now), since: waits ? now : null } };
}

/** Nothing yet; a release that comes from a version before 0.2 is counted from there on. */
const NONE = { ms: 0, since: null };

const soFar = ({ ms, since }: NonNullable<ReleaseState['humanWait']>, now: number): number =>
  since === null ? ms : ms + Math.max(0, now - since);

/** Until `now`, or until it was closed. */
export function durationsOf(state: ReleaseState, now: number): Durations {
  const end = state.closedAt ?? now;
  const totalMs = Math.max(0, end - state.startedAt);
  const humanWaitMs = Math.min(totalMs, soFar(state.humanWait ?? NONE, end));
  return { totalMs, progressMs: totalMs - humanWaitMs, humanWaitMs };
}
