/**
 * What to do next: a pure function of the state and the time. The workflow does what it says and nothing else.
 */
import { wakeAuditAt } from './audit-wake.js';
import { confirmed } from './confirm.js';
import {
  COMPLETION_MS,
  gateOfStage,
  isStageOver,
  nextStage,
  timeoutAt,
  waitingGate,
  waitsFor,
} from './gates.js';
import { PLATFORM_WARNING_MS, type ReleasePlan } from './plan.js';
import { platformDeadlineOf } from './platform-deadline.js';
import { foreignAudit } from './preflight.js';
import { sayPutOff, waitedFor } from './put-off.js';
import { auditOverdueAt, isAuditing, resubmitUntil, wayBackSettledAt } from './settle.js';
import { soakEndsAt, soakLeft } from './soak.js';
import { isPaused, type ReleaseState } from './state.js';
import { type Step, wait } from './step.js';
import { type Watch, watchesOf } from './watches.js';

export { type Step, stepSummary } from './step.js';
export type { GuardInput, Watch } from './watches.js';

export interface Decided {
  step: Step;
  watches: Watch[];
}

/**
 * The next step and what to watch meanwhile. Effects run unwatched: a verdict never overtakes a write in flight, and
 * what a write of ours does is no drift.
 */
export function decide(state: ReleaseState, plan: ReleasePlan, now: number): Decided {
  const step = waitIfPutOff(nextStep(state, plan, now), state, plan, now);
  const watched = step.do === 'wait' || step.do === 'nextOpening';
  return { step, watches: watched ? watchesOf(state, plan, isRipe(state, plan, now), now) : [] };
}

/** Nothing is in flight while WeChat does not take a write: it is a wait like any other. */
function waitIfPutOff(step: Step, state: ReleaseState, plan: ReleasePlan, now: number): Step {
  const off = step.do === 'effect' ? waitedFor(state, step.effect, now) : null;
  return off === null ? step : wait(sayPutOff(off), off.until, ...deadlines(state, plan, now));
}

function nextStep(state: ReleaseState, plan: ReleasePlan, now: number): Step {
  if (state.phase === 'closed') return { do: 'close' };
  if (state.attention !== null) return wait(state.attention.reason, ...deadlines(state, plan, now));
  switch (state.phase) {
    case 'preparing':
      return preparing(state, plan, now);
    case 'auditing':
      return auditing(state, plan, now);
    case 'ready':
      if (state.ending !== null) return { do: 'surveyWayBack' };
      if (state.resurvey) return { do: 'survey' };
      return pauseFirst(state, gateTimeout(state, plan, now)) ?? gated(state, plan, now, firstStage);
    case 'rolling':
      return rolling(state, plan, now);
    case 'baking':
      return (
        watchTime(state, plan, now) ?? wait('ends once health is confirmed', ...deadlines(state, plan, now))
      );
    case 'reverting':
      return reverting(state, now);
  }
}

function pauseFirst(state: ReleaseState, ...moments: (number | null)[]): Step | null {
  return isPaused(state)
    ? wait(`paused: ${state.pauses.map((pause) => pause.reason).join('; ')}`, ...moments)
    : null;
}

/** The moments at which time alone changes something, paused or not. */
function deadlines(state: ReleaseState, plan: ReleasePlan, now: number): (number | null)[] {
  const platform = platformDeadlineOf(state, plan);
  const { audit, ladder } = state;
  const overdue = isAuditing(state) && !audit.overdueTold ? auditOverdueAt(state, plan) : null;
  const others = [overdue, resubmitUntil(state, plan), gateTimeout(state, plan, now)];
  if (platform === null) return others;
  const warnAt = state.platformWarned ? null : platform.finishesAt - PLATFORM_WARNING_MS;
  return [...others, warnAt, ladder.forced ? null : platform.actsAt].map((at) =>
    at === null ? null : Math.max(at, now),
  );
}

function gateTimeout(state: ReleaseState, plan: ReleasePlan, now: number): number | null {
  const gate = waitingGate(state, plan, now);
  return gate === null ? null : timeoutAt(state.gates[gate]);
}

function preparing(state: ReleaseState, plan: ReleasePlan, now: number): Step {
  if (state.baseline === null || state.resurvey) return { do: 'survey' };
  const until = deadlines(state, plan, now);
  const foreign = foreignAudit(state.baseline);
  if (foreign !== null && plan.audit.onForeignAudit === 'withdraw')
    return pauseFirst(state, ...until) ?? { do: 'effect', effect: 'withdrawAudit', auditId: foreign.auditId };
  if (foreign !== null) {
    const what = `audit ${foreign.auditId} of version ${foreign.version ?? 'unknown'}`;
    const why = `waits until ${what} is over: it is not ours, and there is one slot`;
    return wait(why, wakeAuditAt(state), ...until);
  }
  if (state.trial !== null) {
    const gate = waitingGate(state, plan, now);
    const why = gate === null ? 'the trial version is approved' : waitsFor(state, plan, gate);
    return pauseFirst(state, ...until) ?? wait(why, ...until);
  }
  return pauseFirst(state) ?? { do: 'effect', effect: 'commit' };
}

