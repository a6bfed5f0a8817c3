/**
 * What to do next: a pure function of the state and the time. The workflow does what it says and nothing else.
 */
import { wakeAuditAt } from './audit-wake.js';
import { confirmed, pulledMetrics } from './confirm.js';
import { EFFECTS } from './effects.js';
import type { Counters } from './health.js';
import { type Metric, PLATFORM_WARNING_MS, type ReleasePlan, type Stage } from './plan.js';
import type { Observed } from './readings.js';
import { auditOverdueAt, isAuditing, platformDeadlineOf, wayBackSettledAt } from './settle.js';
import { soakEndsAt, soakLeft } from './soak.js';
import { isPaused, type ReleaseState } from './state.js';
import { type Step, wait } from './step.js';

export { type Step, stepSummary } from './step.js';

/** Something that is watched while the release waits. Its key says when it must begin anew. */
export type Watch =
  | { watch: 'audit'; key: string; auditId: number; known: string; pollMs: number }
  | { watch: 'guard'; key: string; guard: GuardInput }
  | { watch: 'confirm'; key: string; guard: GuardInput; patient: boolean }
  | { watch: 'online'; key: string; until: number };

export interface GuardInput {
  metrics: Metric[];
  counters: Record<string, Counters>;
  /** Metrics whose limit was acted on already: only a failure that takes users back counts. */
  acted: string[];
  confirmedAt: number;
  percentage: number;
  /** The percentage of a write whose outcome is not known: to find it so is no drift. */
  pending: number | null;
  /** What WeChat should show: our plan, our version online, or (for a few minutes) the way from one to the other. */
  expect: 'gray' | 'completing' | 'online';
  createdSec: number | null;
  auditId: number | null;
  observed: Observed['kind'];
}

export interface Decided {
  step: Step;
  watches: Watch[];
}

/** The next step and what to watch meanwhile. Effects run unwatched: a verdict never overtakes a write in flight. */
export function decide(state: ReleaseState, plan: ReleasePlan, now: number): Decided {
  const step = nextStep(state, plan, now);
  return { step, watches: step.do === 'wait' ? watches(state, plan, now) : [] };
}

