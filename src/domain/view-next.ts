/** What comes next, as people see it. */
import { type Step, stepSummary } from './decide.js';
import { EFFECTS } from './effects.js';
import { gateOfStage, isStageOver, nextStage, owedGate } from './gates.js';
import type { ReleasePlan } from './plan.js';
import { sayPutOff } from './put-off.js';
import { resubmitUntil } from './settle.js';
import { soakEndsAt } from './soak.js';
import { isPaused, type ReleaseState } from './state.js';
import type { ReleaseStatus } from './status.js';

/** What lifts a pause depends on what it is for. */
function pausedNext({ pauses }: ReleaseState): string {
  return pauses.every(({ kind }) => kind === 'drift')
    ? 'goes on once that is put right in the console'
    : 'waits for resume';
}

/** What comes after what is going on now, and when as far as that is known. */
export function nextOf(
  state: ReleaseState,
  plan: ReleasePlan,
  step: Step,
  now: number,
): ReleaseStatus['next'] {
  if (state.phase === 'closed') return { what: 'nothing: the release is closed', at: null };
  if (state.attention !== null) return { what: state.attention.remedy, at: null };
  if (step.do !== 'wait') return { what: stepSummary(step), at: now };
  if (isPaused(state)) return { what: pausedNext(state), at: null };
  const { putOff, ladder } = state;
  if (putOff !== null && step.why === sayPutOff(putOff))
    return { what: EFFECTS[putOff.effect].endpoint, at: putOff.until };
  const ends = ladder.soak === null ? null : soakEndsAt(ladder.soak);
  if (state.phase === 'auditing')
    return state.audit.state === 'rejected'
      ? { what: 'submits again, once somebody sends resubmit', at: resubmitUntil(state, plan) }
      : { what: 'the ladder, once WeChat approves', at: null };
  if (state.phase === 'baking') return { what: 'released, once health is confirmed', at: ends };
  if (state.phase === 'reverting')
    return state.wayBack.choice?.way === 'pending'
      ? { what: 'rolls back as soon as it is online', at: null }
      : { what: 'closes as soon as a second reading agrees', at: step.until };
  if (ladder.completingSince !== null)
    return { what: 'the bake, as soon as it is online for everyone', at: null };
  if (state.phase === 'preparing') return { what: 'the audit, once that is over', at: null };
  const gate = gateOfStage(state, plan, now);
  if (!gate.open && (state.phase === 'ready' || isStageOver(state, plan, now)))
    return { what: `${titleOfNext(state, plan)}, once that is over`, at: gate.at };
  return afterSoak(state, plan, ends, now);
}

const titleOfNext = (state: ReleaseState, plan: ReleasePlan): string =>
  `${plan.rollout.stages[nextStage(state, plan)]?.percentage ?? 100} %`;

/** While a stage soaks or holds its gates are not asked yet: which of them will keep the next one is told already. */
function afterSoak(
  state: ReleaseState,
  plan: ReleasePlan,
  ends: number | null,
  now: number,
): ReleaseStatus['next'] {
  const { ladder } = state;
  const next = titleOfNext(state, plan);
  const asks = !ladder.forced && owedGate(state, plan) !== null;
  if (plan.rollout.stages[ladder.stage]?.hold && !ladder.promoted)
    return { what: `${next}, once promoted${asks ? ' and approved' : ''}`, at: null };
  const over = ladder.promoted ? now : Math.max(ends ?? now, now);
  const later = (at: number) => (at > now ? at : null);
  if (asks) return { what: `asks for approval of ${next}`, at: later(over) };
  const { begins, keptBy } = keptFrom(state, plan, over);
  return {
    what: `${next}, once ${[...keptBy, 'health is confirmed'].join(' and ')}`,
    at: begins === null ? null : later(begins),
  };
}

/** What keeps the next stage when its turn comes at `over`, and from when on nothing does; null where nobody knows yet. */
function keptFrom(
  { ladder, override, freeze, window }: ReleaseState,
  { rollout: { windows } }: ReleasePlan,
  over: number,
): { begins: number | null; keptBy: string[] } {
  if (ladder.forced || override !== null) return { begins: over, keptBy: [] };
  const frozen = freeze !== null && freeze.until > over;
  const thawed = frozen ? freeze.until : over;
  const keptBy = frozen ? ['the freeze is over'] : [];
  if (windows === null) return { begins: thawed, keptBy };
  // The opening after the one that is known is looked up when its time comes.
  if (window === null || thawed >= window.closesAt)
    return { begins: null, keptBy: [...keptBy, 'a window is open'] };
  return thawed < window.opensAt
    ? { begins: window.opensAt, keptBy: [...keptBy, 'the window opens'] }
    : { begins: thawed, keptBy };
}
