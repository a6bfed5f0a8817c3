/** A is out at 10 % and B cannot wait: the way of docs/hotfix.md, on a real server. */
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { givenWorld, type ReleaseWorld } from '../support/release.js';
import { describeWorkflows } from '../support/temporal.js';
import { planOf, reaches, send, someone } from './people.js';

const B = '1.4.1';
/** Audits take an hour, and a second when they are sped up. */
const SLOW = { audit: [{ approveAfter: '0s' }, { approveAfter: '1h' }], speedup: { after: '1s' } };
const metricsOf = (values: { from: number; value: number }[]) => ({
  metrics: {
    js_error_rate: [{ version: '1.4.0', value: 0.002 }, ...values.map((point) => ({ version: B, ...point }))],
    launches: ['1.4.0', B].map((version) => ({ version, perPercent: 400 })),
  },
});
const HEALTHY = metricsOf([{ from: 0, value: 0.002 }]);
const FAILS_AT = (from: number) =>
  metricsOf([
    { from: 0, value: 0.002 },
    { from, value: 0.5 },
  ]);

describeWorkflows('an urgent version while another one is out at 10 %', () => {
  let world: ReleaseWorld;
  const app = (index: number) => world.apps[index] ?? '';
  const planB = (index: number, stages: { percentage: number }[]) => {
    const plan = planOf(app(index), stages, { version: B, description: 'Fixes the checkout' });
    return { ...plan, audit: { ...plan.audit, speedup: true } };
  };
  const aAt10 = async (index: number) => {
    const handle = await world.start(
      planOf(app(index), [{ percentage: 10, hold: true }, { percentage: 100 }]),
    );
    await reaches(handle, ({ stages }) => stages[0]?.state === 'holding');
    return handle;
  };
  const A = ['commit', 'submit_audit', 'grayrelease 10'];
  beforeAll(async () => {
    world = await givenWorld([
      { ...SLOW, ...HEALTHY },
      { ...SLOW, ...FAILS_AT(100) },
      { ...SLOW, ...FAILS_AT(99) },
      { ...SLOW, ...HEALTHY, speedup: { after: '1s', refuse: 89403 } },
      { ...SLOW, ...HEALTHY },
    ]);
  });
  afterAll(() => world.close());

  it.concurrent('abort the one, start the other with speedup: users of A are back at once, B is out within its audit', async () => {
    const a = await aAt10(0);
    // One release per app: B waits for A's end, and nothing of A can be overtaken.
    await expect(world.start(planB(0, [{ percentage: 100 }]))).rejects.toThrow(
      WorkflowExecutionAlreadyStartedError,
    );
    await a.signal('abort', { by: 'ann', reason: 'hotfix 1.4.1' });
    expect(await a.result()).toMatchObject({ outcome: 'reverted' });
    const b = await (await world.start(planB(0, [{ percentage: 10 }, { percentage: 100 }]))).result();
    expect(b).toMatchObject({ outcome: 'released', version: B, previousVersion: '1.3.0' });
    expect(world.effects(app(0))).toEqual([
      ...A,
      'revertgrayrelease',
      'commit',
      'submit_audit',
      'speedupaudit',
      'grayrelease 10',
      'grayrelease 100',
    ]);
    expect(b.notices.join()).toContain('a staged release was cancelled since 1.3.0 went online');
  });

  it.concurrent('after an aborted A, WeChat may refuse to roll B back (87012): a person reads who has it and what is left', async () => {
    const a = await aAt10(1);
    await a.signal('abort', { by: 'ann' });
    await a.result();
    const handle = await world.start(planB(1, [{ percentage: 10 }, { percentage: 100 }]));
    const { attention } = await reaches(handle, (status) => status.attention !== null);
    expect(attention?.reason).toContain('87012');
    expect(attention?.reason).toContain(`everyone has ${B} and should have 1.3.0`);
    await send(handle, 'giveUp', { reason: '1.4.2 is on its way' });
    expect(await handle.result()).toMatchObject({ outcome: 'failed' });
  });

  it.concurrent('so B soaks at 99 %: there the way back is always open', async () => {
    const a = await aAt10(2);
    await a.signal('abort', { by: 'ann' });
    await a.result();
    const status = await (
      await world.start(planB(2, [{ percentage: 10 }, { percentage: 99 }, { percentage: 100 }]))
    ).result();
    expect(status).toMatchObject({ outcome: 'reverted' });
    expect(world.effects(app(2)).slice(-2)).toEqual(['grayrelease 99', 'revertgrayrelease']);
    expect(world.simulator.control.state(app(2))).toMatchObject({ serving: { '1.3.0': 100 } });
  });

  it.concurrent('that cannot be sped up is told, and audited at WeChat’s own pace', async () => {
    const a = await aAt10(3);
    await a.signal('abort', { by: 'ann' });
    await a.result();
    const handle = await world.start(planB(3, [{ percentage: 100 }]));
    const status = await reaches(handle, ({ notices }) =>
      notices.some((text) => text.includes('could not be sped up')),
    );
    expect(status).toMatchObject({ phase: 'auditing', attention: null });
    world.simulator.control.audit({ app: app(3), verdict: 'approve' });
    expect(await handle.result()).toMatchObject({ outcome: 'released' });
  });

  it.concurrent('audited by hand while A keeps its 10 %: A is held, and B begins from its approval', async () => {
    const a = await aAt10(4);
    const upload = { template_id: 42, ext_json: '{}', user_version: B, user_desc: 'Fixes the checkout' };
    await someone(world, app(4), '/wxa/commit', upload);
    const { auditid } = await someone(world, app(4), '/wxa/submit_audit', {
      item_list: planB(4, []).audit.body.item_list,
    });
    await someone(world, app(4), '/wxa/speedupaudit', { auditid });
    await expect
      .poll(() => world.simulator.control.state(app(4)).audits.at(-1)?.status, { timeout: 20_000 })
      .toBe(0);
    await a.signal('abort', { by: 'ann', reason: '1.4.1 is approved' });
    expect(await a.result()).toMatchObject({ outcome: 'reverted' });
    const plan = {
      ...planB(4, [{ percentage: 50 }, { percentage: 100 }]),
      source: 'approved' as const,
      template: null,
    };
    const b = await (await world.start(plan)).result();
    expect(b).toMatchObject({ outcome: 'released' });
    expect(world.effects(app(4)).slice(-3)).toEqual([
      'revertgrayrelease',
      'grayrelease 50',
      'grayrelease 100',
    ]);
  });
});
