/** More than the server's limits: signals, updates and bytes beyond what one run may hold, and a release that takes them. */
import { expect, it } from 'vitest';
import type { ReleaseStatus } from '../../src/domain/status.js';
import { givenWorld, type Handle, LADDER, type ReleaseWorld, until } from '../support/release.js';
import { describeWorkflows } from '../support/temporal.js';
import { BUSY, calm, failuresOf, lasting, planOfStorm, type Storm, storm } from './storm-anew.js';
import { runsOf } from './storm-history.js';

const LONG_MS = 15 * 60_000;
const FREEZE = { commandId: 'freeze-1', reason: 'the backend moves', for: '2h', by: 'ann' };
const REPEATED = { verb: 'freeze', command: { ...FREEZE, for: '9h' } };
/** Reports go on for ever in these plans: the pushed metric needs a pass before each step. */
const PASS = { metric: 'pushed-errors', verdict: 'pass' };

/** To the end, whatever it waits for: soak, gate, reports. */
async function release(handle: Handle): Promise<ReleaseStatus> {
  await handle.signal('unfreeze', { by: 'ann' });
  await handle.signal('resume', { by: 'ann' });
  await handle.signal('promote', { expect: 1, by: 'ann' });
  const passes = setInterval(() => void handle.signal('healthReport', PASS).catch(() => {}), 1_000);
  try {
    await calm(handle, ({ gate }) => gate !== null, 120_000);
    for (const by of ['ann', 'bob']) await handle.signal('approve', { by });
    return await handle.result();
  } finally {
    clearInterval(passes);
  }
}

interface Options {
  soakMs?: number;
  /** Histories so large that a client takes no page of them. */
  large?: boolean;
}

async function inWorld(
  { soakMs, large }: Options,
  test: (world: ReleaseWorld, handle: Handle) => Promise<void>,
): Promise<void> {
  const world = await givenWorld([{}]);
  try {
    const handle = await world.start(planOfStorm(world.apps[0] ?? '', soakMs));
    await until(handle, ({ stages }) => stages[0]?.confirmedAt !== null, 60_000);
    await test(world, handle);
    expect(world.effects(world.apps[0] ?? '')).toEqual(LADDER);
    const { count } = await world.client.workflow.count(`WorkflowId = "${handle.workflowId}"`);
    expect(count).toBeGreaterThan(1);
    if (large) return;
    const runs = await runsOf(world.client, handle.workflowId, handle.firstExecutionRunId);
    expect(runs.flatMap(({ failed }) => failed)).toEqual([]);
    console.log(runs.map(({ events, signals, updates }) => ({ events, signals, updates })));
  } finally {
    await world.close();
  }
}

describeWorkflows('a release under more than the server’s limits', () => {
  const flood = async (world: ReleaseWorld, handle: Handle, sent: Partial<Storm>) => {
    const all = { perSecond: 0, reports: 1_000, rubbish: 7_000, senders: 8, repeated: REPEATED, ...sent };
    const before = await handle.query<ReleaseStatus, []>('status');
    const seen = await storm(world, handle, all);
    console.log(seen.perSecond, 'messages per second;', seen.answered, 'updates answered');
    expect(seen.notAnswered.filter((error) => !BUSY.test(error))).toEqual([]);
    const after = await calm(handle, (status) => failuresOf(status) === all.reports, 600_000);
    expect(lasting(after)).toEqual(lasting(before));
  };

  it(
    'keeps approvals, a pause and what is left of a gate’s time',
    async () => {
      await inWorld({ soakMs: 0 }, async (world, handle) => {
        const passes = setInterval(() => void handle.signal('healthReport', PASS).catch(() => {}), 1_000);
        await until(handle, ({ gate }) => gate !== null, 60_000).finally(() => clearInterval(passes));
        await handle.signal('approve', { by: 'ann' });
        await handle.signal('pause', { by: 'ann', commandId: 'pause-1' });
        await handle.signal('freeze', FREEZE);
        const before = await until(handle, ({ freeze }) => freeze !== null);
        expect(before.gate?.approvals).toHaveLength(1);
        await flood(world, handle, { perSecond: 200, rubbish: 6_200 });
        await handle.signal('unfreeze', { by: 'ann' });
        await handle.signal('approve', { by: 'bob' });
        await handle.signal('resume', { by: 'ann' });
        const more = setInterval(() => void handle.signal('healthReport', PASS).catch(() => {}), 1_000);
        expect(await handle.result().finally(() => clearInterval(more))).toMatchObject({
          outcome: 'released',
        });
      });
    },
    LONG_MS,
  );

  it(
    'takes 24,000 signals as fast as they can be sent',
    async () => {
      await inWorld({}, async (world, handle) => {
        await handle.signal('freeze', FREEZE);
        await until(handle, ({ freeze }) => freeze !== null);
        await flood(world, handle, { reports: 4_000, rubbish: 20_000 });
        expect(await release(handle)).toMatchObject({ outcome: 'released' });
      });
    },
    LONG_MS,
  );

  it(
    'answers 2,500 updates, one after the other, and keeps its soak',
    async () => {
      await inWorld({}, async (_world, handle) => {
        await handle.signal('freeze', FREEZE);
        const before = await until(handle, ({ freeze }) => freeze !== null);
        for (let index = 0; index < 2_500; index++)
          await handle.executeUpdate('freeze', { args: [REPEATED.command] });
        const after = await calm(handle, () => true, 60_000);
        expect(lasting(after)).toEqual(lasting(before));
        expect(await release(handle)).toMatchObject({ outcome: 'released' });
      });
    },
    LONG_MS,
  );

  it(
    'takes 60 messages of a megabyte, of which one run may hold fifty',
    async () => {
      await inWorld({ large: true }, async (_world, handle) => {
        await handle.signal('freeze', FREEZE);
        await until(handle, ({ freeze }) => freeze !== null);
        const large = 'x'.repeat(1_000_000);
        for (let index = 0; index < 60; index++) {
          await handle.signal('retry', { by: large, reason: large.slice(0, 10) });
          await calm(handle, () => true, 60_000);
        }
        expect(await release(handle)).toMatchObject({ outcome: 'released' });
      });
    },
    LONG_MS,
  );

  it(
    'takes what came while no worker was up',
    async () => {
      const world = await givenWorld([{}], { worker: false });
      try {
        const worker = await world.startWorker();
        const handle = await world.start(planOfStorm(world.apps[0] ?? ''));
        const { stages } = await until(handle, (status) => status.stages[0]?.confirmedAt !== null, 60_000);
        await worker.stop();
        const at = stages[0]?.confirmedAt ?? 0;
        for (let index = 0; index < 9_500; index++)
          await handle.signal('healthReport', { metric: 'pushed-errors', verdict: 'fail', at: at + index });
        await world.startWorker();
        await calm(handle, (status) => failuresOf(status) === 9_500, 300_000);
        expect(await release(handle)).toMatchObject({ outcome: 'released' });
      } finally {
        await world.close();
      }
    },
    LONG_MS,
  );
});
