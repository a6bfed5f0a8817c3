/** What is watched, on Current Details, and where its newest measurements are. */
import { type Block, block, code, escapeText, time } from './details-text.js';
import type { MetricStatus, ReleaseStatus } from './status.js';

/** Names of metrics. */
const MOST_METRICS = 6;

/** The metrics that count now, each with what was last decided on: the watch's own newer ones are in its heartbeat. */
export function health({ health: metrics, outcome }: ReleaseStatus): Block[] {
  const active = outcome === null ? metrics.filter((metric) => metric.active) : [];
  if (active.length === 0) return [];
  const more = active.length > MOST_METRICS ? `, \`${active.length - MOST_METRICS}\` more` : '';
  const named = active.slice(0, MOST_METRICS).map(metricText).join(', ');
  return [
    block(`**Health:** ${named}${more}. The newest values are in *Pending Activities*, under \`guard\`.`),
  ];
}

function metricText({ name, verdict, value, at, dryRun }: MetricStatus): string {
  const title = `${escapeText(name, 60)}${dryRun ? ' (decides nothing)' : ''}`;
  if (verdict === null || at === null) return `${title} is watched`;
  return `${title} ${verdict}${value === null ? '' : ` ${code(String(value))}`} ${time(at)}`;
}
