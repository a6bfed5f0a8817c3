/** Whole releases on a real Temporal server, against the simulated WeChat, judged by its ledger. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  givenWorld,
  holdingAt1,
  LADDER,
  planFor,
  type ReleaseWorld,
  tokenOf,
  until,
} from '../support/release.js';
import { describeWorkflows } from '../support/temporal.js';

describeWorkflows('a release', () => {
  let world: ReleaseWorld;
  const app = (index: number) => world.apps[index] ?? '';
  const failing = {
    metrics: {
      js_error_rate: [
        { version: '1.4.0', value: 0.002 },
        { version: '1.4.0', from: 10, value: 0.08 },
      ],
      launches: [{ version: '1.4.0', perPercent: 400 }],
    },
  };
  beforeAll(async () => {
    world = await givenWorld([
      {},
      failing,
      {
        metrics: {
          js_error_rate: [
            { version: '1.4.0', value: 0.002 },
            { version: '1.4.0', from: 100, value: 0.3 },
          ],
          launches: [{ version: '1.4.0', perPercent: 400 }],
        },
      },
      { audit: { reject: { after: '0s', reason: '1: 账号信息不符合规范' } } },
      { online: undefined, history: [] },
      { online: undefined, history: [] },
      {},
      {},
      failing,
      {},
      {},
    ]);
  });
  afterAll(() => world.close());

  it.concurrent('that is healthy goes up the ladder, bakes and ends released, each effect once, in at most 150 events', async () => {
    const handle = await world.start(planFor(app(0)));
    const status = await handle.result();
    expect(status).toMatchObject({
      outcome: 'released',
      phase: 'closed',
      percentage: 100,
      previousVersion: '1.3.0',
    });
    expect(world.effects(app(0))).toEqual(LADDER);
    const history = await handle.fetchHistory();
    expect(history.events?.length).toBeLessThanOrEqual(150);
    expect(JSON.stringify(history)).not.toContain(tokenOf(app(0)));
    const { typedSearchAttributes } = await handle.describe();
    const attributes = Object.fromEntries(
      typedSearchAttributes.getAll().map((pair) => [pair.key.name, pair.value]),
    );
    expect(attributes).toMatchObject({
      WeappAppId: app(0),
      ReleasePhase: 'closed',
      GrayPercentage: 100,
      ReleaseOutcome: 'released',
    });
  });

  it.concurrent('whose health fails at 10 % is taken back and ends reverted', async () => {
    const status = await (await world.start(planFor(app(1)))).result();
    expect(status).toMatchObject({ outcome: 'reverted', percentage: 0 });
    expect(status.reason).toContain('0.08 > max 0.01');
    expect(world.effects(app(1))).toEqual([...LADDER.slice(0, 4), 'revertgrayrelease']);
  });

  it.concurrent('whose health fails after 100 % goes back to the listed version and ends rolledBack', async () => {
    const status = await (await world.start(planFor(app(2)))).result();
    expect(status).toMatchObject({ outcome: 'rolledBack', percentage: 0 });
    expect(world.effects(app(2))).toEqual([...LADDER, 'revertcoderelease']);
    expect(world.simulator.control.state(app(2))).toMatchObject({ serving: { '1.3.0': 100 } });
  });

  it.concurrent('whose audit is rejected ends rejected, with the reason', async () => {
    const status = await (await world.start(planFor(app(3)))).result();
    expect(status).toMatchObject({ outcome: 'rejected', audit: { state: 'rejected' } });
    expect(status.reason).toContain('账号信息不符合规范');
    expect(world.effects(app(3))).toEqual(LADDER.slice(0, 2));
  });

  it.concurrent('of an app with nothing online is refused before anything is changed', async () => {
    const status = await (await world.start(planFor(app(4)))).result();
    expect(status.outcome).toBe('failed');
    expect(status.reason).toContain('85079');
    expect(world.effects(app(4))).toEqual([]);
  });

  it.concurrent('of an app with nothing online goes to everyone when the plan says firstRelease: full', async () => {
    const plan = planFor(app(5));
    const full = { ...plan, rollout: { ...plan.rollout, firstRelease: 'full' as const } };
    const status = await (await world.start(full)).result();
    expect(status).toMatchObject({ outcome: 'released', percentage: 100 });
    expect(world.effects(app(5))).toEqual(['commit', 'submit_audit', 'release']);
  });

  it.concurrent('whose health could not be measured is refused before anything is changed', async () => {
    const plan = planFor(app(10));
    const health = plan.health.map((metric) => ({
      ...metric,
      provider: { kind: 'prometheus' as const, address: 'env:PLAN_NOT_SET', query: 'up' },
    }));
    const status = await (await world.start({ ...plan, health })).result();
    expect(status).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('PLAN_NOT_SET') });
    expect(world.effects(app(10))).toEqual([]);
  });

  it.concurrent('holds until promote names the percentage that runs', async () => {
    const handle = await world.start(holdingAt1(app(6)));
    await until(handle, (status) => status.stages[0]?.state === 'holding');
    await expect(handle.executeUpdate('promote', { args: [{ by: 'ann' }] })).rejects.toThrow();
    await handle.signal('promote', { expect: 1, by: 'ann', reason: 'looks good' });
    expect(await handle.result()).toMatchObject({ outcome: 'released' });
    expect(world.effects(app(6))).toEqual(LADDER);
  });

  it.concurrent('that is paused keeps its percentage, and abort takes users back although it is paused', async () => {
    const handle = await world.start(holdingAt1(app(7)));
    await until(handle, (status) => status.stages[0]?.state === 'holding');
    await handle.executeUpdate('pause', { args: [{ by: 'ann', reason: 'lunch' }], updateId: 'p1' });
    await handle.signal('promote', { expect: 1, by: 'ann' });
    const paused = await until(handle, (status) => status.commands.length === 2);
    expect(paused).toMatchObject({ percentage: 1, paused: [{ by: 'ann', reason: 'lunch' }] });
    await handle.signal('abort', { by: 'bob', reason: 'wrong template' });
    expect(await handle.result()).toMatchObject({ outcome: 'reverted' });
    expect(world.effects(app(7))).toEqual([...LADDER.slice(0, 3), 'revertgrayrelease']);
  });

  it.concurrent('is watched while it is paused: failing health takes users back', async () => {
    const handle = await world.start(planFor(app(8)));
    await until(handle, (status) => status.percentage === 1);
    await handle.signal('pause', { by: 'ann' });
    await until(handle, (status) => status.paused.length > 0);
    world.simulator.control.metrics({
      app: app(8),
      name: 'js_error_rate',
      version: '1.4.0',
      value: 0.5,
      from: 0,
    });
    expect(await handle.result()).toMatchObject({ outcome: 'reverted' });
    expect(world.effects(app(8))).toEqual([...LADDER.slice(0, 3), 'revertgrayrelease']);
  });

  it.concurrent('that is cancelled in Temporal is aborted: users go back first', async () => {
    const handle = await world.start(holdingAt1(app(9)));
    await until(handle, (status) => status.percentage === 1);
    await handle.cancel();
    const status = await handle.result();
    expect(status).toMatchObject({
      outcome: 'reverted',
      decisions: expect.arrayContaining([expect.objectContaining({ by: 'Temporal cancel' })]),
    });
    expect((await handle.describe()).status.name).toBe('COMPLETED');
  });
});
