/** A release of days in seconds, on the server that skips time: soaks keep their length, polls cost no history. */
import { expect, it } from 'vitest';
import { givenWorld, LADDER, planFor } from '../support/release.js';
import { describeTimeSkipping, timeSkippingEnvironment } from '../support/temporal.js';

const HOUR = 3_600_000;

describeTimeSkipping('a release of days', () => {
  it('soaks as long as planned, with hundreds of measurements and at most 150 events', async () => {
    const environment = await timeSkippingEnvironment();
    const world = await givenWorld([{}], { temporal: environment });
    try {
      const plan = planFor(world.apps[0] ?? '');
      const soaks = [0.5 * HOUR, 2 * HOUR, 12 * HOUR, 0];
      const handle = await world.start({
        ...plan,
        rollout: {
          ...plan.rollout,
          stages: plan.rollout.stages.map((stage, index) => ({ ...stage, soakMs: soaks[index] ?? 0 })),
          bakeMs: 24 * HOUR,
        },
        health: plan.health.map((metric) => ({ ...metric, intervalMs: HOUR / 6 })),
      });
      const status = await handle.result();
      expect(status.outcome).toBe('released');
      expect(world.effects(plan.app)).toEqual(LADDER);
      const confirmed = status.stages.map((stage) => stage.confirmedAt ?? 0);
      const lasted = confirmed.slice(1).map((at, index) => (at - (confirmed[index] ?? 0)) / HOUR);
      for (const [index, hours] of [0.5, 2, 12].entries()) {
        expect(lasted[index]).toBeGreaterThanOrEqual(hours);
        expect(lasted[index]).toBeLessThan(hours + 0.1);
      }
      const measured = world.simulator.control
        .ledger()
        .requests.filter(({ endpoint }) => endpoint === 'query');
      expect(measured.length).toBeGreaterThan(200);
      expect((await handle.fetchHistory()).events?.length).toBeLessThanOrEqual(150);
    } finally {
      await world.close();
      await environment.teardown();
    }
  });
});
