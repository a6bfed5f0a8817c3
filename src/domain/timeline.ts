/**
 * When a plan's steps begin if everything goes well, at the earliest and at the latest.
 *
 * Earliest: every write to WeChat is instant, every stage lasts its soak, every hold is promoted the moment its soak
 * ends, every approval is there when it is asked for. A `promote` inside a soak is not foreseen.
 *
 * Latest, for each stage: its approval's timeout, then the next window; RAISE_MS to write and read back its percentage,
 * then its soak (or, when that is longer, the time until every active metric was measured often enough), then two
 * intervals of the slowest active metric, since no stage is left on an older measurement. The last stage takes FINISH_MS.
 *
 * Not counted, because nobody can know them: pauses, freezes, attention, reverting, workers that are down. A hold is
 * unbounded, so is an approval that nothing ends, and so is WeChat's audit unless the plan withdraws it at its deadline.
 */
import { type Approval, decidingMetrics, type Metric, type ReleasePlan, type Stage } from './plan.js';
import type { Opening } from './status.js';
import { firstOpen, type NextOpening, nextIn } from './windows.js';

/** Allowance to raise a percentage: the write, its 10 s settle time and the retries of a bad minute. Milliseconds. */
export const RAISE_MS = 60_000;
/** Allowance for 100 %: it is read for 5 minutes, then `release` is called and settles for 30 s. Milliseconds. */
export const FINISH_MS = 5 * 60_000 + 30_000;

/** Why a moment has no latest bound. */
export type UnboundedBy = 'audit' | 'hold' | 'approval';

/** The latest moment, or why there is none. Milliseconds since the epoch. */
export type Latest = { at: number } | { at: null; why: UnboundedBy };

/** One step and when it begins; `end` is the moment the release closes. */
export interface TimelineRow {
  step: 'audit' | 'stage' | 'bake' | 'end';
  /** Percent of users while this step lasts; null during the audit. */
  percentage: number | null;
  /** What the plan says it lasts, milliseconds; null when that is not the plan's to say. */
  lengthMs: number | null;
  /** True when only a person ends it. */
  hold: boolean;
  /** Who must agree before it begins; null: nobody. */
  approval: Approval | null;
  /** Milliseconds since the epoch. */
  earliest: number;
  latest: Latest;
}

/** From a stage's confirmation until the metric was measured once, milliseconds. */
export function firstMeasurementMs(metric: Metric): number {
  return metric.initialDelayMs + metric.intervalMs;
}

/**
 * The whole way of a release: audit (unless the plan begins with one that passed), stages, bake, end.
 * @param startAt when the release starts, milliseconds since the epoch; its audit begins at once
 * @param known `firstStageAt`: when its first stage begins, if that is known; everything is then counted from there
 * @param next the plan's windows as instants; null when it has none
 */
export function timeline(
  plan: ReleasePlan,
  startAt: number,
  known: { firstStageAt?: number } = {},
  next: NextOpening | null = null,
): TimelineRow[] {
  const opening = next ?? always;
  const rows: TimelineRow[] = [];
  const add = (row: Partial<TimelineRow> & Pick<TimelineRow, 'step' | 'earliest' | 'latest'>) =>
    rows.push({ percentage: null, lengthMs: null, hold: false, approval: null, ...row });

  const submitted = approved({ at: startAt }, plan.trial?.approval ?? null);
  if (plan.source !== 'approved') add({ step: 'audit', earliest: startAt, latest: submitted });

  let earliest = startAt;
  let latest = audited(plan, submitted);
  for (const [index, stage] of plan.rollout.stages.entries()) {
    const isLast = index === plan.rollout.stages.length - 1;
    earliest = firstOpen(opening, earliest);
    latest = inOpening(opening, approved(latest, stage.approval));
    if (index === 0 && known.firstStageAt !== undefined) {
      earliest = known.firstStageAt;
      latest = { at: known.firstStageAt };
    }
    const { percentage, hold, approval } = stage;
    const lengthMs = isLast ? null : stage.soakMs;
    add({ step: 'stage', percentage, lengthMs, hold, approval, earliest, latest });
    earliest += stage.soakMs;
    latest = after(latest, worstStageMs(plan, stage, isLast), stage.hold);
  }
  const { bakeMs } = plan.rollout;
  add({ step: 'bake', percentage: 100, lengthMs: bakeMs, earliest, latest });
  earliest += bakeMs;
  latest = after(latest, watchedMs(plan, bakeMs, 100), false);
  add({ step: 'end', percentage: 100, earliest, latest });
  return rows;
}

