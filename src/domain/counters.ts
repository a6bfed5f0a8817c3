/**
 * Counting verdicts: what a guard remembers of a metric in the stage it watches, and what that asks for. Pure; the words
 * are those of Argo Rollouts, where a limit is passed when the count is greater than it.
 */
import type { Judgement } from './health.js';
import type { Metric, OnFailure } from './plan.js';
import type { Verdict } from './status.js';

/** What was counted of a metric in the running stage. Plain JSON: heartbeats and histories carry it. */
export interface Counters {
  failures: number;
  inconclusive: number;
  /** Errors of the provider in a row. */
  consecutiveErrors: number;
  /** Measurements that came off: all but errors. Counters of 0.1 have none. */
  measurements?: number;
  /** Passes in a row. Counters of 0.1 have none. */
  consecutiveSuccesses?: number;
  /** The latest judgement, null before the first. */
  last: Judgement | null;
}

export const NO_COUNTS: Counters = {
  failures: 0,
  inconclusive: 0,
  consecutiveErrors: 0,
  measurements: 0,
  consecutiveSuccesses: 0,
  last: null,
};

/** The counters after one more judgement. An error is no measurement: it spends no budget but its own, and breaks a row of passes. */
export function count(counters: Counters, judgement: Judgement): Counters {
  const { verdict } = judgement;
  const one = (counted: boolean) => (counted ? 1 : 0);
  return {
    failures: counters.failures + one(verdict === 'fail'),
    inconclusive: counters.inconclusive + one(verdict === 'inconclusive'),
    consecutiveErrors: verdict === 'error' ? counters.consecutiveErrors + 1 : 0,
    measurements: (counters.measurements ?? 0) + one(verdict !== 'error'),
    consecutiveSuccesses: verdict === 'pass' ? (counters.consecutiveSuccesses ?? 0) + 1 : 0,
    last: judgement,
  };
}

/** Passed as often in a row as the stage needs before it may be left; a fresh pass is needed beside it. */
export function isSteady(metric: Metric, counters: Counters): boolean {
  return (counters.consecutiveSuccesses ?? 0) >= metric.consecutiveSuccessLimit;
}

/** Measured `count` times and steady: only a confirmation measures it again in this stage. */
export function isDone(metric: Metric, counters: Counters): boolean {
  return isCounted(metric, counters) && isSteady(metric, counters);
}

function isCounted(metric: Metric, counters: Counters): boolean {
  return metric.count > 0 && (counters.measurements ?? 0) >= metric.count;
}

/** What a metric's counters ask for. */
export type HealthAction = OnFailure;

export interface HealthDecision {
  metric: string;
  action: HealthAction;
  verdict: Verdict;
  message: string;
}

const some = (number: number, word: string) => `${number} ${word}${number === 1 ? '' : 's'}`;

/** Every limit that was passed: failure before error before inconclusive. None for what runs dry. */
function passedLimits(metric: Metric, counters: Counters): HealthDecision[] {
  if (metric.dryRun) return [];
  const { failures, consecutiveErrors, inconclusive } = counters;
  const last = counters.last?.message ?? metric.name;
  const asks = (passed: boolean, verdict: Verdict, action: HealthAction, why: string): HealthDecision[] =>
    passed ? [{ metric: metric.name, action, verdict, message: `${last} (${why})` }] : [];
  const { failureLimit, consecutiveErrorLimit, inconclusiveLimit } = metric;
  return [
    ...asks(
      failures > failureLimit,
      'fail',
      metric.onFailure,
      `${some(failures, 'failure')}, limit ${failureLimit}`,
    ),
    ...asks(
      consecutiveErrors > consecutiveErrorLimit,
      'error',
      metric.onError,
      `${some(consecutiveErrors, 'error')} in a row, limit ${consecutiveErrorLimit}`,
    ),
    ...asks(
      inconclusive > inconclusiveLimit,
      'inconclusive',
      metric.onInconclusive,
      `${inconclusive} inconclusive, limit ${inconclusiveLimit}`,
    ),
    ...asks(
      isCounted(metric, counters) && !isSteady(metric, counters),
      'inconclusive',
      metric.onInconclusive,
      `${some(counters.measurements ?? 0, 'measurement')}, and not ${metric.consecutiveSuccessLimit} passes in a row at their end`,
    ),
  ];
}

/** What counters ask for, whatever was done before; null while no limit is passed. */
export function decideHealth(metric: Metric, counters: Counters): HealthDecision | null {
  return passedLimits(metric, counters)[0] ?? null;
}

/** The mark in `acted` of a metric that was only told. */
export const toldMark = (metric: string): string => `${metric} (told)`;

/**
 * Whether a decision was carried out already in this stage. Taking users back counts again whatever was done before,
 * and a metric that was only told may still pause.
 */
