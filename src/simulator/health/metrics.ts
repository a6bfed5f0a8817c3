/** Health as Prometheus would tell it: series per app and version, made from the world and from who is served. */

import type { MetricPoint } from '../world/health.js';
import type { Selector } from './selector.js';

/** Metric name → its points, of one app. */
export type AppMetrics = Readonly<Record<string, readonly MetricPoint[]>>;

export interface Series {
  labels: Record<string, string>;
  value: number;
}

/**
 * The series of one app: for each metric and each version that somebody is served, the point with the
 * highest `from` that the percentage has reached.
 */
export function seriesOf(
  appid: string,
  metrics: AppMetrics,
  audience: ReadonlyMap<string, number>,
): Series[] {
  return Object.entries(metrics).flatMap(([name, points]) =>
    [...audience].flatMap(([version, percentage]): Series[] => {
      const value = valueAt(points, version, percentage);
      if (value === undefined) return [];
      return [{ labels: { __name__: name, app: appid, version }, value }];
    }),
  );
}

/** A metric of a version that `percentage` of users are served; undefined when it has none there. */
export function valueAt(
  points: readonly MetricPoint[],
  version: string,
  percentage: number,
): number | undefined {
  const point = points
    .filter((candidate) => candidate.version === version && candidate.from <= percentage)
    .reduce<MetricPoint | undefined>(
      (best, next) => (best === undefined || next.from >= best.from ? next : best),
      undefined,
    );
  return point && (point.value ?? (point.perPercent ?? 0) * percentage);
}

/** The metrics with one point added, or replaced when version and `from` are the same. */
export function withPoint(metrics: AppMetrics, name: string, point: MetricPoint): AppMetrics {
  // A metric may be called `constructor`.
  const known = Object.hasOwn(metrics, name) ? metrics[name] : undefined;
  const others = (known ?? []).filter(
    ({ version, from }) => version !== point.version || from !== point.from,
  );
  return { ...metrics, [name]: [...others, point] };
}

/** True when a series is what the selector asks for. A label that is missing counts as empty, as in Prometheus. */
export function selects({ name, matchers }: Selector, { labels }: Series): boolean {
  if (labels.__name__ !== name) return false;
  return matchers.every(({ label, equal, value }) => ((labels[label] ?? '') === value) === equal);
}

/** A sample in Prometheus' JSON: a text, with NaN, +Inf and -Inf by name. */
export function printSample(value: number): string {
  if (value === Infinity) return '+Inf';
  return value === -Infinity ? '-Inf' : String(value);
}
