/** What time does to gates: one is reached, its timeout comes, a freeze is over, the trial version may be submitted. */
import { approvalOf, isAgreed, TRIAL_GATE, titleOf, waitingGate, waitsFor } from './gates.js';
import { addPause } from './pauses.js';
import { nextPhase } from './phase.js';
import type { ReleasePlan } from './plan.js';
import { foreignAudit } from './preflight.js';
import { resumeSoak, soakLeft, startSoak, stopSoak } from './soak.js';
import { type GateState, isPaused, notice, type ReleaseState, tell } from './state.js';

/** A gate that waits is written down once, and its timeout runs while nothing is paused. */
export function reachGate(state: ReleaseState, plan: ReleasePlan, now: number): ReleaseState {
  const gate = waitingGate(state, plan, now);
  const approval = gate === null ? null : approvalOf(plan, gate);
  if (gate === null || approval === null) return state;
  const paused = isPaused(state);
  const reached = state.gates[gate];
  if (reached === undefined) {
    const clock = approval.timeoutMs === null ? null : startSoak(approval.timeoutMs, now, paused);
    const fresh: GateState = { since: now, clock, approvals: [], timedOut: false };
    return tell(withGate(state, gate, fresh), {
      at: now,
      what: 'approval needed',
      why: waitsFor(state, plan, gate),
      by: 'plan: approval',
    });
  }
  if (reached.clock === null || reached.timedOut) return state;
  const runs = reached.clock.runningSince !== null;
  const turn = paused ? stopSoak : resumeSoak;
  const clock = runs === paused ? turn(reached.clock, now) : reached.clock;
  const turned = clock === reached.clock ? state : withGate(state, gate, { ...reached, clock });
  // Its time may have run out before the pause came: no worker was up.
  if (soakLeft(clock, now) > 0) return turned;
  return timedOut(withGate(turned, gate, { ...reached, clock, timedOut: true }), plan, gate, now);
}

function timedOut(state: ReleaseState, plan: ReleasePlan, gate: string, now: number): ReleaseState {
  const approval = approvalOf(plan, gate);
  const why = `nobody approved ${titleOf(plan, gate)} in time`;
  const by = 'plan: approval.onTimeout';
  switch (approval?.onTimeout) {
    case 'abort':
      return { ...state, ending: { reason: why, by, at: now, withdrawAudit: false } };
    case 'notify':
      return tell(notice(state, why), { at: now, what: 'approval overdue', why, by });
    default:
      return addPause(state, { kind: 'approval', reason: why, by, at: now }, now);
  }
}

export function withGate(state: ReleaseState, gate: string, reached: GateState): ReleaseState {
  return { ...state, gates: { ...state.gates, [gate]: reached } };
}

/** A freeze that is over is told and forgotten. */
export function endFreeze(state: ReleaseState, _plan: ReleasePlan, now: number): ReleaseState {
  const { freeze } = state;
  if (freeze === null || now < freeze.until) return state;
  return tell(
    { ...state, freeze: null },
    { at: now, what: 'freeze over', why: freeze.reason, by: freeze.by },
  );
}

/** The trial version was tried out and found good: the audit may begin. */
export function passTrial(state: ReleaseState, plan: ReleasePlan, now: number): ReleaseState {
  if (state.phase !== 'preparing' || state.trial === null || state.resurvey || state.attention !== null)
    return state;
  // Somebody else's audit holds the slot.
  if (state.baseline !== null && foreignAudit(state.baseline) !== null) return state;
  if (plan.trial === null || isPaused(state) || state.ending !== null || !isAgreed(state, plan, TRIAL_GATE))
    return state;
  return tell(
    { ...state, phase: nextPhase(state.phase, 'committed') },
    { at: now, what: 'trial approved', why: `enough people approved ${plan.version}`, by: 'plan: trial' },
  );
}
