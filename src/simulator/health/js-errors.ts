/** Script errors as users' devices report them, counted back from who was served which version. */
import type { Scene } from '../state/machine.js';
import type { Exposure } from '../state/state.js';
import { ERROR_RATE, type JsError, USUAL_TRAFFIC } from '../world/health.js';
import { valueAt } from './metrics.js';

const DAY_MS = 24 * 3_600_000;

/** One error over a span of time. */
export interface ErrorCount {
  error: Pick<JsError, 'type' | 'message' | 'stack'>;
  /** How often it happened. */
  pv: number;
  /** Users who had it: those of the worst day, since many come again. */
  uv: number;
}

/** What was counted between two moments, with the launches and users there were. Nothing is rounded. */
export interface ErrorReport {
  counts: ErrorCount[];
  launches: number;
  users: number;
}

/** A world that gives a rate and says nothing of the errors behind it. */
const UNNAMED = { type: 1, message: 'Error: something went wrong', stack: '' } as const;

/** Errors of one version, or of all (null), from `from` (the start of a day in China) to `to`, exclusive. */
export function countErrors(scene: Scene, version: string | null, from: number, to: number): ErrorReport {
  const counts = new Map<string, ErrorCount>();
  const traffic = scene.config.traffic ?? USUAL_TRAFFIC;
  let launches = 0;
  let users = 0;
  for (let day = from; day < to; day += DAY_MS) {
    const today = new Map<string, number>();
    let usersToday = 0;
    for (const { shares, days } of spansOf(scene.app.exposure, day, Math.min(day + DAY_MS, to))) {
      for (const [served, percentage] of Object.entries(shares)) {
        if (version !== null && version !== served) continue;
        const part = (days * percentage) / 100;
        launches += traffic.launches * part;
        usersToday += traffic.users * part;
        for (const { error, rate, userRate } of ratesOf(scene, served, percentage)) {
          const key = `${error.message}\n${error.stack}`;
          const known = counts.get(key) ?? { error, pv: 0, uv: 0 };
          counts.set(key, { ...known, pv: known.pv + traffic.launches * part * rate });
          today.set(key, (today.get(key) ?? 0) + traffic.users * part * userRate);
        }
      }
    }
    users = Math.max(users, usersToday);
    for (const [key, uv] of today) {
      const known = counts.get(key);
      if (known !== undefined) counts.set(key, { ...known, uv: Math.max(known.uv, uv) });
    }
  }
  return { counts: [...counts.values()], launches, users };
}

/** The audiences between two moments, each with how long it lasted, in days. */
function spansOf(exposure: readonly Exposure[], from: number, to: number) {
  return exposure.flatMap(({ since, shares }, index) => {
    const end = Math.min(exposure[index + 1]?.since ?? to, to);
    const begin = Math.max(since, from);
    return begin < end ? [{ shares, days: (end - begin) / DAY_MS }] : [];
  });
}

/**
 * Each error's share of launches and of users. Their sum is the metric js_error_rate, also when that was changed at
 * run time; the world's jsErrors say how it is divided.
 */
function ratesOf({ config, metrics }: Scene, version: string, percentage: number) {
  const active = config.jsErrors.filter((error) => error.version === version && error.from <= percentage);
  const sum = active.reduce((total, { rate }) => total + rate, 0);
  const metric = valueAt(metrics[ERROR_RATE] ?? [], version, percentage) ?? sum;
  const total = Number.isFinite(metric) ? Math.min(1, Math.max(0, metric)) : 0;
  if (sum === 0) return total === 0 ? [] : [{ error: UNNAMED, rate: total, userRate: total }];
  const scale = total / sum;
  return active.map((error) => ({
    error,
    rate: error.rate * scale,
    userRate: Math.min(1, (error.userRate ?? error.rate) * scale),
  }));
}
