/**
 * When a plan's steps begin if everything goes well, at the earliest and at the latest.
 *
 * Earliest: every write to WeChat is instant, every stage lasts its soak, every hold is promoted the moment its soak
 * ends. A `promote` inside a soak is not foreseen.
 *
 * Latest, for each stage: RAISE_MS to write and read back its percentage, then its soak (or, when that is longer, the time
 * until every active metric was measured once), then two intervals of the slowest active metric, since no stage is left
 * on an older measurement. The last stage takes FINISH_MS.
 *
 * Not counted, because nobody can know them: pauses, attention, reverting, workers that are down. A hold is unbounded,
 * and so is WeChat's audit unless the plan withdraws it at its deadline.
 */
import { activeMetrics, type Metric, type ReleasePlan, type Stage } from './plan.js';

/** Allowance to raise a percentage: the write, its 10 s settle time and the retries of a bad minute. Milliseconds. */
export const RAISE_MS = 60_000;
/** Allowance for 100 %: it is read for 5 minutes, then `release` is called and settles for 30 s. Milliseconds. */
export const FINISH_MS = 5 * 60_000 + 30_000;

/** Why a moment has no latest bound. */
export type UnboundedBy = 'audit' | 'hold';

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
  /** Milliseconds since the epoch. */
  earliest: number;
  latest: Latest;
}

/** From a stage's confirmation until the metric was measured once, milliseconds. */
export function firstMeasurementMs(metric: Metric): number {
  return metric.initialDelayMs + metric.intervalMs;
}

/**
 * The whole way of a release: audit, stages, bake, end.
 * @param startAt when the release starts, milliseconds since the epoch; its audit begins at once
 * @param known `approvedAt`: when the audit passed, if that is known; everything after it is then counted from there
 */
export function timeline(
  plan: ReleasePlan,
  startAt: number,
  known: { approvedAt?: number } = {},
): TimelineRow[] {
  const rows: TimelineRow[] = [
    {
      step: 'audit',
      percentage: null,
      lengthMs: null,
      hold: false,
      earliest: startAt,
      latest: { at: startAt },
    },
  ];
  let earliest = known.approvedAt ?? startAt;
  let latest: Latest =
    known.approvedAt === undefined ? latestApproval(plan, startAt) : { at: known.approvedAt };
  for (const [index, stage] of plan.rollout.stages.entries()) {
    const isLast = index === plan.rollout.stages.length - 1;
    rows.push({
      step: 'stage',
      percentage: stage.percentage,
      lengthMs: isLast ? null : stage.soakMs,
      hold: stage.hold,
      earliest,
      latest,
    });
    earliest += stage.soakMs;
    latest = after(latest, worstStageMs(plan, stage, isLast), stage.hold);
  }
  const { bakeMs } = plan.rollout;
  rows.push({ step: 'bake', percentage: 100, lengthMs: bakeMs, hold: false, earliest, latest });
  rows.push({
    step: 'end',
    percentage: 100,
    lengthMs: null,
    hold: false,
    earliest: earliest + bakeMs,
    latest: after(latest, watchedMs(plan, bakeMs, 100), false),
  });
  return rows;
}

/**
 * The longest way from the first gray release to a confirmed 100 %, which WeChat limits (PLATFORM_LIMIT_MS), milliseconds,
 * with a hold counted as if it were promoted as soon as its soak ends; and the percentages that hold.
 */
export function worstLadder(plan: ReleasePlan): { ms: number; holds: number[] } {
  const { stages } = plan.rollout;
  const lengths = stages.map((stage, index) => worstStageMs(plan, stage, index === stages.length - 1));
  return {
    ms: lengths.reduce((sum, length) => sum + length, 0),
    holds: stages.filter((stage) => stage.hold).map((stage) => stage.percentage),
  };
}

function latestApproval(plan: ReleasePlan, startAt: number): Latest {
  return plan.audit.onDeadline === 'withdraw'
    ? { at: startAt + plan.audit.deadlineMs }
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
  const metrics = activeMetrics(plan, percentage);
  const slowest = Math.max(0, ...metrics.map((metric) => metric.intervalMs));
  return Math.max(lengthMs, ...metrics.map(firstMeasurementMs)) + 2 * slowest;
}
