/** Asks a plan's conditions about a measurement. They are text from a plan: whatever they say, the worker goes on. */
import { createContext, runInContext } from 'node:vm';
import { type Holds, hasConditions, tooFew } from '../domain/health.js';
import type { Metric } from '../domain/plan.js';
import { conditionFault, parseCondition } from '../plan/conditions.js';

/**
 * For one condition, milliseconds by the clock. An honest one takes less than one; but on a machine that is overloaded the
 * clock goes on while the worker does not, and a slow machine must not be an error of the metric. The worker waits meanwhile.
 */
const TIME_LIMIT_MS = 1_000;
/** What is told of an error, characters. */
const LONGEST_ERROR = 200;

/** A condition could not be evaluated. */
export class ConditionError extends Error {
  override readonly name = 'ConditionError';
}

/** Why the conditions of a metric cannot work, whatever is measured; null when they can. */
export function conditionTrouble(metric: Metric): string | null {
  for (const field of ['successCondition', 'failureCondition'] as const) {
    const condition = metric[field];
    const fault = condition === null ? null : conditionFault(condition);
    if (fault !== null) return `${field} ${fault.message}; ${fault.remedy}`;
  }
  return null;
}

/**
 * What the conditions say of a value; undefined when the plan has none, or when there is nothing to judge (no value, too
 * few samples). @throws ConditionError
 */
export function askConditions(
  metric: Metric,
  value: number | null,
  samples: number | null,
): Holds | undefined {
  if (!hasConditions(metric) || value === null || tooFew(metric, samples) !== null) return undefined;
  const ask = (field: 'successCondition' | 'failureCondition') => {
    const condition = metric[field];
    return condition === null ? null : evaluate(field, condition, { result: value, samples });
  };
  return { success: ask('successCondition'), failure: ask('failureCondition') };
}

function evaluate(
  field: string,
  condition: string,
  values: { result: number; samples: number | null },
): boolean {
  let said: unknown;
  try {
    said = withinTime(TIME_LIMIT_MS, () => {
      // A plan may have come to the worker without having been checked.
      const fault = conditionFault(condition);
      if (fault !== null) throw new ConditionError(fault.message);
      return parseCondition(condition)(values);
    });
  } catch (error) {
    throw new ConditionError(`${field} ${reasonOf(error)}`.slice(0, LONGEST_ERROR));
  }
  if (typeof said !== 'boolean')
    throw new ConditionError(`${field} is ${typeof said}, and not true or false`);
  return said;
}

function reasonOf(error: unknown): string {
  if (error instanceof ConditionError) return error.message;
  const { code, summary } = error as { code?: unknown; summary?: unknown };
  if (code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return `gave no answer within ${TIME_LIMIT_MS} ms`;
  // The library's whole messages go over several lines, with the place marked.
  return `cannot be evaluated: ${String(summary ?? 'unknown failure')}`;
}

/** The result of some work that never waits, interrupted after `limitMs` milliseconds wherever it is; then it throws. */
export function withinTime<T>(limitMs: number, work: () => T): T {
  return runInContext('work()', createContext({ work }), { timeout: limitMs });
}
