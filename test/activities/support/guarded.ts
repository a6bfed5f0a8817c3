/** Given a staged release of ours that runs in the simulated WeChat, and what a guard of it is told. */
import type { ConfirmActivityInput } from '../../../src/activities/health.js';
import type { EffectResult } from '../../../src/domain/effects.js';
import type { Metric } from '../../../src/domain/plan.js';
import { ITEM, planFor } from '../../support/release.js';
import { Attempts } from './attempts.js';
import { APP, type Simulated } from './simulated.js';

const VERSION = '1.4.0';

/** The metric of the test plan, measured every five seconds, with what the test changes of it. */
export function metric(overrides: Partial<Metric> = {}): Metric {
  const [first] = planFor(APP).health;
  if (first === undefined) throw new Error('the plan has a metric');
  return { ...first, ...overrides };
}

/** Uploads, submits and stages 1.4.0 by the activities themselves; answers what a guard or confirmation gets. */
export async function givenStaged(
  { activities }: Simulated,
  percentage = 1,
  metrics: Metric[] = [metric()],
): Promise<ConfirmActivityInput> {
  const app = APP;
  const version = VERSION;
  const applied = async (effect: () => Promise<EffectResult>) => {
    const result = await new Attempts(effect).result();
    if (result.status !== 'applied') throw new Error(`not applied: ${JSON.stringify(result)}`);
    return result;
  };
  const surveyed = await new Attempts(() =>
    activities.survey({ app, version: '1.4.0', health: [] }),
  ).result();
  if (!surveyed.ok) throw new Error(surveyed.blocked.reason);
  const { online, grayPlan } = surveyed.baseline;
  const baselineOnlineSec = online?.timeSec ?? null;
  await applied(() =>
    activities.commit({ app, version, description: '', template: 42, ext: {}, baselineSec: null }),
  );
  const { facts } = await applied(() =>
    activities.submitAudit({ app, version, body: { item_list: [ITEM] }, beforeId: null, uploadedSec: null }),
  );
  const auditId = facts.auditId ?? 0;
  const staged = await applied(() =>
    activities.grayRelease({
      ...{ app, version, auditId, percentage, members: [], ownCreatedSec: null, freshUntil: null },
      ...{ baselineCreatedSec: grayPlan.createdSec, baselineOnlineSec },
    }),
  );
  return {
    ...{ app, version, baselineOnlineSec, metrics, counters: {}, acted: [], patient: false },
    ...{ confirmedAt: staged.at, percentage, pending: [], expect: 'gray' },
    ...{ createdSec: staged.facts.createdSec ?? null, auditId, observed: 'ours' },
  };
}