export function isActedOn(acted: readonly string[], { metric, action }: HealthDecision): boolean {
  if (action === 'revert') return false;
  return acted.includes(metric) || (action === 'notify' && acted.includes(toldMark(metric)));
}

/** What a watch counted, when that is more than its judgements say. */
export interface Counted {
  decisions?: HealthDecision[];
  counters?: Record<string, Counters>;
}

/** What is left of `acted` when a metric's counters begin anew. */
export function forgetActed(acted: readonly string[], metric: string): string[] {
  return acted.filter((entry) => entry !== metric && entry !== toldMark(metric));
}

/** What a guard is begun with: its metrics, what the release knows of them, and what was done about them. */
export interface Watched {
  metrics: readonly Metric[];
  counters: Readonly<Record<string, Counters>>;
  acted: readonly string[];
}

/** What counters ask for that was not done yet: of each metric the first such limit, in the order of decideHealth. */
export function openDecisions(
  { metrics, acted }: Pick<Watched, 'metrics' | 'acted'>,
  counters: Readonly<Record<string, Counters>>,
): HealthDecision[] {
  return metrics.flatMap((metric) => {
    const passed = passedLimits(metric, counters[metric.name] ?? NO_COUNTS);
    return passed.find((decision) => !isActedOn(acted, decision)) ?? [];
  });
}

/** What asks for nothing and comes again and again is told this much later at the earliest, milliseconds: each is history. */
const TELL_AGAIN_MS = 10 * 60_000;

/**
 * Whether a guard should tell what it counted although nothing is decided, so that it outlives the guard and steps up
 * are decided on it: a failure (until it is acted on; the heartbeat holds those that follow closely), the last
 * measurement of `count`, and when a row of passes is long enough or breaks.
 * @param told what the guard was begun with
 */
export function hasCountNews(told: Watched, counters: Readonly<Record<string, Counters>>): boolean {
  return told.metrics.some((metric) => {
    const before = told.counters[metric.name] ?? NO_COUNTS;
    return isNews(metric, before, counters[metric.name] ?? NO_COUNTS, told.acted);
  });
}

function isNews(metric: Metric, before: Counters, after: Counters, acted: readonly string[]): boolean {
  if (metric.dryRun) return false;
  const known = acted.includes(metric.name) || acted.includes(toldMark(metric.name));
  const isLater = (after.last?.at ?? 0) - (before.last?.at ?? 0) >= TELL_AGAIN_MS;
  const isFirst = before.failures === 0 || isLater;
  if (after.failures > before.failures && !known && isFirst) return true;
  if (isDone(metric, after) && !isDone(metric, before)) return true;
  if (isSteady(metric, after) === isSteady(metric, before)) return false;
  return isSteady(metric, before) || before.last === null || isLater;
}

/**
 * When a metric is measured next, milliseconds since the epoch: first after its initial delay, then once per interval,
 * and no more once it is done.
 */
export function nextDue(metric: Metric, counters: Counters, confirmedAt: number): number {
  if (counters.last === null) return confirmedAt + metric.initialDelayMs;
  return isDone(metric, counters) ? Number.POSITIVE_INFINITY : counters.last.at + metric.intervalMs;
}

type Counts = Readonly<Record<string, Counters>>;

/** The deciding metrics that a guard measures no more: confirmations count them on, so that none fails for ever unnoticed. */
export function doneOf<W extends Watched>(watched: W): W {
  const isLeft = (metric: Metric) =>
    !metric.dryRun && isDone(metric, watched.counters[metric.name] ?? NO_COUNTS);
  return { ...watched, metrics: watched.metrics.filter(isLeft) };
}

/**
 * When they may be measured again, milliseconds since the epoch: at once after a pass, else after their interval, since
 * a bad minute must not spend a limit that is meant for several.
 */
export function notBefore({ metrics }: Pick<Watched, 'metrics'>, counters: Counts): number {
  const moments = metrics.map(({ name, intervalMs }) => {
    const last = counters[name]?.last ?? null;
    return last === null || last.verdict === 'pass' ? 0 : last.at + intervalMs;
  });
  return Math.max(0, ...moments);
}

/** Their counters after a confirmation, and what of it must be told; null when a confirmation says enough. */
export function recount(
  done: Watched,
  before: Counts,
  judgements: readonly Judgement[],
): { counters: Record<string, Counters>; news: Required<Counted> | null } {
  const counters = Object.fromEntries(
    done.metrics.map(({ name }) => {
      const judgement = judgements.find(({ metric }) => metric === name);
      const known = before[name] ?? NO_COUNTS;
      return [name, judgement === undefined ? known : count(known, judgement)];
    }),
  );
  const decisions = openDecisions(done, counters);
  const news = decisions.length > 0 || hasCountNews(done, counters) ? { decisions, counters } : null;
  return { counters, news };
}
