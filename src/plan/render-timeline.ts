/** A plan's timeline as an aligned plain-text table. */
import { formatDuration } from '../domain/duration.js';
import { PLATFORM_ACTION_MS, PLATFORM_LIMIT_MS, type ReleasePlan } from '../domain/plan.js';
import { type Latest, type TimelineRow, timeline } from '../domain/timeline.js';
import { nextOpening } from '../windows/openings.js';
import { showTime } from '../windows/wall-clock.js';

/** When each step begins, counted from the first gray release. */
export interface CountedTimeline {
  /** When that is, milliseconds since the epoch; null for a plan without windows, which takes as long at any time. */
  firstStageAt: number | null;
  /** Moments are milliseconds since the first gray release. */
  rows: TimelineRow[];
}

/**
 * A plan's timeline from its first gray release on. With windows it depends on when that is: in the first one from `now`.
 * @param now milliseconds since the epoch
 */
export function countedTimeline(plan: ReleasePlan, now: number): CountedTimeline {
  const { windows } = plan.rollout;
  if (windows === null) return { firstStageAt: null, rows: timeline(plan, 0, { firstStageAt: 0 }) };
  const firstStageAt = Math.max(now, nextOpening(windows, now)?.opensAt ?? now);
  const counted = (at: number) => nextOpening(windows, at);
  const rows = timeline(plan, firstStageAt, { firstStageAt }, counted).map((row) => ({
    ...row,
    earliest: row.earliest - firstStageAt,
    latest: row.latest.at === null ? row.latest : { at: row.latest.at - firstStageAt },
  }));
  return { firstStageAt, rows };
}

/**
 * Each step's earliest and latest beginning: relative to the first gray release (`T`), or, when the plan has windows, by
 * calendar and clock as if the audit passed now. Lines end without a newline.
 * @param now milliseconds since the epoch
 */
export function renderTimeline(plan: ReleasePlan, now: number): string {
  const { firstStageAt, rows } = countedTimeline(plan, now);
  const { windows } = plan.rollout;
  const moment = (sinceFirst: number) =>
    windows === null || firstStageAt === null
      ? sinceT(sinceFirst)
      : showTime(firstStageAt + sinceFirst, windows.timezone);
  const latest = (row: TimelineRow) => showLatest(row.latest, moment);
  const begins = (row: TimelineRow) => moment(row.earliest);
  const lines = rows.map((row) =>
    row.step === 'audit'
      ? ['audit', 'before T', '', auditLength(plan)]
      : [label(row), begins(row), latest(row), lasts(row, plan)],
  );
  return [
    ...align([['step', 'begins', 'at the latest', 'lasts'], ...lines]),
    '',
    `T is the first gray release, ${plan.source === 'approved' ? 'at once' : 'when the audit has passed'}. Pauses and waiting for people are not counted.`,
    ...windowNotes(plan),
    `WeChat completes the rollout by itself at ${sinceT(PLATFORM_LIMIT_MS)}; at ${sinceT(PLATFORM_LIMIT_MS - PLATFORM_ACTION_MS)}, if still below 100 %: ${plan.rollout.onPlatformDeadline}.`,
  ].join('\n');
}

function windowNotes({ rollout: { windows } }: ReleasePlan): string[] {
  if (windows === null) return [];
  const { timezone, days, hours } = windows;
  return [
    `Stages begin ${days.join(', ')} ${hours.from}-${hours.to} in ${timezone}. The moments above are that zone's, and count from now.`,
  ];
}

function auditLength({ audit }: ReleasePlan): string {
  return `as long as WeChat takes; ${audit.onDeadline} after ${compact(audit.deadlineMs)}`;
}

function label({ step, percentage }: TimelineRow): string {
  return step === 'stage' ? `${percentage} %` : step;
}

function lasts({ step, percentage, lengthMs, hold, approval }: TimelineRow, plan: ReleasePlan): string {
  if (step === 'end') return '';
  const members =
    plan.rollout.stages.find((stage) => step === 'stage' && stage.percentage === percentage)?.members ?? [];
  const length = lengthMs === null ? 'until confirmed' : compact(lengthMs);
  const promoted = lengthMs === 0 ? 'until promoted' : `${length}, then until promoted`;
  return [
    hold ? promoted : length,
    ...(members.length > 0 ? [`${members.join(' and ')} only`] : []),
    ...(approval === null ? [] : [`begins when ${approval.count} of ${approval.approvers.length} approve`]),
  ].join('; ');
}

function showLatest(latest: Latest, moment: (sinceFirst: number) => string): string {
  return latest.at === null ? `unbounded (${latest.why})` : moment(latest.at);
}

function sinceT(ms: number): string {
  return ms === 0 ? 'T' : `T+${compact(ms)}`;
}

function compact(ms: number): string {
  return formatDuration(ms).replaceAll(' ', '');
}

function align(rows: readonly string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
