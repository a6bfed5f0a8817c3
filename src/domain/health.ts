/**
 * Judging health: a measurement becomes a verdict, verdicts are counted, counts become a decision.
 * Pure. The rule behind all of it: no measurement is never a pass.
 */
import type { Metric } from './plan.js';
import type { Verdict } from './status.js';

/** What a provider brought back for one metric at one moment. */
export interface Measurement {
  at: number;
  /** The metric's value; null when there was none (no series, no traffic). */
  value: number | null;
  /** How many samples stand behind it; null when nobody asked or nothing answered. */
  samples: number | null;
  /** The provider could not be asked, or its answer made no sense. */
  error?: string;
}

export interface Judgement {
  metric: string;
  verdict: Verdict;
  value: number | null;
  at: number;
  /** A sentence with the numbers that decided. */
  message: string;
}

/** What a guard has counted in the stage it watches. */
export interface Counters {
  failures: number;
  inconclusive: number;
  consecutiveErrors: number;
  /** The latest judgement, null before the first. */
  last: Judgement | null;
}

export const NO_COUNTS: Counters = { failures: 0, inconclusive: 0, consecutiveErrors: 0, last: null };

/** A value's distance from its range in words: `0.02 > max 0.01`. */
function outside(metric: Metric, value: number): string | null {
  const { min, max } = metric.thresholdRange ?? {};
  if (max !== undefined && value > max) return `${value} > max ${max}`;
  if (min !== undefined && value < min) return `${value} < min ${min}`;
  return null;
}

function rangeText({ min, max }: NonNullable<Metric['thresholdRange']>): string {
  return [min !== undefined ? `≥ ${min}` : '', max !== undefined ? `≤ ${max}` : '']
    .filter(Boolean)
    .join(' and ');
}

/** Why the samples are too few to judge by; null when they are enough or the plan asks for none. */
function tooFew({ minSamples }: Metric, samples: number | null): string | null {
  if (minSamples === undefined || (samples !== null && samples >= minSamples.atLeast)) return null;
  return `${samples ?? 'no'} samples, fewer than ${minSamples.atLeast}`;
}

/** The judgement of what was measured elsewhere and came as a verdict; it needs its samples as a value does. */
export function judgeReported(
  metric: Metric,
  { at, value, samples, verdict }: Measurement & { verdict: 'pass' | 'fail' },
): Judgement {
  const few = tooFew(metric, samples);
  return {
    metric: metric.name,
    verdict: few === null ? verdict : 'inconclusive',
    value,
    at,
    message: `${metric.name}: ${few ?? `reported as ${verdict}`}`,
  };
}

/** The verdict of one measurement. An error or missing data can never be a pass. */
export function judge(metric: Metric, measurement: Measurement): Judgement {
  const { value, samples, at, error } = measurement;
  const say = (verdict: Verdict, message: string): Judgement => ({
    metric: metric.name,
    verdict,
    // JSON knows no other numbers.
    value: Number.isFinite(value) ? value : null,
    at,
    message: `${metric.name}: ${message}`,
  });
  if (error !== undefined) return say('error', error);
  if (value === null) return say('inconclusive', 'no data');
  if (!Number.isFinite(value)) return say('error', `the value is not a finite number`);
  const few = tooFew(metric, samples);
  if (few !== null) return say('inconclusive', few);
  const breach = outside(metric, value);
  if (breach !== null) return say('fail', breach);
  const range = metric.thresholdRange ?? {};
  if (range.min === undefined && range.max === undefined)
    return say('inconclusive', 'no threshold to judge by');
  return say('pass', `${value} is ${rangeText(range)}`);
}

/** The counters after one more judgement. */
export function count(counters: Counters, judgement: Judgement): Counters {
  const { verdict } = judgement;
  return {
    failures: counters.failures + (verdict === 'fail' ? 1 : 0),
    inconclusive: counters.inconclusive + (verdict === 'inconclusive' ? 1 : 0),
    consecutiveErrors: verdict === 'error' ? counters.consecutiveErrors + 1 : 0,
    last: judgement,
  };
}

/** What a metric's counters ask for. */
export type HealthAction = 'revert' | 'pause' | 'notify';

export interface HealthDecision {
  metric: string;
  action: HealthAction;
  verdict: Verdict;
  message: string;
}

/** As in Argo Rollouts a limit is passed only when the count is greater than it. Failure goes before the rest. */
export function decideHealth(metric: Metric, counters: Counters): HealthDecision | null {
  const last = counters.last?.message ?? metric.name;
  if (counters.failures > metric.failureLimit)
    return {
      metric: metric.name,
      action: metric.onFailure,
      verdict: 'fail',
      message: `${last} (${counters.failures} failures, limit ${metric.failureLimit})`,
    };
  if (counters.consecutiveErrors > metric.consecutiveErrorLimit)
    return {
      metric: metric.name,
      action: 'pause',
      verdict: 'error',
      message: `${last} (${counters.consecutiveErrors} errors in a row, limit ${metric.consecutiveErrorLimit})`,
    };
  if (counters.inconclusive > metric.inconclusiveLimit)
    return {
      metric: metric.name,
      action: 'pause',
      verdict: 'inconclusive',
      message: `${last} (${counters.inconclusive} inconclusive, limit ${metric.inconclusiveLimit})`,
    };
  return null;
}

/** A metric is measured first after its initial delay and then once per interval. Milliseconds since the epoch. */
export function nextDue(metric: Metric, counters: Counters, confirmedAt: number): number {
  return counters.last === null ? confirmedAt + metric.initialDelayMs : counters.last.at + metric.intervalMs;
}

/** A pass no longer counts when it is older than two intervals. */
export function isFresh(metric: Metric, judgement: Judgement, now: number): boolean {
  return now - judgement.at <= 2 * metric.intervalMs;
}

/** How long a confirmation of these metrics stays good; without metrics one minute. Milliseconds. */
export function freshForMs(metrics: Metric[]): number {
  return metrics.length === 0 ? 60_000 : Math.min(...metrics.map((metric) => 2 * metric.intervalMs));
}

/** Fills a query's placeholders; values are escaped for a PromQL string literal. */
export function renderQuery(query: string, values: { app: string; version: string }): string {
  const quoted = (text: string) => text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
  // By functions: a replacement text would give `$&` in a version a meaning.
  return query
    .replaceAll('{{app}}', () => quoted(values.app))
    .replaceAll('{{version}}', () => quoted(values.version));
}
