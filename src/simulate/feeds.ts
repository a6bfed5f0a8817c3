/**
 * Where the plan's metrics get their numbers in a simulation. Nothing outside this machine is asked: a metric that is
 * pulled becomes a series of the simulated Prometheus, whatever its own query, and one that is pushed is pushed by the
 * simulation. What is simulated is the number, not the provider.
 */
import { judge, renderQuery } from '../domain/health.js';
import type { Metric, ReleasePlan } from '../domain/plan.js';
import { askConditions } from '../health/conditions.js';
import { parseSelector } from '../simulator/health/selector.js';
import type { Simulator } from '../simulator/server.js';
import type { WorldApp } from '../simulator/world/world.js';
import type { MetricChange } from './actions.js';
import type { Scenario } from './scenario.js';

/** The series that a metric is read from, of the simulated app and version. */
interface Series {
  value: string;
  samples: string | null;
}

export interface Feed {
  metric: Metric;
  /** Null when it is pushed. */
  series: Series | null;
  /** The world file has the series; else they are made here. */
  ofWorld: boolean;
  /** What it shows from the beginning; passes unless the scenario says otherwise. Null for a series of the world file. */
  first: { value: number; samples: number | null } | null;
}

/** No value was found that a metric's own rule lets pass. */
export class NoPassingValueError extends Error {
  override readonly name = 'NoPassingValueError';

  constructor(metric: string) {
    super(
      `no value was found that metric ${metric} lets pass\nsay in the scenario what it shows from the beginning: metrics: { ${metric}: { value: 0.5 } }`,
    );
  }
}

/** How each metric of the plan is fed. @throws NoPassingValueError */
export function feedsOf(plan: ReleasePlan, scenario: Scenario, world: WorldApp | null): Feed[] {
  return plan.health.map((metric, index) => {
    const given = scenario.metrics[metric.name] ?? {};
    const known = world === null ? null : seriesOfWorld(metric, plan, world);
    if (known !== null && given.value === undefined && given.samples === undefined)
      return { metric, series: known, ofWorld: true, first: null };
    const series = known ?? madeSeries(metric, index);
    const enough = enoughSamples(metric);
    const samples = given.samples ?? enough;
    // Few samples are what the scenario wants to show: the value is none the worse.
    const value = given.value ?? passingValue(metric, enough);
    return { metric, series, ofWorld: known !== null, first: { value, samples } };
  });
}

/** The plan with every metric that is pulled read from the simulated Prometheus at `url`, and nobody told: nothing outside is reached. */
export function withFeeds(plan: ReleasePlan, feeds: readonly Feed[], url: string): ReleasePlan {
  return { ...plan, notify: [], health: feeds.map((feed) => fedMetric(feed, url)) };
}

function fedMetric({ metric, series }: Feed, address: string): Metric {
  if (series === null) return metric;
  const { minSamples } = metric;
  return {
    ...metric,
    provider: { kind: 'prometheus', address, query: selector(series.value) },
    ...(minSamples === undefined || series.samples === null
      ? {}
      : { minSamples: { query: selector(series.samples), atLeast: minSamples.atLeast } }),
  };
}

/** Sets what a pulled metric shows, in the simulated Prometheus. */
export function setSeries(
  { control }: Simulator,
  { app, version }: Pick<ReleasePlan, 'app' | 'version'>,
  series: Series,
  { value, samples, from }: Omit<MetricChange, 'name'>,
): void {
  if (value !== undefined) control.metrics({ app, version, name: series.value, value, from });
  if (samples !== undefined && series.samples !== null)
    control.metrics({ app, version, name: series.samples, value: samples, from });
}

/** What pushed metrics show now: the scenario changes it, the simulation pushes it. */
export class PushedValues {
  private readonly points = new Map<string, MetricChange[]>();

  constructor(feeds: readonly Feed[]) {
    for (const { metric, series, first } of feeds)
      if (series === null && first !== null)
        this.points.set(metric.name, [
          { name: metric.name, from: 0, value: first.value, samples: first.samples ?? undefined },
        ]);
  }

  has(name: string): boolean {
    return this.points.has(name);
  }

  set(change: MetricChange): void {
    this.points.set(change.name, [...(this.points.get(change.name) ?? []), change]);
  }

  /** Its value and samples while `percentage` percent of users have the version: the latest of the highest `from`. */
  at(name: string, percentage: number): { value: number; samples: number | null } {
    const valid = (this.points.get(name) ?? [])
      .filter(({ from }) => from <= percentage)
      .toSorted((a, b) => a.from - b.from);
    return {
      value: valid.findLast(({ value }) => value !== undefined)?.value ?? 0,
      samples: valid.findLast(({ samples }) => samples !== undefined)?.samples ?? null,
    };
  }
}

/** Whether the metric's own rule calls it a pass. */
export function isPass(metric: Metric, value: number, samples: number | null): boolean {
  try {
    const holds = askConditions(metric, value, samples);
    return judge(metric, { at: 0, value, samples, ...(holds && { holds }) }).verdict === 'pass';
  } catch {
    return false;
  }
}

function enoughSamples({ minSamples }: Metric): number | null {
  return minSamples === undefined ? null : Math.max(10, 10 * minSamples.atLeast);
}

/** First what lies well within a range or near a condition's own numbers, then what numbers usually are. */
function passingValue(metric: Metric, samples: number | null): number {
  const { min, max } = metric.thresholdRange ?? {};
  const written = [metric.successCondition, metric.failureCondition].flatMap((condition) =>
    [...(condition ?? '').matchAll(/\d+(?:\.\d+)?/g)].map(([text]) => Number(text)),
  );
  const candidates = [
    ...(min !== undefined && max !== undefined ? [(min + max) / 2] : []),
    ...(max !== undefined ? [max * 0.2, max] : []),
    ...(min !== undefined ? [min + Math.abs(min) * 0.01, min] : []),
    ...written.flatMap((number) => [number * 0.5, number * 0.99, number * 1.01, number * 2, number]),
    ...[0, 0.001, 0.5, 1, 10, 100, -1],
  ].map((value) => Number(value.toPrecision(6)));
  const found = candidates.find((value) => isPass(metric, value, samples));
  if (found === undefined) throw new NoPassingValueError(metric.name);
  return found;
}

function selector(name: string): string {
  return `${name}{app="{{app}}",version="{{version}}"}`;
}

/** A name of its own for each metric, and so that a person recognises it. */
function madeSeries({ name, provider }: Metric, index: number): Series | null {
  if (provider.kind === 'push') return null;
  const series = `plan_${index + 1}_${name.replace(/\W/g, '_')}`;
  return { value: series, samples: `${series}_samples` };
}

/** The series of the world file that the metric's own queries name; null when they name none. */
function seriesOfWorld(
  { provider, minSamples }: Metric,
  plan: ReleasePlan,
  { metrics }: WorldApp,
): Series | null {
  if (provider.kind !== 'prometheus') return null;
  const named = (query: string): string | null => {
    const name = parseSelector(renderQuery(query, plan))?.name;
    return name !== undefined && Object.hasOwn(metrics, name) ? name : null;
  };
  const value = named(provider.query);
  if (value === null) return null;
  if (minSamples?.query === undefined) return { value, samples: null };
  const samples = named(minSamples.query);
  return samples === null ? null : { value, samples };
}
