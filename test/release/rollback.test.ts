/** Back to a chosen version on a real server: while it bakes, and after the release is closed, as a workflow of its own under the same id. */
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { rollback } from '../../src/workflows/index.js';
import { ROLLBACK_WORKFLOW, releaseWorkflowId } from '../../src/workflows/messages.js';
import { givenWorld, type Handle, type ReleaseWorld } from '../support/release.js';
import { describeWorkflows } from '../support/temporal.js';
import { planOf, reaches, send, told } from './people.js';

const CLOSED = {
  online: { version: '1.4.0', appVersion: 14, released: '1d' },
  history: [
    { version: '1.3.0', appVersion: 13, released: '30d' },
    { version: '1.2.0', appVersion: 12, released: '60d' },
  ],
};
const TWO = [{ percentage: 1 }, { percentage: 100 }];

describeWorkflows('a rollback', () => {
  let world: ReleaseWorld;
  const app = (index: number) => world.apps[index] ?? '';
  const serving = (index: number) => world.simulator.control.state(app(index));
  const baking = async (index: number) => {
    const handle = await world.start(planOf(app(index), TWO, { rollout: { bakeMs: 600_000 } }));
    await reaches(handle, ({ phase }) => phase === 'baking');
    return handle;
  };
  const start = (index: number, to: { version: string; appVersion: number | null }) =>
    world.client.workflow.start<typeof rollback>(ROLLBACK_WORKFLOW, {
      workflowId: releaseWorkflowId(app(index)),
      taskQueue: world.taskQueue,
      args: [
        { app: app(index), from: '1.4.0', to, by: 'ann', reason: 'payments fail', searchAttributes: true },
      ],
    }) as Promise<unknown> as Promise<Handle>;
  beforeAll(async () => {
    // Those who only roll back find 1.4.0 online, as a closed release leaves it.
    world = await givenWorld([{}, {}, CLOSED, CLOSED, {}, CLOSED, CLOSED, CLOSED, CLOSED, CLOSED]);
  });
  afterAll(() => world.close());

  it.concurrent('while it bakes brings everyone to a listed version by its name', async () => {
    const handle = await baking(0);
    expect(await told(handle, 'rollback', { version: '0.9.0' })).toContain('it listed 1.3.0, 1.2.0 (12)');
    await send(handle, 'rollback', { version: '1.2.0' });
    const status = await handle.result();
    expect(status).toMatchObject({ outcome: 'rolledBack', previousVersion: '1.2.0' });
    expect(serving(0)).toMatchObject({ serving: { '1.2.0': 100 } });
    expect(world.effects(app(0)).at(-1)).toBe('revertcoderelease');
  });

  it.concurrent('while it bakes brings everyone to the version before by the number that it got', async () => {
    const handle = await baking(1);
    await send(handle, 'rollback', { version: '1.3.0', appVersion: 13 });
    expect(await handle.result()).toMatchObject({ outcome: 'rolledBack' });
    expect(serving(1)).toMatchObject({ serving: { '1.3.0': 100 } });
  });

  it.concurrent('of a closed release takes effect once, and ends as rolled back', async () => {
    const status = await (await start(2, { version: '1.3.0', appVersion: null })).result();
    expect(status).toMatchObject({
      kind: 'rollback',
      outcome: 'rolledBack',
      reason: 'payments fail (ann); everyone has 1.3.0',
    });
    expect(world.effects(app(2))).toEqual(['revertcoderelease']);
  });

  it.concurrent('of a closed release goes to an older version by its number', async () => {
    expect(await (await start(3, { version: '1.2.0', appVersion: 12 })).result()).toMatchObject({
      outcome: 'rolledBack',
    });
    expect(serving(3)).toMatchObject({ serving: { '1.2.0': 100 } });
  });

  it.concurrent('never begins while a release holds the lock, nor does a release beside it', async () => {
    const handle = await baking(4);
    await expect(start(4, { version: '1.3.0', appVersion: null })).rejects.toThrow(
      WorkflowExecutionAlreadyStartedError,
    );
    await handle.signal('abort', { by: 'ann' });
    expect(await handle.result()).toMatchObject({ outcome: 'rolledBack' });
  });

  it.concurrent('that finds another version online ends clearly, and writes nothing', async () => {
    world.simulator.control.console({ app: app(5), action: 'publish', version: '2.0.0' });
    const status = await (await start(5, { version: '1.3.0', appVersion: null })).result();
    expect(status).toMatchObject({ outcome: 'failed' });
    expect(status.reason).toBe('users were not taken back: 2.0.0 is online, neither ours nor 1.3.0');
    expect(world.effects(app(5))).toEqual([]);
  });

  it.concurrent('to a version that is not listed ends clearly, and writes nothing', async () => {
    const status = await (await start(6, { version: '1.1.0', appVersion: null })).result();
    expect(status.reason).toContain("1.1.0 is not in WeChat's list: 1.3.0 (13), 1.2.0 (12)");
    expect(world.effects(app(6))).toEqual([]);
  });

  it.concurrent('that WeChat refuses (87012) says who is affected and what can be done by hand', async () => {
    world.simulator.control.addFault({
      endpoint: 'revertcoderelease',
      app: app(7),
      kind: 'errcode',
      errcode: 87012,
      errmsg: 'forbid revert this version release',
      times: 'always',
    });
    const handle = await start(7, { version: '1.3.0', appVersion: null });
    const { attention } = await reaches(handle, (status) => status.attention !== null);
    expect(attention?.reason).toContain('87012');
    expect(attention?.reason).toContain('everyone has 1.4.0 and should have 1.3.0');
    expect(attention?.remedy).toContain(`change_visitstatus --app ${app(7)} --action close`);
    expect(await told(handle, 'pause', {})).toContain('pause is not possible while reverting');
    await send(handle, 'giveUp', { reason: 'a corrected version is on its way' });
    expect(await handle.result()).toMatchObject({ outcome: 'failed' });
  });

  it.concurrent('whose answer is lost takes effect once: the second reading finds it', async () => {
    world.simulator.control.addFault({
      endpoint: 'revertcoderelease',
      app: app(8),
      kind: 'dropAfterApplying',
    });
    const status = await (await start(8, { version: '1.3.0', appVersion: null })).result();
    expect(status).toMatchObject({ outcome: 'rolledBack' });
    expect(world.effects(app(8))).toEqual(['revertcoderelease']);
  });

  it.concurrent('that is cancelled goes on: users on their way back are where an abort would take them', async () => {
    world.simulator.control.addFault({ endpoint: 'getversioninfo', app: app(9), kind: 'http502', times: 3 });
    const handle = await start(9, { version: '1.3.0', appVersion: null });
    await handle.cancel();
    expect(await handle.result()).toMatchObject({ outcome: 'rolledBack' });
    expect(world.effects(app(9))).toEqual(['revertcoderelease']);
  });
});
