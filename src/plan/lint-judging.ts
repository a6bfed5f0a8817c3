/** Lint rules about how a metric's values are judged and its verdicts counted. */
import type { Metric } from '../domain/plan.js';
import { conditionFault, usesVariable } from './conditions.js';
import type { Finding } from './lint-rule.js';
import { perMetric } from './per-metric.js';
import type { Path } from './problem.js';

const CONDITIONS = ['successCondition', 'failureCondition'] as const;

const given = (metric: Metric) => CONDITIONS.filter((field) => metric[field] !== null);

const judgedOneWay = perMetric(
  'judged-one-way',
  'A metric is judged by thresholdRange, or by successCondition, failureCondition or both; a pushed one by thresholdRange.',
  (metric, path) => {
    const conditions = given(metric);
    const range = [...path, 'thresholdRange'];
    if (metric.provider.kind === 'push' && conditions.length > 0)
      return conditions.map((field) => ({
        severity: 'error',
        path: [...path, field],
        value: `${metric[field]}`,
        message:
          'a pushed value is judged within the release, where no expression is evaluated: it must be the same at every replay',
        remedy: 'write thresholdRange: { max: 0.01 }, or report a verdict instead of a value',
      }));
    if (metric.thresholdRange === null && conditions.length === 0)
      return [
        {
          severity: 'error',
          path: range,
          message: 'is missing, and there is no condition either: nothing would judge the value',
          remedy: 'write for example thresholdRange: { max: 0.01 }, or successCondition: result <= 0.01',
        },
      ];
    if (metric.thresholdRange === null || conditions.length === 0) return [];
    return [
      {
        severity: 'error',
        path: range,
        message: `and ${conditions.join(' and ')} would both judge the value`,
        remedy: 'keep the one or the other',
      },
    ];
  },
);

const canPassAndFail = perMetric(
  'threshold',
  'thresholdRange has min, max or both, and min is not above max.',
  ({ thresholdRange }, path) => {
    if (thresholdRange === null) return [];
    const { min, max } = thresholdRange;
    if (min === undefined && max === undefined) {
      return [
        {
          severity: 'error',
          path: [...path, 'thresholdRange'],
          message: 'is empty, so that every value would pass',
          remedy: 'give min, max or both, for example thresholdRange: { max: 0.01 }',
        },
      ];
    }
    if (min === undefined || max === undefined || min <= max) return [];
    return [
      {
        severity: 'error',
        path: [...path, 'thresholdRange'],
        value: `${min} to ${max}`,
        message: 'min is above max, so that no value would pass',
        remedy: 'exchange them',
      },
    ];
  },
);

const isExpression = perMetric(
  'condition',
  'A condition is a CEL expression of numbers, operators, result and samples that is true or false and looks at result; samples only with minSamples.',
  (metric, path) =>
    given(metric).flatMap((field): Finding[] => {
      const text = metric[field] ?? '';
      const finding = { severity: 'error', path: [...path, field], value: text } as const;
      const fault = conditionFault(text);
      if (fault !== null) return [{ ...finding, ...fault }];
      if (metric.minSamples !== undefined || !usesVariable(text, 'samples')) return [];
      return [
        {
          ...finding,
          message: 'looks at samples, and nothing counts them',
          remedy:
            'say how they are counted with minSamples, for example minSamples: { query: …, atLeast: 1 }',
        },
      ];
    }),
);

const limitsFitCount = perMetric(
  'count',
  'With count, failureLimit is below it and consecutiveSuccessLimit not above it; a pushed metric has no count.',
  ({ count, failureLimit, consecutiveSuccessLimit, provider }, path) => {
    const error = (field: string, value: number, message: string, remedy: string): Finding[] => {
      const where: Path = [...path, field];
      return [{ severity: 'error', path: where, value: `${value}`, message, remedy }];
    };
    if (count === 0) return [];
    if (provider.kind === 'push')
      return error(
        'count',
        count,
        'a pushed metric is measured by its sender, as often as it likes',
        'remove it',
      );
    return [
      ...(failureLimit < count
        ? []
        : error(
            'failureLimit',
            failureLimit,
            `is not below count (${count}), so that the metric could never fail`,
            `write failureLimit: ${count - 1} or less, or leave count out`,
          )),
      ...(consecutiveSuccessLimit <= count
        ? []
        : error(
            'consecutiveSuccessLimit',
            consecutiveSuccessLimit,
            `is above count (${count}), so that it could never be reached`,
            `write consecutiveSuccessLimit: ${count} or less, or leave count out`,
          )),
    ];
  },
);

export const JUDGING_RULES = [judgedOneWay, canPassAndFail, isExpression, limitsFitCount] as const;
