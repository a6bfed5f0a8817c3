/**
 * Gates: what must hold before a stage begins. People agree, no freeze is on, a window is open. A gate never blocks a way
 * back, and neither a gate nor its wait stops the guard. Rules of product: approvals of skipped stages stay owed.
 */
import type { Approval, ReleasePlan, Windows } from './plan.js';
import { soakEndsAt, soakLeft } from './soak.js';
import type { GateState, LadderState, ReleaseState } from './state.js';
import type { GateStatus } from './status.js';

export const TRIAL_GATE = 'trial';
export const stageGate = (index: number): string => `stage:${index}`;

/** How long a staged release at 100 % may take to show online before `release` finishes it. */
export const COMPLETION_MS = 5 * 60_000;

/** Whether a step may begin at `now`; `until`: when a window closes. `look`: the next opening of these is not known. */
export type Gated =
  | { open: true; until: number | null }
  | { open: false; why: string; at: number | null; look: Windows | null };

/** The approval that a gate asks for; null for a gate the plan does not have. */
export function approvalOf(plan: ReleasePlan, gate: string): Approval | null {
  if (gate === TRIAL_GATE) return plan.trial?.approval ?? null;
  return plan.rollout.stages.find((_stage, index) => stageGate(index) === gate)?.approval ?? null;
}

/** Enough distinct people agreed. */
export function isAgreed(state: ReleaseState, plan: ReleasePlan, gate: string): boolean {
  const approval = approvalOf(plan, gate);
  return approval === null || (state.gates[gate]?.approvals.length ?? 0) >= approval.count;
}

/** The index of the stage that comes next. Before the first of an app with nothing online it is the last: all at once. */
export function nextStage({ ladder, baseline }: ReleaseState, plan: ReleasePlan): number {
  const last = plan.rollout.stages.length - 1;
  if (ladder.full || (ladder.stage < 0 && baseline !== null && baseline.online === null)) return last;
  return Math.min(ladder.stage + 1, last);
}

/** The first gate up to the next stage that still needs people: those of stages that were skipped are owed. */
export function owedGate(state: ReleaseState, plan: ReleasePlan): string | null {
  const next = nextStage(state, plan);
  const index = plan.rollout.stages.findIndex(
    (_stage, at) => at <= next && !isAgreed(state, plan, stageGate(at)),
  );
  return index < 0 ? null : stageGate(index);
}

/** Soak and hold of the running stage are over, paused or not. */
export function isStageOver({ ladder }: ReleaseState, plan: ReleasePlan, now: number): boolean {
  // All have it as far as the staged release goes: nothing is left to soak.
  if (ladder.completingSince !== null) return now >= ladder.completingSince + COMPLETION_MS;
  if (ladder.promoted) return true;
  if (ladder.soak !== null && soakLeft(ladder.soak, now) > 0) return false;
  return plan.rollout.stages[ladder.stage]?.hold !== true;
}

/** Neither WeChat's deadline nor the end of our own 100 % asks anyone; someone else's 100 % asks before we finish it. */
function asksNobody({ forced, completingSince, elsewhere }: LadderState): boolean {
  return forced || (completingSince !== null && elsewhere !== 'adopted');
}

/** The gate that waits for people now; null when none does. */
export function waitingGate(state: ReleaseState, plan: ReleasePlan, now: number): string | null {
  if (state.ending !== null) return null;
  switch (state.phase) {
    case 'preparing':
      return state.trial !== null && !isAgreed(state, plan, TRIAL_GATE) ? TRIAL_GATE : null;
    case 'ready':
      return owedGate(state, plan);
    case 'rolling':
      return asksNobody(state.ladder) || !isStageOver(state, plan, now) ? null : owedGate(state, plan);
    default:
      return null;
  }
}

/** Whether the next stage may begin. */
export function gateOfStage(state: ReleaseState, plan: ReleasePlan, now: number): Gated {
  if (asksNobody(state.ladder)) return { open: true, until: null };
  const gate = waitingGate(state, plan, now);
  if (gate !== null) return { open: false, why: waitsFor(state, plan, gate), at: null, look: null };
  if (state.override !== null) return { open: true, until: null };
  const { freeze, window } = state;
  if (freeze !== null && now < freeze.until)
    return {
      open: false,
      why: `frozen by ${freeze.by} until ${iso(freeze.until)}: ${freeze.reason}`,
      at: freeze.until,
      look: null,
    };
  if (plan.rollout.windows === null) return { open: true, until: null };
  if (window === null || now >= window.closesAt)
    return { open: false, why: 'looks up the next window', at: null, look: plan.rollout.windows };
  if (now < window.opensAt)
    return {
      open: false,
      why: `waits for the window at ${iso(window.opensAt)}`,
      at: window.opensAt,
      look: null,
    };
  return { open: true, until: window.closesAt };
}

const iso = (at: number): string => new Date(at).toISOString().slice(0, 16).replace('T', ' ').concat(' UTC');

/** What a gate waits for, in a sentence. */
export function waitsFor(state: ReleaseState, plan: ReleasePlan, gate: string): string {
  const approval = approvalOf(plan, gate);
  if (approval === null) return 'waits for nobody';
  const given = state.gates[gate]?.approvals ?? [];
  const left = approval.approvers.filter((name) => !given.some(({ by }) => by === name));
  return `waits for ${approval.count - given.length} of ${left.join(', ')} to approve ${titleOf(plan, gate)}`;
}

/** What begins behind a gate. */
export function titleOf(plan: ReleasePlan, gate: string): string {
  const percentage = percentageOf(plan, gate);
  return percentage === null ? 'the trial version' : `${percentage} %`;
}

/** Which gate comes, for someone who is too early. */
export function nextAsked(state: ReleaseState, plan: ReleasePlan): string {
  const stages = plan.rollout.stages.map((_stage, index) => stageGate(index));
  const early = state.phase === 'preparing' ? [TRIAL_GATE, ...stages] : stages;
  const gate = early.find((key) => !isAgreed(state, plan, key));
  return gate === undefined
    ? 'nothing is left to agree to'
    : `${titleOf(plan, gate)} asks when its turn comes`;
}

function percentageOf(plan: ReleasePlan, gate: string): number | null {
  return plan.rollout.stages.find((_stage, index) => stageGate(index) === gate)?.percentage ?? null;
}

/** When a gate's timeout comes as things stand; null when it has none, stands still, or was acted on. */
export function timeoutAt(gate: GateState | undefined): number | null {
  if (gate === undefined || gate.timedOut || gate.clock === null) return null;
  return soakEndsAt(gate.clock);
}

/** The waiting gate as people see it. */
export function gateStatus(state: ReleaseState, plan: ReleasePlan, now: number): GateStatus | null {
  const gate = waitingGate(state, plan, now);
  const approval = gate === null ? null : approvalOf(plan, gate);
  if (gate === null || approval === null) return null;
  const reached = state.gates[gate];
  return {
    gate,
    percentage: percentageOf(plan, gate),
    approvers: approval.approvers,
    count: approval.count,
    claimed: approval.claimed,
    approvals: reached?.approvals ?? [],
    since: reached?.since ?? now,
    timeoutAt: timeoutAt(reached),
  };
}