/** The longest way up a ladder. */
export interface WorstLadder {
  /**
   * From the first gray release to a confirmed 100 %, which WeChat limits (PLATFORM_LIMIT_MS), milliseconds. A hold is
   * counted as if it were promoted as soon as its soak ends, and an approval as if it came at the end of its timeout, or
   * at once when it has none.
   */
  ms: number;
  /** The percentages that hold. */
  holds: number[];
  /** The percentages that wait for an approval that nothing ends, the first stage apart: it begins the ladder. */
  approvals: number[];
}

/**
 * The longest way up a plan's ladder.
 * @param openings the plan's windows as instants, in order, over the time in which the ladder may begin; none: always
 */
export function worstLadder(plan: ReleasePlan, openings: readonly Opening[] = []): WorstLadder {
  const { stages } = plan.rollout;
  const steps = stages.slice(1).map((stage, index) => {
    const before = stages[index];
    const raisedMs = before === undefined ? 0 : worstStageMs(plan, before, false);
    return raisedMs + (stage.approval?.timeoutMs ?? 0);
  });
  return {
    ms: longestWay(steps, openings) + FINISH_MS,
    holds: stages.filter((stage) => stage.hold).map((stage) => stage.percentage),
    approvals: stages
      .slice(1)
      .filter(({ approval }) => approval !== null && !isEnded(approval))
      .map((stage) => stage.percentage),
  };
}

/**
 * The longest time that steps take, when each next one may begin in an opening only, milliseconds. It is longest when
 * the ladder begins with an opening, or so that one of its steps is over just as an opening closes.
 */
function longestWay(steps: readonly number[], openings: readonly Opening[]): number {
  const next = nextIn(openings);
  const way = (begin: number) => steps.reduce((at, step) => firstOpen(next, at + step), begin) - begin;
  const offsets = steps.map((_, index) => steps.slice(0, index + 1).reduce((sum, step) => sum + step, 0));
  const begins = openings.flatMap(({ opensAt, closesAt }) => [
    opensAt,
    ...offsets.map((offset) => closesAt - offset),
  ]);
  return begins
    .filter((begin) => firstOpen(next, begin) === begin)
    .reduce((longest, begin) => Math.max(longest, way(begin)), offsets.at(-1) ?? 0);
}

/** The opening of a plan without windows. */
const always: NextOpening = () => null;

/** Whether an approval's wait has an end of its own. After a pause, or when it was only told, it goes on. */
function isEnded({ timeoutMs, onTimeout }: Approval): boolean {
  return timeoutMs !== null && onTimeout === 'abort';
}

function approved(asked: Latest, approval: Approval | null): Latest {
  if (asked.at === null || approval === null) return asked;
  return isEnded(approval) ? { at: asked.at + (approval.timeoutMs ?? 0) } : { at: null, why: 'approval' };
}

function inOpening(next: NextOpening, ready: Latest): Latest {
  return ready.at === null ? ready : { at: firstOpen(next, ready.at) };
}

/** When the audit has passed. After a rejection it begins anew, for as long as people correct what was submitted. */
function audited({ source, audit }: ReleasePlan, submitted: Latest): Latest {
  if (source === 'approved' || submitted.at === null) return submitted;
  return audit.onDeadline === 'withdraw' && audit.onReject === 'fail'
    ? { at: submitted.at + audit.deadlineMs }
    : { at: null, why: 'audit' };
}

function after(begin: Latest, ms: number, hold: boolean): Latest {
  if (begin.at === null) return begin;
  return hold ? { at: null, why: 'hold' } : { at: begin.at + ms };
}

function worstStageMs(plan: ReleasePlan, stage: Stage, isLast: boolean): number {
  return isLast ? FINISH_MS : RAISE_MS + watchedMs(plan, stage.soakMs, stage.percentage);
}

function watchedMs(plan: ReleasePlan, lengthMs: number, percentage: number): number {
  const metrics = decidingMetrics(plan, percentage);
  const slowest = Math.max(0, ...metrics.map((metric) => metric.intervalMs));
  return Math.max(lengthMs, ...metrics.map(enoughMs)) + 2 * slowest;
}

/** From a stage's confirmation until a metric that only passes was measured as often as the stage needs, milliseconds. */
export function enoughMs(metric: Metric): number {
  const more = Math.max(0, metric.consecutiveSuccessLimit - 1);
  return firstMeasurementMs(metric) + more * metric.intervalMs;
}
