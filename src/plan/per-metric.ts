/** A lint rule that looks at one metric at a time. */
import type { Metric } from '../domain/plan.js';
import type { Finding, Rule } from './lint-rule.js';

/** @param check `path` leads to the metric */
export function perMetric(
  name: string,
  asks: string,
  check: (metric: Metric, path: readonly ['health', number]) => Finding[],
): Rule {
  return {
    name,
    asks,
    check: ({ health }) => health.flatMap((metric, index) => check(metric, ['health', index])),
  };
}
