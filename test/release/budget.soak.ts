/** Three weeks of a release, on the server that skips time: what is asked hundreds of times leaves no trace in its history. */
import { expect, it } from 'vitest';
import type { ReleasePlan } from '../../src/domain/plan.js';
import { VirtualClock } from '../../src/simulate/clock.js';
import { givenWorld, LADDER, planFor, until } from '../support/release.js';
import { describeTimeSkipping, timeSkippingEnvironment } from '../support/temporal.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MOST_EVENTS = 500;

/** A week of audit; 1 % for two days, 10 % for four behind an approval, 50 % for five in a window, and two days of bake. */
function weeksOf(app: string): ReleasePlan {
  const plan = planFor(app);
  const [metric] = plan.health;
  if (metric === undefined) throw new Error('the plan has a metric');
  const soaks = [2 * DAY, 4 * DAY, 5 * DAY, 0];
  const approval = {
    approvers: ['ann', 'bob'],
    count: 2,
    claimed: true,
    timeoutMs: 2 * DAY,
    onTimeout: 'pause',
  } as const;
  return {
    ...plan,
    audit: { ...plan.audit, pollMs: 30 * MINUTE, deadlineMs: 5 * DAY },
    rollout: {
      ...plan.rollout,
      stages: plan.rollout.stages.map((stage, index) => ({
        ...stage,
        soakMs: soaks[index] ?? 0,
        approval: index === 1 ? { ...approval, approvers: [...approval.approvers] } : null,
      })),
      bakeMs: 2 * DAY,
      // Every day: a weekend more and WeChat would complete the staged release before its plan does.
      windows: {
        timezone: 'Asia/Shanghai',
        days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
        hours: { from: '10:00', to: '18:00' },
      },
    },
    health: [
      { ...metric, intervalMs: 5 * MINUTE, initialDelayMs: 5 * MINUTE },
      { ...metric, name: 'second', intervalMs: 10 * MINUTE },
    ],
  };
}

describeTimeSkipping('a release of three weeks', () => {
  it(`has hundreds of polls, thousands of measurements and at most ${MOST_EVENTS} events`, async () => {
    const environment = await timeSkippingEnvironment();
    const clock = new VirtualClock(await environment.currentTimeMs());
    const ticking = setInterval(() => void environment.currentTimeMs().then((at) => clock.reach(at)), 20);
    const world = await givenWorld([{ audit: { approveAfter: '7d' } }], {
      temporal: environment,
      clock: () => clock.now(),
    });
    try {
      const app = world.apps[0] ?? '';
      const begun = await environment.currentTimeMs();
      const handle = await world.start(weeksOf(app));
      // Time passes as far as it is told; by itself it would pass the approval's timeout.
      await environment.sleep('9d');
      await environment.sleep('20h');
      const { gate } = await until(handle, (status) => status.gate !== null);
      expect(gate?.percentage).toBe(10);
      for (const by of ['ann', 'bob']) await handle.signal('approve', { by, reason: 'looks good' });
      const status = await handle.result();
      expect(status.outcome).toBe('released');
      expect(world.effects(app)).toEqual(LADDER);
      expect(((await environment.currentTimeMs()) - begun) / DAY).toBeGreaterThan(20);
      const { requests } = world.simulator.control.ledger();
      const asked = (endpoint: string) => requests.filter((request) => request.endpoint === endpoint).length;
      const events = (await handle.fetchHistory()).events ?? [];
      expect(asked('get_auditstatus')).toBeGreaterThan(300);
      expect(asked('query')).toBeGreaterThan(4_000);
      expect(events.length).toBeLessThanOrEqual(MOST_EVENTS);
    } finally {
      clearInterval(ticking);
      await world.close();
      await environment.teardown();
    }
  }, 600_000);
});
