/** Lint rules about when a metric measures: nothing may pass without a measurement. */
import { formatDuration } from '../domain/duration.js';
import { activeMetrics, type ReleasePlan, type Stage } from '../domain/plan.js';
import { firstMeasurementMs } from '../domain/timeline.js';
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

const measuresInTime: Rule = {
  name: 'first-measurement-in-time',
  asks: 'initialDelay + interval of every active metric fits into every soak, and into the bake.',
  check: (plan) => {
    // A stage without a soak is another rule's; one that holds without it is measured before a person leaves it.
    const soaks = plan.rollout.stages.slice(0, -1).map(soakOf);
    const watches = [...soaks.filter((soak) => soak.lengthMs > 0), bakeOf(plan)];
    return watches.flatMap(({ percentage, lengthMs, path, name }): Finding[] => {
      const late = activeMetrics(plan, percentage)
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
          remedy: `make it at least ${needs.replaceAll(' ', '')}, or shorten initialDelay or interval`,
        },
      ];
    });
  },
};

export const MEASUREMENT_RULES: readonly Rule[] = [measures, measuresInTime];
