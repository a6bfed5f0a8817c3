/** A plan's timeline as an aligned plain-text table. */
import { formatDuration } from '../domain/duration.js';
import { PLATFORM_ACTION_MS, PLATFORM_LIMIT_MS, type ReleasePlan } from '../domain/plan.js';
import { type Latest, type TimelineRow, timeline } from '../domain/timeline.js';

/** Each step's earliest and latest beginning, relative to the first gray release (`T`); lines end without a newline. */
export function renderTimeline(plan: ReleasePlan): string {
  const [, ...steps] = timeline(plan, 0, { approvedAt: 0 });
  const rows = [
    ['step', 'begins', 'at the latest', 'lasts'],
    ['audit', 'before T', '', auditLength(plan)],
    ...steps.map((row) => [label(row), sinceT(row.earliest), latest(row.latest), lasts(row, plan)]),
  ];
  const limit = sinceT(PLATFORM_LIMIT_MS - PLATFORM_ACTION_MS);
  return [
    ...align(rows),
    '',
    'T is the first gray release, when the audit has passed. Pauses and waiting for people are not counted.',
    `WeChat completes the rollout by itself at ${sinceT(PLATFORM_LIMIT_MS)}; at ${limit}, if still below 100 %: ${plan.rollout.onPlatformDeadline}.`,
  ].join('\n');
}

function auditLength({ audit }: ReleasePlan): string {
  return `as long as WeChat takes; ${audit.onDeadline} after ${compact(audit.deadlineMs)}`;
}

function label({ step, percentage }: TimelineRow): string {
  return step === 'stage' ? `${percentage} %` : step;
}

function lasts({ step, percentage, lengthMs, hold }: TimelineRow, plan: ReleasePlan): string {
  if (step === 'end') return '';
  if (lengthMs === null) return 'until confirmed';
  const members = plan.rollout.stages.find(
    (stage) => step === 'stage' && stage.percentage === percentage,
  )?.members;
  const parts = [
    ...(hold
      ? [lengthMs > 0 ? `${compact(lengthMs)}, then until promoted` : 'until promoted']
      : [compact(lengthMs)]),
    ...(members && members.length > 0 ? [`${members.join(' and ')} only`] : []),
  ];
  return parts.join('; ');
}

function latest(moment: Latest): string {
  return moment.at === null ? `unbounded (${moment.why})` : sinceT(moment.at);
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