function nextStep(state: ReleaseState, plan: ReleasePlan, now: number): Step {
  if (state.phase === 'closed') return { do: 'close' };
  if (state.attention !== null) return wait(state.attention.reason, ...deadlines(state, plan, now));
  switch (state.phase) {
    case 'preparing':
      if (state.baseline === null) return { do: 'survey' };
      return pauseFirst(state) ?? { do: 'effect', effect: 'commit' };
    case 'auditing':
      return auditing(state, plan, now);
    case 'ready':
      return pauseFirst(state) ?? firstStage(state, plan);
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
  const platform = platformDeadlineOf(state);
  const overdue = state.phase === 'auditing' && !state.audit.overdueTold ? auditOverdueAt(state, plan) : null;
  if (platform === null) return [overdue];
  const warnAt = platform.finishesAt - PLATFORM_WARNING_MS;
  return [overdue, state.platformWarned ? null : warnAt, state.ladder.forced ? null : platform.actsAt].map(
    (at) => (at === null ? null : Math.max(at, now)),
  );
}

function auditing(state: ReleaseState, plan: ReleasePlan, now: number): Step {
  if (state.ending !== null && isAuditing(state)) return { do: 'effect', effect: 'withdrawAudit' };
  if (state.audit.state === 'none') return pauseFirst(state) ?? { do: 'effect', effect: 'submitAudit' };
  return wait('WeChat audits the version', wakeAuditAt(state), ...deadlines(state, plan, now));
}

function firstStage(state: ReleaseState, plan: ReleasePlan): Step {
  if (state.baseline?.online === null) return { do: 'effect', effect: 'release' };
  return gray(0, plan.rollout.stages[0], null);
}

function gray(index: number, stage: Stage | undefined, freshUntil: number | null): Step {
  return {
    do: 'effect',
    effect: 'grayRelease',
    stage: index,
    percentage: stage?.percentage ?? 100,
    freshUntil,
  };
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
  const stage = plan.rollout.stages[ladder.stage];
  if (state.phase === 'rolling' && stage?.hold)
    return wait(`holds at ${ladder.percentage} % until promoted`, ...until);
  return null;
}

function rolling(state: ReleaseState, plan: ReleasePlan, now: number): Step {
  const { ladder } = state;
  if (ladder.completingSince !== null) return completing(state, plan, ladder.completingSince, now);
  // The first write was sent and not proven: it is the same step again.
  if (ladder.stage < 0) return pauseFirst(state) ?? firstStage(state, plan);
  const timed = watchTime(state, plan, now);
  if (timed !== null) return timed;
  const last = plan.rollout.stages.length - 1;
  const next = ladder.full ? last : Math.min(ladder.stage + 1, last);
  if (ladder.forced) return gray(next, plan.rollout.stages[next], null);
  const health = confirmed(state, plan, now);
  if (!health.ok) return wait(health.why, ...deadlines(state, plan, now));
  return gray(next, plan.rollout.stages[next], health.until);
}

/** How long grayrelease 100 may take to show online before `release` finishes it. */
export const COMPLETION_MS = 5 * 60_000;

function completing(state: ReleaseState, plan: ReleasePlan, since: number, now: number): Step {
  const until = deadlines(state, plan, now);
  if (now < since + COMPLETION_MS)
    return wait('waits until the full release is online', since + COMPLETION_MS, ...until);
  const paused = state.ladder.forced ? null : pauseFirst(state, ...until);
  return paused ?? { do: 'effect', effect: 'release' };
}

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

function watches(state: ReleaseState, plan: ReleasePlan, now: number): Watch[] {
  const { audit, ladder, guard } = state;
  if (
    state.phase === 'auditing' &&
    audit.id !== null &&
    // A watch that only a person can mend would fail again at once.
    state.attention?.step !== 'watchAudit' &&
    isAuditing(state)
  )
    return [
      {
        watch: 'audit',
        key: `audit:${audit.id}:${audit.state}:${audit.wakes}`,
        auditId: audit.id,
        known: audit.state,
        pollMs: plan.audit.pollMs,
      },
    ];
  if ((state.phase !== 'rolling' && state.phase !== 'baking') || ladder.confirmedAt === null) return [];
  const input: GuardInput = {
    metrics: pulledMetrics(plan, ladder.percentage),
    counters: guard.counters,
    acted: state.acted,
    confirmedAt: ladder.confirmedAt,
    percentage: ladder.percentage,
    pending: pendingPercentage(state),
    expect: state.phase === 'baking' ? 'online' : ladder.completingSince !== null ? 'completing' : 'gray',
    createdSec: ladder.createdSec,
    auditId: audit.id,
    observed: guard.observed.kind,
  };
  const at = `${state.phase}:${ladder.stage}:${guard.generation}`;
  const list: Watch[] = [{ watch: 'guard', key: `guard:${input.expect}:${at}`, guard: input }];
  if (ladder.completingSince !== null) {
    const until = ladder.completingSince + COMPLETION_MS;
    return now < until ? [...list, { watch: 'online', key: `online:${until}`, until }] : list;
  }
  const ripe = state.attention === null && watchTime(state, plan, now) === null;
  const health = ripe ? confirmed(state, plan, now) : null;
  if (health?.ok === false && health.missing === 'confirmation')
    list.push({
      watch: 'confirm',
      key: `confirm:${at}:${state.unconfirmed !== ''}:${state.confirmation?.at ?? 0}`,
      guard: input,
      patient: state.unconfirmed !== '',
    });
  return list;
}

function pendingPercentage({ effects }: ReleaseState): number | null {
  const last = effects.findLast(({ endpoint }) => endpoint === EFFECTS.grayRelease.endpoint);
  return last?.result === 'unknown' ? (last.percentage ?? null) : null;
}
