/** Whether a plan's health can be measured from this worker, asked before anything is spent. */
import type { ReleasePlan } from '../domain/plan.js';
import type { Finding } from '../domain/preflight.js';
import { explain, measure, type ProviderAccess, providerOf } from '../health/measure.js';

type Measured = Pick<ReleasePlan, 'app' | 'version' | 'health'>;

/** One finding per metric: its reference resolves, its host is allowed, its provider answers, its query is understood. */
export async function metricFindings(
  plan: Measured,
  access: ProviderAccess,
  clock: { now(): number; signal: AbortSignal },
): Promise<Finding[]> {
  return Promise.all(
    plan.health.map(async (metric): Promise<Finding> => {
      const subject = `metric ${metric.name}`;
      if (metric.provider.kind === 'push')
        return { level: 'ok', subject, text: 'pushed by healthReport; nothing to ask' };
      try {
        await (await providerOf(metric, plan, access)).isOnline(clock.signal);
      } catch (error) {
        return { level: 'refuse', subject, text: explain(error) };
      }
      // Nobody has the version yet, so no data is right; an error of the query is not.
      const { error, value } = await measure(metric, plan, access, clock);
      if (error !== undefined) return { level: 'refuse', subject, text: error };
      return {
        level: 'ok',
        subject,
        text: value === null ? 'answers; no data for this version yet' : `answers ${value}`,
      };
    }),
  );
}
