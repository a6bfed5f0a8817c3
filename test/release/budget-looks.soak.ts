/** Polls and measurements leave no events: history grows with what happens, not with how often one looks. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ReleasePlan } from '../../src/domain/plan.js';
import { givenWorld, LADDER, planFor, type ReleaseWorld } from '../support/release.js';
import { describeWorkflows } from '../support/temporal.js';

/** A release that looks every so often, milliseconds: at its audit of eight seconds and in its soak of twelve. */
function lookingEvery(app: string, everyMs: number): ReleasePlan {
  const plan = planFor(app);
  return {
    ...plan,
    audit: { ...plan.audit, pollMs: everyMs },
    rollout: {
      ...plan.rollout,
      stages: plan.rollout.stages
        .filter(({ percentage }) => percentage === 1 || percentage === 100)
        .map((stage) => ({ ...stage, soakMs: stage.percentage === 1 ? 12_000 : 0 })),
      bakeMs: 0,
    },
    health: plan.health.map((metric) => ({ ...metric, intervalMs: everyMs })),
  };
}

describeWorkflows('the events of a release', () => {
  let world: ReleaseWorld;
  beforeAll(async () => {
    const app = { audit: { approveAfter: '8s' } };
    world = await givenWorld([app, app]);
  });
  afterAll(() => world.close());

  it('are as many for many looks as for few', async () => {
    const run = async (index: number, everyMs: number) => {
      const app = world.apps[index] ?? '';
      const handle = await world.start(lookingEvery(app, everyMs));
      expect(await handle.result()).toMatchObject({ outcome: 'released' });
      expect(world.effects(app)).toEqual([...LADDER.slice(0, 3), 'grayrelease 100']);
      const { requests } = world.simulator.control.ledger();
      const query = `app="${app}"`;
      const { events } = await handle.fetchHistory();
      return {
        polls: requests.filter((request) => request.app === app && request.endpoint === 'get_auditstatus')
          .length,
        measured: requests.filter(({ params }) => String(params.query).includes(query)).length,
        events: events?.length ?? 0,
      };
    };
    // As often as a plan may ask, and once or twice. Oftener, a confirmation would be outdated before it is used.
    const [often, seldom] = await Promise.all([run(0, 1_000), run(1, 10_000)]);
    expect(often.polls).toBeGreaterThan(seldom.polls + 3);
    expect(often.measured).toBeGreaterThan(seldom.measured + 6);
    // Now and then two things end in one workflow task, or in two.
    expect(Math.abs(often.events - seldom.events)).toBeLessThan(20);
    expect(often.events).toBeLessThan(120);
  });
});
