/** When a person must look: why, what they can do, and that the release goes on afterwards. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { givenWorld, holdingAt1, LADDER, planFor, type ReleaseWorld, until } from '../support/release.js';
import { describeWorkflows } from '../support/temporal.js';

describeWorkflows('a release that needs a person', () => {
  let world: ReleaseWorld;
  const app = (index: number) => world.apps[index] ?? '';
  const onHold = async (index: number) => {
    const handle = await world.start(holdingAt1(app(index)));
    await until(handle, (status) => status.stages[0]?.state === 'holding');
    return handle;
  };
  beforeAll(async () => {
    world = await givenWorld([{}, {}, {}, {}, { categories: [] }, {}]);
  });
  afterAll(() => world.close());

  it.concurrent('because someone paused the plan in the console goes on by itself once it is resumed there', async () => {
    const handle = await onHold(0);
    const { control } = world.simulator;
    control.console({ app: app(0), action: 'pause' });
    await handle.signal('promote', { expect: 1 });
    const status = await until(handle, (now) => now.paused.length > 0);
    expect(status.paused[0]?.reason).toContain('paused the staged release');
    expect(world.effects(app(0))).toEqual(LADDER.slice(0, 3));
    control.console({ app: app(0), action: 'resume' });
    await until(handle, (now) => now.paused.length === 0, 30_000);
    expect(await handle.result()).toMatchObject({ outcome: 'released' });
    expect(world.effects(app(0))).toEqual(LADDER);
  });

  it.concurrent('because someone cancelled the plan in the console can be given up', async () => {
    const handle = await onHold(1);
    world.simulator.control.console({ app: app(1), action: 'delete' });
    await handle.signal('promote', { expect: 1 });
    await until(handle, (now) => now.attention?.reason.includes('cancelled') ?? false);
    await handle.signal('giveUp', { by: 'ann', reason: 'support took it back' });
    expect(await handle.result()).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining('support took it back'),
    });
    expect(world.effects(app(1))).toEqual(LADDER.slice(0, 3));
  });

  it.concurrent('because someone advanced the plan in the console is taken back by abort, whatever it stands at', async () => {
    const handle = await onHold(2);
    world.simulator.control.console({ app: app(2), action: 'advance', percentage: 30 });
    await handle.signal('promote', { expect: 1 });
    await until(handle, (now) => now.paused.some(({ reason }) => reason.includes('30 %')));
    await handle.signal('abort', { by: 'ann' });
    expect(await handle.result()).toMatchObject({ outcome: 'reverted' });
    expect(world.simulator.control.state(app(2))).toMatchObject({ serving: { '1.3.0': 100 } });
  });

  it.concurrent('not at all when someone finished the plan in the console: it is baked like our own', async () => {
    const handle = await onHold(3);
    world.simulator.control.console({ app: app(3), action: 'finish' });
    await handle.signal('promote', { expect: 1 });
    const status = await handle.result();
    expect(status).toMatchObject({ outcome: 'released', percentage: 100, attention: null });
    expect(world.effects(app(3))).toEqual(LADDER.slice(0, 3));
  });

  it.concurrent('because WeChat would refuse its audit items says which, and submits nothing', async () => {
    const handle = await world.start(planFor(app(4)));
    const status = await until(handle, (now) => now.attention !== null);
    expect(status.attention).toMatchObject({
      reason: expect.stringContaining('audit.items[0]'),
      step: 'submitAudit',
    });
    expect(status.allowed.map((entry) => entry.verb)).toEqual(
      expect.arrayContaining(['retry', 'abort', 'giveUp']),
    );
    await handle.signal('abort', { by: 'ann' });
    expect(await handle.result()).toMatchObject({ outcome: 'aborted' });
    expect(world.effects(app(4))).toEqual(['commit']);
  });

  it.concurrent('because its health cannot be measured pauses; naming the metric goes on', async () => {
    const plan = planFor(app(5));
    const [metric] = plan.health;
    if (metric === undefined) throw new Error('the plan has a metric');
    const impatient = { ...metric, intervalMs: 1_000, consecutiveErrorLimit: 0 };
    const measured = (value: number) =>
      world.simulator.control.metrics({
        app: app(5),
        name: 'js_error_rate',
        version: '1.4.0',
        value,
        from: 0,
      });
    measured(Number.NaN);
    const handle = await world.start({ ...plan, health: [impatient] });
    const status = await until(handle, (now) => now.paused.length > 0);
    expect(status).toMatchObject({ percentage: 1, paused: [{ kind: 'metric', metric: 'js-error-rate' }] });
    await expect(handle.executeUpdate('resume', { args: [{}] })).rejects.toThrow();
    measured(0.002);
    await handle.executeUpdate('resume', { args: [{ metric: 'js-error-rate', by: 'ann' }] });
    expect(await handle.result()).toMatchObject({ outcome: 'released' });
  });
});
