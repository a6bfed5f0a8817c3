/** Judges a plan as a whole: whether it can be carried out, and whether it would notice a bad version. Offline and pure. */

import { formatDuration } from '../domain/duration.js';
import type { ReleasePlan } from '../domain/plan.js';
import { HEALTH_RULES } from './lint-health.js';
import { LADDER_RULES } from './lint-ladder.js';
import { MEASUREMENT_RULES } from './lint-measurement.js';
import type { Rule } from './lint-rule.js';
import type { Locator } from './locator.js';
import { byPlace, formatPath, type Problem } from './problem.js';

const auditIsReadInTime: Rule = {
  name: 'audit-poll',
  asks: 'audit.poll is not longer than audit.deadline.',
  check: ({ audit: { pollMs, deadlineMs } }) =>
    pollMs <= deadlineMs
      ? []
      : [
          {
            severity: 'error',
            path: ['audit', 'poll'],
            value: formatDuration(pollMs),
            message: `is longer than the deadline (${formatDuration(deadlineMs)}), so that it would be overdue unread`,
            remedy: 'write a shorter poll, for example 10m',
          },
        ],
};

/** Every rule, in the order in which they are told. */
export const RULES: readonly Rule[] = [
  ...LADDER_RULES,
  ...MEASUREMENT_RULES,
  ...HEALTH_RULES,
  auditIsReadInTime,
];

export interface LintResult {
  /** Any of these refuses the plan. */
  errors: Problem[];
  hints: Problem[];
}

/**
 * Applies every rule to a plan.
 * @param locator finds the lines of the file the plan was read from; without it, problems have none
 */
export function lintPlan(plan: ReleasePlan, locator?: Pick<Locator, 'locate'>): LintResult {
  const result: LintResult = { errors: [], hints: [] };
  for (const rule of RULES) {
    for (const { severity, path, value, message, remedy } of rule.check(plan)) {
      const problem: Problem = {
        path: formatPath(path),
        ...(value !== undefined && { value }),
        message,
        remedy,
        rule: rule.name,
        ...locator?.locate(path),
      };
      (severity === 'error' ? result.errors : result.hints).push(problem);
    }
  }
  result.errors.sort(byPlace);
  result.hints.sort(byPlace);
  return result;
}
