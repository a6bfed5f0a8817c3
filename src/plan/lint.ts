/** Judges a plan as a whole: whether it can be carried out, and whether it would notice a bad version. Offline and pure. */

import { formatDuration } from '../domain/duration.js';
import type { ReleasePlan } from '../domain/plan.js';
import type { Opening } from '../domain/status.js';
import { openings } from '../windows/openings.js';
import { isTimeZone } from '../windows/wall-clock.js';
import { GATE_RULES } from './lint-gates.js';
import { HEALTH_RULES } from './lint-health.js';
import { LADDER_RULES } from './lint-ladder.js';
import { MEASUREMENT_RULES } from './lint-measurement.js';
import { NOTIFY_RULES } from './lint-notify.js';
import type { Rule } from './lint-rule.js';
import { SOURCE_RULES } from './lint-source.js';
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
  ...SOURCE_RULES,
  ...LADDER_RULES,
  ...GATE_RULES,
  ...MEASUREMENT_RULES,
  ...HEALTH_RULES,
  auditIsReadInTime,
  ...NOTIFY_RULES,
];

export interface LintResult {
  /** Any of these refuses the plan. */
  errors: Problem[];
  hints: Problem[];
}

/** A ladder may begin on any day of a year, both changes of the clock among them; it takes a month at most. Milliseconds. */
const LOOKED_AT_MS = 400 * 24 * 3_600_000;

/**
 * Applies every rule to a plan.
 * @param locator finds the lines of the file the plan was read from; without it, problems have none
 * @param now when the year begins whose windows are looked at, milliseconds since the epoch
 */
export function lintPlan(
  plan: ReleasePlan,
  locator?: Pick<Locator, 'locate'>,
  now: number = Date.now(),
): LintResult {
  const result: LintResult = { errors: [], hints: [] };
  const known = { openings: openingsOf(plan, now) };
  for (const rule of RULES) {
    for (const { severity, path, value, message, remedy } of rule.check(plan, known)) {
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

function openingsOf({ rollout: { windows } }: ReleasePlan, now: number): Opening[] {
  if (windows === null || !isTimeZone(windows.timezone)) return [];
  return openings(windows, now, now + LOOKED_AT_MS);
}