function auditing(state: ReleaseState, plan: ReleasePlan, now: number): Step {
  if (state.ending !== null && isAuditing(state)) return { do: 'effect', effect: 'withdrawAudit' };
  if (state.ending !== null || state.resurvey) return { do: 'survey' };
  if (state.audit.state === 'none') return pauseFirst(state) ?? { do: 'effect', effect: 'submitAudit' };
  const until = deadlines(state, plan, now);
  if (state.audit.state === 'rejected')
    return wait(`rejected: ${state.audit.reason || 'no reason given'}; waits for resubmit`, ...until);
  if (plan.audit.speedup && !state.audit.spedUp && !isPaused(state))
    return { do: 'effect', effect: 'speedupAudit' };
  return wait('WeChat audits the version', wakeAuditAt(state), ...until);
}

/** What begins once every gate before it is open; `until`: when a window closes. */
function gated(
  state: ReleaseState,
  plan: ReleasePlan,
  now: number,
  begin: (state: ReleaseState, plan: ReleasePlan, until: number | null) => Step,
): Step {
  const gate = gateOfStage(state, plan, now);
  if (gate.open) return begin(state, plan, gate.until);
  return gate.look !== null
    ? { do: 'nextOpening', windows: gate.look }
    : wait(gate.why, gate.at, ...deadlines(state, plan, now));
}

function firstStage(state: ReleaseState, plan: ReleasePlan, until: number | null): Step {
  if (state.baseline?.online === null) return { do: 'effect', effect: 'release', freshUntil: until };
  return gray(nextStage(state, plan), plan, until);
}

function gray(index: number, plan: ReleasePlan, freshUntil: number | null): Step {
  const percentage = plan.rollout.stages[index]?.percentage ?? 100;
  return { do: 'effect', effect: 'grayRelease', stage: index, percentage, freshUntil };
}

/** Waits for pause, soak, hold; null when the stage may be left as far as time and people are concerned. */
function watchTime(state: ReleaseState, plan: ReleasePlan, now: number): Step | null {
  const { ladder } = state;
  const until = deadlines(state, plan, now);
  if (ladder.forced) return null;
  const paused = pauseFirst(state, ...until);
  if (paused !== null || ladder.promoted) return paused;
  if (ladder.soak !== null && soakLeft(ladder.soak, now) > 0)
    return wait(
      state.phase === 'baking' ? 'bakes' : `soaks at ${ladder.percentage} %`,
      soakEndsAt(ladder.soak),
      ...until,
    );
  if (state.phase === 'rolling' && !isStageOver(state, plan, now))
    return wait(`holds at ${ladder.percentage} % until promoted`, ...until);
  return null;
}

function rolling(state: ReleaseState, plan: ReleasePlan, now: number): Step {
  const { ladder } = state;
  if (ladder.completingSince !== null) return completing(state, plan, ladder.completingSince, now);
  const next = nextStage(state, plan);
  if (ladder.forced) return gray(next, plan, null);
  // The first write was sent and not proven: it is the same step again.
  if (ladder.stage < 0 && ladder.confirmedAt === null)
    return pauseFirst(state) ?? gated(state, plan, now, firstStage);
  const timed = watchTime(state, plan, now);
  if (timed !== null) return timed;
  return gated(state, plan, now, (_state, _plan, until) => {
    // Measured when it can be sent: what is confirmed now would be too old by then.
    if (waitedFor(state, 'grayRelease', now) !== null) return gray(next, plan, until);
    const health = confirmed(state, plan, now);
    if (!health.ok) return wait(health.why, until, ...deadlines(state, plan, now));
    return gray(next, plan, Math.min(health.until, until ?? health.until));
  });
}

/** Nothing but a fresh look at health and plan stands between the release and its next step up. */
function isRipe(state: ReleaseState, plan: ReleasePlan, now: number): boolean {
  if (state.attention !== null || waitedFor(state, 'grayRelease', now) !== null) return false;
  if (watchTime(state, plan, now) !== null) return false;
  return state.phase !== 'rolling' || gateOfStage(state, plan, now).open;
}

function completing(state: ReleaseState, plan: ReleasePlan, since: number, now: number): Step {
  const until = deadlines(state, plan, now);
  if (now < since + COMPLETION_MS)
    return wait('waits until the full release is online', since + COMPLETION_MS, ...until);
  const paused = state.ladder.forced ? null : pauseFirst(state, ...until);
  return paused ?? gated(state, plan, now, finish);
}

const finish = (_state: ReleaseState, _plan: ReleasePlan, until: number | null): Step => ({
  do: 'effect',
  effect: 'release',
  freshUntil: until,
});

/** How often a full release that is on its way is read, until it can be rolled back. */
const PENDING_READ_MS = 10_000;

function reverting(state: ReleaseState, now: number): Step {
  const { choice } = state.wayBack;
  if (choice === null) return { do: 'surveyWayBack' };
  switch (choice.way) {
    case 'revertGray':
      return { do: 'effect', effect: 'revertGray' };
    case 'revertCode':
      return { do: 'effect', effect: 'revertCode' };
    case 'pending': {
      const again = (state.wayBack.readAt ?? now) + PENDING_READ_MS;
      return now >= again ? { do: 'surveyWayBack' } : wait(choice.text, again);
    }
    default: {
      // Nobody has it as far as one reading goes; after the settle time a second reading must agree.
      const settledAt = wayBackSettledAt(state);
      return now >= settledAt
        ? { do: 'surveyWayBack' }
        : wait('reads once more that users are back', settledAt);
    }
  }
}
