/**
 * Why weeks take seconds: a guard looks every two minutes and measures every interval, and an audit is polled, but as long
 * as nothing in the simulated world can have changed they would see the same again. Such looks are left out; from the
 * moment before something happens they are made as the plan says.
 */
import { type Counters, isDone, isSteady, NO_COUNTS, nextDue } from '../domain/counters.js';
import type { GuardInput } from '../domain/decide.js';
import type { Metric } from '../domain/plan.js';

/** Something is looked at at least so often. Milliseconds. */
const LONGEST_MS = 6 * 3_600_000;

/** What is known of the world at the end of an attempt. */
export interface Surroundings {
  /** Milliseconds since the epoch. */
  now: number;
  /** When the world changes next, milliseconds since the epoch; null: never. */
  next: number | null;
  /** When it changed last, milliseconds since the epoch. */
  changedAt: number;
  /** Nothing has changed since the end of the attempt before, and no fault is on order. */
  unchanged: boolean;
}

/** An attempt that ended for now. */
export interface Look {
  activity: string;
  /** When it asked to be made again, milliseconds. */
  delayMs: number;
  /** What it was given: of a guard, what it measures, and which metrics were acted on already. */
  guarded: Partial<Pick<GuardInput, 'metrics' | 'acted' | 'confirmedAt'>>;
  /** What the attempt before it left. */
  memory: unknown;
}

const RESTING = ['guard', 'awaitAudit', 'awaitOnline'];

/**
 * How long until the next attempt, milliseconds: a multiple of what was asked for, so that it looks at the moments at which
 * it would have looked anyway. A metric is measured when it is due, unless nothing can come of it.
 */
export function restMs({ activity, delayMs, guarded, memory }: Look, around: Surroundings): number {
  if (!around.unchanged || delayMs < 1 || !RESTING.includes(activity)) return delayMs;
  const { metrics = [], acted = [], confirmedAt = 0 } = guarded;
  const counters = countersOf(memory) ?? {};
  const due = metrics.flatMap((metric) => {
    const counted = counters[metric.name] ?? NO_COUNTS;
    const isFresh = counted.last !== null && counted.last.at > around.changedAt;
    const isAtRest = isFresh && nothingComesOf(metric, counted, acted.includes(metric.name));
    return isAtRest ? [] : [nextDue(metric, counted, confirmedAt)];
  });
  const until = Math.min(around.next ?? Number.POSITIVE_INFINITY, around.now + LONGEST_MS, ...due);
  return Math.max(1, Math.floor((until - around.now) / delayMs)) * delayMs;
}

/** Whether it stays without consequence that the metric is measured so again. */
function nothingComesOf(metric: Metric, counted: Counters, acted: boolean): boolean {
  if (metric.dryRun) return true;
  const verdict = counted.last?.verdict;
  // What was acted on once is acted on again only to take users back.
  if (acted) return verdict !== 'fail' || metric.onFailure !== 'revert';
  return verdict === 'pass' && isSteady(metric, counted) && (metric.count === 0 || isDone(metric, counted));
}

/** What a guard has counted, out of what its attempt left to the next one; null when there is nothing of the kind. */
export function countersOf(memory: unknown): Record<string, Counters> | null {
  if (typeof memory !== 'object' || memory === null || !('counters' in memory)) return null;
  const { counters } = memory;
  return typeof counters === 'object' && counters !== null ? (counters as Record<string, Counters>) : null;
}
