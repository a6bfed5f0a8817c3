/** Lint rules about when a metric measures: nothing may pass without a measurement. */
import { formatDuration } from '../domain/duration.js';
import { activeMetrics, decidingMetrics, type Metric, type ReleasePlan, type Stage } from '../domain/plan.js';
import { enoughMs, firstMeasurementMs } from '../domain/timeline.js';
import type { Finding, Rule } from './lint-rule.js';
import type { Path } from './problem.js';

const measures: Rule = {
  name: 'metric-measures',
  asks: '`from` is at most 100, and the metric is active in a stage that lasts or in the bake. Active in the bake only: hint.',
  check: (plan) =>
    plan.health.flatMap(({ from }, index): Finding[] => {
      const finding = { path: ['health', index, 'from'], value: `${from}` };
      const watched = plan.rollout.stages
        .slice(0, -1)
        .some((stage) => stage.percentage >= from && (stage.soakMs > 0 || stage.hold));
      if (watched) return [];
      if (from > 100 || plan.rollout.bakeMs === 0) {
        return [
          {
            ...finding,
            severity: 'error',
            message: 'the metric would never be measured: nothing from this percentage on is watched',
            remedy: 'lower from to a stage that soaks',
          },
        ];
      }
      // Without a ladder there is no stage to measure at; that is a hint of its own.
      const ladder = plan.rollout.stages.some(({ percentage }) => percentage > 0 && percentage < 100);
      if (!ladder) return [];
      return [
        {
          ...finding,
          severity: 'hint',
          message: 'the metric is measured only after 100 %, when the cheap way back is spent',
          remedy: 'lower from to a stage that soaks',
        },
      ];
    }),
};

/** A time that health is watched for. */
interface Watch {
  percentage: number;
  lengthMs: number;
  path: Path;
  name: string;
}

function soakOf({ percentage, soakMs }: Stage, index: number): Watch {
  return {
    percentage,
    lengthMs: soakMs,
    path: ['rollout', 'stages', index, 'soak'],
    name: `the soak at ${percentage} %`,
  };
}

function bakeOf({ rollout: { bakeMs } }: ReleasePlan): Watch {
  return { percentage: 100, lengthMs: bakeMs, path: ['rollout', 'bake'], name: 'the bake' };
}

/** What is watched for a while. A stage without a soak is another rule's; one that holds is measured before it is left. */
function watchesOf(plan: ReleasePlan): Watch[] {
  const soaks = plan.rollout.stages.slice(0, -1).map(soakOf);
  return [...soaks.filter((soak) => soak.lengthMs > 0), bakeOf(plan)];
}

const spelled = (ms: number) => formatDuration(ms).replaceAll(' ', '');

const measuresInTime: Rule = {
  name: 'first-measurement-in-time',
  asks: 'initialDelay + interval of every active metric that decides fits into every soak, and into the bake.',
  check: (plan) =>
    watchesOf(plan).flatMap(({ percentage, lengthMs, path, name }): Finding[] => {
      const late = decidingMetrics(plan, percentage)
        .filter((metric) => firstMeasurementMs(metric) > lengthMs)
        .sort((one, other) => firstMeasurementMs(other) - firstMeasurementMs(one));
      const slowest = late[0];
      if (!slowest) return [];
      const needs = formatDuration(firstMeasurementMs(slowest));
      return [
        {
          severity: 'error',
          path,
          value: formatDuration(lengthMs),
          message: `${name} is over before ${late.map((metric) => metric.name).join(', ')} could be measured once: initialDelay ${formatDuration(slowest.initialDelayMs)} + interval ${formatDuration(slowest.intervalMs)} = ${needs}`,
          remedy: `make it at least ${spelled(firstMeasurementMs(slowest))}, or shorten initialDelay or interval`,
        },
      ];
    }),
};

/** The watches of a metric that need a thing from it, with where the metric is in the plan. */
function perWatch(
  plan: ReleasePlan,
  active: (plan: ReleasePlan, percentage: number) => Metric[],
  find: (metric: Metric, index: number, watches: Watch[]) => Finding[],
): Finding[] {
  return plan.health.flatMap((metric, index) =>
    find(
      metric,
      index,
      watchesOf(plan).filter(({ percentage }) => active(plan, percentage).includes(metric)),
    ),
  );
}

const passesInTime: Rule = {
  name: 'passes-in-time',
  asks: 'initialDelay + consecutiveSuccessLimit × interval of a metric fits into every soak in which it is active, and into the bake.',
  check: (plan) =>
    perWatch(plan, decidingMetrics, (metric, index, watches): Finding[] => {
      const { consecutiveSuccessLimit: limit, intervalMs, initialDelayMs } = metric;
      const [shortest] = watches.sort((one, other) => one.lengthMs - other.lengthMs);
      if (limit <= 1 || !shortest || enoughMs(metric) <= shortest.lengthMs) return [];
      return [
        {
          severity: 'error',
          path: ['health', index, 'consecutiveSuccessLimit'],
          value: `${limit}`,
          message: `${shortest.name} (${formatDuration(shortest.lengthMs)}) has no room for so many passes: initialDelay ${formatDuration(initialDelayMs)} + ${limit} × interval ${formatDuration(intervalMs)} = ${formatDuration(enoughMs(metric))}`,
          remedy: `lower it, shorten interval, or make ${shortest.name} at least ${spelled(enoughMs(metric))}`,
        },
      ];
    }),
};

const countLastsLongEnough: Rule = {
  name: 'count-ends-early',
  asks: 'A metric with count is measured as long as each of its stages lasts: initialDelay + count × interval. Hint.',
  check: (plan) =>
    perWatch(plan, activeMetrics, ({ count, intervalMs, initialDelayMs }, index, watches): Finding[] => {
      const measuredMs = initialDelayMs + count * intervalMs;
      const longer = watches.find(({ lengthMs }) => lengthMs > measuredMs);
      if (count === 0 || !longer) return [];
      return [
        {
          severity: 'hint',
          path: ['health', index, 'count'],
          value: `${count}`,
          message: `after ${formatDuration(measuredMs)} nothing measures it, and ${longer.name} lasts ${formatDuration(longer.lengthMs)}: what goes bad after that is found only before the step up`,
          remedy: 'leave count out, so that it is measured as long as the stage lasts',
        },
      ];
    }),
};

export const MEASUREMENT_RULES: readonly Rule[] = [
  measures,
  measuresInTime,
  passesInTime,
  countLastsLongEnough,
];
