/** pause and resume. */
import { forgetActed } from '../counters.js';
import { isAdoptable, takeOver } from '../drift-policy.js';
import { approvalOf } from '../gates.js';
import { NO_COUNTS } from '../health.js';
import { addPause, liftPauses } from '../pauses.js';
import type { ReleasePlan } from '../plan.js';
import { soakLeft, startSoak } from '../soak.js';
import { isPaused, type ReleaseState } from '../state.js';
import type { PauseReason } from '../status.js';
import { accepted, type Handler, paste, refused } from './steered.js';

export const pause: Handler = (state, _plan, { by, reason }, now) => {
  if (state.pauses.some((entry) => entry.kind === 'human')) return accepted(state, 'already paused');
  const paused = addPause(state, { kind: 'human', reason, by, at: now }, now);
  // The command's own line tells it.
  return accepted({ ...paused, decisions: state.decisions }, 'paused; health is still watched');
};

export const resume: Handler = (state, plan, command, now) => {
  if (command.adopt) return adoptDrift(state, plan, now);
  if (!isPaused(state)) return refused(state, 'it is not paused');
  const { metric } = command;
  const isNamed = (entry: PauseReason) => entry.kind === 'metric' && entry.metric === metric;
  if (metric !== undefined && !state.pauses.some(isNamed))
    return refused(
      state,
      `metric ${metric} has not paused it; it is paused by ${state.pauses.map(nameOf).join(', ')}`,
    );
  const lifts = (entry: PauseReason) => isPlain(entry) || (metric !== undefined && isNamed(entry));
  if (!state.pauses.some(lifts)) return refused(state, howToGoOn(state));
  const gates = state.pauses.some(({ kind }) => kind === 'approval')
    ? askAgain(state, plan, now)
    : state.gates;
  const counted = metric === undefined ? state : withoutCounts(state, metric);
  const lifted = liftPauses({ ...counted, gates }, lifts, now);
  const next = command.restart ? soakAgain(lifted, plan, now) : lifted;
  return accepted(next, isPaused(next) ? `still paused by ${next.pauses.map(nameOf).join(', ')}` : 'resumed');
};

/** A resume that names nothing lifts it. */
const isPlain = ({ kind }: PauseReason): boolean => kind === 'human' || kind === 'approval';

const nameOf = ({ kind, metric, by, reason }: PauseReason): string =>
  kind === 'metric' ? `metric ${metric}` : kind === 'drift' ? reason : by;

/** What lifts the pauses. */
function howToGoOn(state: ReleaseState): string {
  const plain = state.pauses.some(isPlain) ? ['`resume` goes on'] : [];
  const metrics = state.pauses.flatMap(({ kind, metric }) => (kind === 'metric' ? [paste({ metric })] : []));
  const drifts = state.pauses.flatMap(({ kind, reason }) =>
    kind === 'drift'
      ? [
          isAdoptable(state)
            ? `${reason}; to take it over send ${paste({ adopt: true })}`
            : `${reason}; WeChat has no call for it: press it in the console (mp.weixin.qq.com, version management), and the release goes on by itself`,
        ]
      : [],
  );
  const named = metrics.length > 0 ? [`paused by a metric; name it to go on: ${metrics.join(' or ')}`] : [];
  return [...plain, ...named, ...drifts].join('; ');
}

/** What is added to an answer that moves nothing because the release is paused. */
export function andPaused(state: ReleaseState): string {
  if (!isPaused(state)) return '';
  return `; still paused (${state.pauses.map(({ reason }) => reason).join('; ')}): ${howToGoOn(state)}`;
}

/** A gate that was refused asks anew; one that was waited for in vain is waited for once more. */
function askAgain(state: ReleaseState, plan: ReleasePlan, now: number): ReleaseState['gates'] {
  const asked = Object.entries(state.gates).filter(([, gate]) => !gate.refused);
  return Object.fromEntries(
    asked.map(([key, gate]) => {
      const timeoutMs = approvalOf(plan, key)?.timeoutMs ?? null;
      const clock = timeoutMs === null ? null : startSoak(timeoutMs, now, false);
      return [key, gate.timedOut ? { ...gate, timedOut: false, clock } : gate];
    }),
  );
}

function withoutCounts(state: ReleaseState, metric: string): ReleaseState {
  const { guard, pushed } = state;
  return {
    ...state,
    acted: forgetActed(state.acted, metric),
    pushed: metric in pushed ? { ...pushed, [metric]: NO_COUNTS } : pushed,
    guard: {
      ...guard,
      counters: { ...guard.counters, [metric]: NO_COUNTS },
      generation: guard.generation + 1,
    },
  };
}

function soakAgain(state: ReleaseState, plan: ReleasePlan, now: number): ReleaseState {
  const { ladder } = state;
  if (ladder.soak === null) return state;
  const planned =
    state.phase === 'baking' ? plan.rollout.bakeMs : (plan.rollout.stages[ladder.stage]?.soakMs ?? 0);
  // The soaks of stages that someone skipped are owed too.
  const length = Math.max(planned, soakLeft(ladder.soak, now));
  const soak = startSoak(length, now, isPaused(state));
  return { ...state, ladder: { ...ladder, soak, promoted: false, full: false } };
}

function adoptDrift(state: ReleaseState, plan: ReleasePlan, now: number) {
  if (!isAdoptable(state))
    return refused(state, 'nothing to adopt: the staged release stands where the release left it');
  const everyone = state.guard.observed.kind === 'finished';
  return accepted(
    takeOver(state, plan, now),
    everyone ? 'taken over; it bakes' : 'taken over; the next stage is the first higher one',
  );
}
