/**
 * Judging health: a measurement becomes a verdict; verdicts are counted, and counts become a decision (counters.ts).
 * Pure. The rule behind all of it: no measurement is never a pass.
 */
import type { Metric } from './plan.js';
import type { Verdict } from './status.js';

export {
  type Counters,
  count,
  decideHealth,
  type HealthAction,
  type HealthDecision,
  NO_COUNTS,
  nextDue,
} from './counters.js';

/** What a plan's conditions said of a value; null for a condition that the plan does not have. */
export interface Holds {
  success: boolean | null;
  failure: boolean | null;
}

/** What a provider brought back for one metric at one moment. */
export interface Measurement {
  at: number;
  /** The metric's value; null when there was none (no series, no traffic). */
  value: number | null;
  /** How many samples stand behind it; null when nobody asked or nothing answered. */
  samples: number | null;
  /** There when the plan judges by conditions and there was something to judge. */
  holds?: Holds;
  /** The provider could not be asked, its answer made no sense, or a condition could not be evaluated. */
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

/** A condition in a message, characters. */
const LONGEST_CONDITION = 120;

function shown(condition: string): string {
  const line = condition.trim().replace(/\s+/g, ' ');
  return line.length <= LONGEST_CONDITION ? line : `${line.slice(0, LONGEST_CONDITION - 1)}…`;
}

/** Failure goes before success; with both and neither true nothing is known. */
function byConditions(
  { successCondition: good, failureCondition: bad }: Metric,
  { value, samples, holds }: Measurement,
): [Verdict, string] {
  const isSaid = (condition: string | null, said?: boolean | null) =>
    condition === null || typeof said === 'boolean';
  if (!isSaid(good, holds?.success) || !isSaid(bad, holds?.failure))
    return ['error', 'its conditions were not evaluated'];
  const usesSamples = /\bsamples\b/.test(`${good} ${bad}`);
  const numbers = usesSamples && samples !== null ? `${value} of ${samples} samples` : `${value}`;
  if (bad !== null && holds?.failure) return ['fail', `${numbers}, failureCondition ${shown(bad)}`];
  if (good !== null && holds?.success) return ['pass', `${numbers}, ${shown(good)}`];
  if (good === null) return ['pass', `${numbers}, not ${shown(bad ?? '')}`];
  if (bad === null) return ['fail', `${numbers}, not ${shown(good)}`];
  return ['inconclusive', `${numbers}, neither ${shown(good)} nor ${shown(bad)}`];
}

function byRange(metric: Metric, value: number): [Verdict, string] {
  const breach = outside(metric, value);
  if (breach !== null) return ['fail', breach];
  const range = metric.thresholdRange ?? {};
  if (range.min === undefined && range.max === undefined) return ['inconclusive', 'no threshold to judge by'];
  return ['pass', `${value} is ${rangeText(range)}`];
}

export function hasConditions({ successCondition, failureCondition }: Metric): boolean {
  return successCondition !== null || failureCondition !== null;
}

/** Why the samples are too few to judge by; null when they are enough or the plan asks for none. */
export function tooFew({ minSamples }: Metric, samples: number | null): string | null {
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
  if (value !== null && !Number.isFinite(value)) return say('error', `the value is not a finite number`);
  const few = tooFew(metric, samples);
  // Traffic that was counted and is too little explains a missing value; else what is asked for is not there.
  if (few !== null && (value !== null || samples !== null)) return say('inconclusive', few);
  if (value === null) return say('error', 'no data: the query found no value');
  return say(...(hasConditions(metric) ? byConditions(metric, measurement) : byRange(metric, value)));
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
