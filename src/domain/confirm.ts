/** No advance without a fresh pass of every active metric: pulled metrics by a confirmation, pushed ones by their last report. */
import { freshForMs, isFresh } from './health.js';
import { activeMetrics, type Metric, type ReleasePlan } from './plan.js';
import type { ReleaseState } from './state.js';

export type Confirmed =
  | { ok: true; until: number }
  | { ok: false; missing: 'confirmation' | 'push'; why: string };

/** The active metrics that a guard and a confirmation measure themselves. */
export function pulledMetrics(plan: ReleasePlan, percentage: number): Metric[] {
  return activeMetrics(plan, percentage).filter((metric) => metric.provider.kind !== 'push');
}

function pushedMetrics(plan: ReleasePlan, percentage: number): Metric[] {
  return activeMetrics(plan, percentage).filter((metric) => metric.provider.kind === 'push');
}

/**
 * Whether the running stage may be left at `now`, and until when that holds (milliseconds since the epoch).
 * The first stage begins without one: nobody has the version yet, so there is nothing to measure.
 */
export function confirmed(state: ReleaseState, plan: ReleasePlan, now: number): Confirmed {
  const { stage, percentage } = state.ladder;
  const freshMs = freshForMs(pulledMetrics(plan, percentage));
  let pushedUntil = Number.POSITIVE_INFINITY;
  for (const metric of pushedMetrics(plan, percentage)) {
    const last = state.pushed[metric.name]?.last ?? null;
    if (last === null)
      return { ok: false, missing: 'push', why: `waits for a healthReport of ${metric.name}` };
    if (!isFresh(metric, last, now))
      return {
        ok: false,
        missing: 'push',
        why: `the last healthReport of ${metric.name} is older than two intervals`,
      };
    if (last.verdict !== 'pass') return { ok: false, missing: 'push', why: last.message };
    pushedUntil = Math.min(pushedUntil, last.at + 2 * metric.intervalMs);
  }
  const { confirmation } = state;
  if (confirmation === null || confirmation.stage !== stage || now - confirmation.at > freshMs)
    return {
      ok: false,
      missing: 'confirmation',
      why: state.unconfirmed || 'takes a fresh measurement of every active metric',
    };
  return { ok: true, until: Math.min(confirmation.at + freshMs, pushedUntil) };
}
