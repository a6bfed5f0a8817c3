/** Whether a plan's health can be measured from this worker, asked before anything is spent. */
import type { Metric, ReleasePlan } from '../domain/plan.js';
import { completeMetric } from '../domain/plan-defaults.js';
import type { Finding } from '../domain/preflight.js';
import { conditionTrouble } from '../health/conditions.js';
import { explain, measure, type ProviderAccess, providerOf } from '../health/measure.js';

type Measured = Pick<ReleasePlan, 'app' | 'version' | 'health'>;
interface Clock {
  now(): number;
  signal: AbortSignal;
}

/**
 * One finding per metric: its conditions are expressions, its reference resolves, its host is allowed, its provider
 * answers, its query is understood. What runs dry refuses nothing.
 */
export async function metricFindings(
  plan: Measured,
  access: ProviderAccess,
  clock: Clock,
): Promise<Finding[]> {
  return Promise.all(
    plan.health.map(completeMetric).map(async (metric): Promise<Finding> => {
      const found = await metricFinding(metric, plan, access, clock);
      const subject = `metric ${metric.name}`;
      return found.level === 'refuse' && metric.dryRun
        ? { level: 'hint', subject, text: `${found.text}; it runs dry, so that nothing waits for it` }
        : { subject, ...found };
    }),
  );
}

type Found = Pick<Finding, 'level' | 'text'>;
const refused = (text: string): Found => ({ level: 'refuse', text });

async function metricFinding(
  metric: Metric,
  plan: Measured,
  access: ProviderAccess,
  clock: Clock,
): Promise<Found> {
  const trouble = conditionTrouble(metric);
  if (trouble !== null) return refused(trouble);
  if (metric.provider.kind === 'push') return { level: 'ok', text: 'pushed by healthReport; nothing to ask' };
  try {
    await (await providerOf(metric, plan, access)).isOnline(clock.signal);
  } catch (error) {
    return refused(explain(error));
  }
  // Nobody has the version yet, so no data is right; an error of the query is not.
  const { error, value } = await measure(metric, plan, access, clock);
  if (error !== undefined) return refused(error);
  return { level: 'ok', text: value === null ? 'answers; no data for this version yet' : `answers ${value}` };
}
