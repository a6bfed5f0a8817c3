/** No advance without a fresh pass of every deciding metric: pulled metrics by a confirmation, pushed ones by their last report. */
import { isSteady } from './counters.js';
import { type Counters, freshForMs, isFresh, NO_COUNTS } from './health.js';
import { activeMetrics, decidingMetrics, type Metric, type ReleasePlan } from './plan.js';
import type { ReleaseState } from './state.js';

/** What is missing: a fresh measurement, a report, or passes in a row that only the guard can count. */
export type Confirmed =
  | { ok: true; until: number }
  | { ok: false; missing: 'confirmation' | 'push' | 'passes'; why: string };

const isPushed = (metric: Metric) => metric.provider.kind === 'push';

/** The active metrics that a guard measures itself, those of a dry run among them. */
export function pulledMetrics(plan: ReleasePlan, percentage: number): Metric[] {
  return activeMetrics(plan, percentage).filter((metric) => !isPushed(metric));
}

/**
 * Whether the running stage may be left at `now`, and until when that holds (milliseconds since the epoch).
 * The first stage begins without one: nobody has the version yet, so there is nothing to measure.
 */
export function confirmed(state: ReleaseState, plan: ReleasePlan, now: number): Confirmed {
  const { stage, percentage } = state.ladder;
  const deciding = decidingMetrics(plan, percentage);
  let pushedUntil = Number.POSITIVE_INFINITY;
  for (const metric of deciding.filter(isPushed)) {
    const why = unreported(metric, state.pushed[metric.name]?.last ?? null, now);
    if (why !== null) return { ok: false, missing: 'push', why };
    pushedUntil = Math.min(pushedUntil, (state.pushed[metric.name]?.last?.at ?? 0) + 2 * metric.intervalMs);
  }
  const unsteady = deciding.find((metric) => !isSteady(metric, countersOf(state, metric)));
  if (unsteady !== undefined) {
    const why = `waits for ${unsteady.consecutiveSuccessLimit} passes of ${unsteady.name} in a row`;
    return { ok: false, missing: 'passes', why };
  }
  const freshMs = confirmationMs(plan, percentage);
  const { confirmation } = state;
  if (confirmation === null || confirmation.stage !== stage || now - confirmation.at > freshMs)
    return {
      ok: false,
      missing: 'confirmation',
      why: state.unconfirmed || 'takes a fresh measurement of every active metric',
    };
  return { ok: true, until: Math.min(confirmation.at + freshMs, pushedUntil) };
}

/** For how long a confirmation allows the next step, milliseconds: two intervals of the fastest metric that decides. */
export function confirmationMs(plan: ReleasePlan, percentage: number): number {
  return freshForMs(decidingMetrics(plan, percentage).filter((metric) => !isPushed(metric)));
}

function countersOf({ pushed, guard }: ReleaseState, metric: Metric): Counters {
  return (isPushed(metric) ? pushed : guard.counters)[metric.name] ?? NO_COUNTS;
}

/** Why the last report of a pushed metric does not confirm it; null when it does. */
function unreported(metric: Metric, last: Counters['last'], now: number): string | null {
  if (last === null) return `waits for a healthReport of ${metric.name}`;
  if (!isFresh(metric, last, now))
    return `the last healthReport of ${metric.name} is older than two intervals`;
  return last.verdict === 'pass' ? null : last.message;
}
