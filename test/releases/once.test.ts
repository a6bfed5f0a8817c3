/** Starts that are asked for again: one run for one key, whoever asks, how often, and however many at once. */
import { randomUUID } from 'node:crypto';
import { TypedSearchAttributes } from '@temporalio/common';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { runCli } from '../../src/cli/program.js';
import type { ReleasePlan } from '../../src/domain/plan.js';
import type { ReleaseStatus } from '../../src/domain/status.js';
import { connectTo, type Temporal } from '../../src/releases/connection.js';
import type { ReleaseError } from '../../src/releases/errors.js';
import { listReleases } from '../../src/releases/list.js';
import { requestIdOf } from '../../src/releases/once.js';
import { hashOf } from '../../src/releases/plan-hash.js';
import { handleOf } from '../../src/releases/read.js';
import { type Rollback, rollback } from '../../src/releases/rollback.js';
import { startRelease } from '../../src/releases/start.js';
import { releaseWorkflowId } from '../../src/workflows/messages.js';
import { fakeCli } from '../cli/fake-cli.js';
import { released } from '../cli/statuses.js';
import { planFor } from '../support/release.js';
import { createNamespace, describeWithServer, devServer, uniqueAppId } from '../support/temporal.js';

describe('a plan’s hash', () => {
  const plan = planFor('wx0123456789abcdef');

  it('is the same for the same, in any order', () => {
    const turned = Object.fromEntries(Object.entries(plan).toReversed()) as unknown as ReleasePlan;
    expect(hashOf(turned)).toBe(hashOf(plan));
    expect(hashOf(plan)).toMatch(/^sha256:[\da-f]{64}$/);
    expect(hashOf({ b: [{ d: 1, c: undefined }], a: null })).toBe(hashOf({ a: null, b: [{ d: 1 }] }));
    // `printf '{"a":[1,2],"b":{"c":"…"}}' | sha256sum`
    expect(hashOf({ b: { c: '…' }, a: [1, 2] })).toBe(
      'sha256:7626401dc45b7a7afa0a039c6c9e99cc0dc1bd8f832a870e9c5b789287b10665',
    );
  });

  it('is another for anything else', () => {
    const others = [
      { ...plan, version: '1.4.1' },
      { ...plan, rollout: { ...plan.rollout, bakeMs: plan.rollout.bakeMs + 1 } },
      { ...plan, rollout: { ...plan.rollout, stages: plan.rollout.stages.toReversed() } },
    ];
    expect(new Set([plan, ...others].map(hashOf)).size).toBe(4);
  });
});

describe('the request id of a start', () => {
  it('is a UUID of app and key, and the same every time', () => {
    expect(requestIdOf('wx1', 'key')).toMatch(
      /^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/,
    );
    expect(requestIdOf('wx1', 'key')).toBe(requestIdOf('wx1', 'key'));
    const ids = [
      ['wx1', 'key'],
      ['wx2', 'key'],
      ['wx1', 'yek'],
      ['wx', '1key'],
    ].map(([app = '', key = '']) => requestIdOf(app, key));
    expect(new Set(ids).size).toBe(4);
  });
});

describeWithServer('a start with a key', () => {
  const namespace = `once-${randomUUID()}`;
  beforeAll(() => createNamespace(namespace), 60_000);

  async function connected(): Promise<Temporal> {
    const temporal = await connectTo(devServer().address, namespace);
    onTestFinished(temporal.close);
    return temporal;
  }

  const start = (temporal: Temporal, plan: ReleasePlan, key?: string) =>
    startRelease(temporal, plan, { by: 'ann', say: () => {}, key });

  const end = ({ client }: Temporal, { app }: ReleasePlan) =>
    client.workflow.getHandle(releaseWorkflowId(app)).terminate();

  /** Until the server lists as many runs of the app: lists are eventually consistent. */
  const listed = (temporal: Temporal, { app }: ReleasePlan, runs: number) =>
    vi.waitFor(async () => {
      const { rows } = await listReleases(temporal, { app }, { limit: 100 });
      expect(rows).toHaveLength(runs);
      return rows;
    }, 20_000);

  const REUSED = {
    trouble: 'keyReused',
    message: expect.stringContaining('this Idempotency-Key was used for another plan: "one" started run '),
  };

  it('starts once, and answers the same run again: while it runs, and when it is closed', async () => {
    const temporal = await connected();
    const plan = planFor(uniqueAppId());
    const first = await start(temporal, plan, 'one');
    expect(first).toEqual({
      workflowId: `release:${plan.app}`,
      runId: expect.any(String),
      repeated: false,
    });
    expect(await start(temporal, { ...plan }, 'one')).toEqual({ ...first, repeated: true });
    await end(temporal, plan);
    expect(await start(temporal, plan, 'one')).toEqual({ ...first, repeated: true });
    const { memo } = await handleOf(temporal, { app: plan.app }).describe();
    expect(memo).toMatchObject({ idempotencyKey: 'one', planHash: hashOf(plan), version: plan.version });
    await listed(temporal, plan, 1);
  });

  it('answers an older run, when others came after it', async () => {
    const temporal = await connected();
    const plan = planFor(uniqueAppId());
    const first = await start(temporal, plan, 'one');
    await end(temporal, plan);
    // Without a key the same plan is another start.
    const second = await start(temporal, plan);
    expect(second).toMatchObject({ repeated: false });
    await listed(temporal, plan, 2);
    expect(await start(temporal, plan, 'one')).toEqual({ ...first, repeated: true });
    await expect(start(temporal, { ...plan, version: '9.9.9' }, 'one')).rejects.toMatchObject(REUSED);
    await expect(start(temporal, plan, 'two')).rejects.toMatchObject({ trouble: 'running' });
    await end(temporal, plan);
    const third = await start(temporal, plan, 'two');
    expect(third).toMatchObject({ repeated: false });
    await listed(temporal, plan, 3);
    expect(await start(temporal, plan, 'one')).toEqual({ ...first, repeated: true });
    expect(await start(temporal, plan, 'two')).toEqual({ ...third, repeated: true });
    await end(temporal, plan);
  });

  it('is refused for another plan, whatever became of the first', async () => {
    const temporal = await connected();
    const plan = planFor(uniqueAppId());
    await start(temporal, plan, 'one');
    await expect(start(temporal, { ...plan, version: '9.9.9' }, 'one')).rejects.toMatchObject(REUSED);
    await end(temporal, plan);
    await expect(start(temporal, { ...plan, version: '9.9.9' }, 'one')).rejects.toMatchObject(REUSED);
    await listed(temporal, plan, 1);
  });

  it.each(['at first', 'after another release'])(
    'twenty times at once starts one, and one alone began it: %s',
    async (when) => {
      const all = await Promise.all(Array.from({ length: 4 }, connected));
      const [temporal] = all as [Temporal];
      const plan = planFor(uniqueAppId());
      const earlier = when === 'at first' ? 0 : 1;
      if (earlier > 0) {
        await start(temporal, plan, 'zero');
        await end(temporal, plan);
      }
      const started = await Promise.all(
        Array.from({ length: 20 }, (_, index) => start(all[index % 4] ?? temporal, plan, 'one')),
      );
      expect(new Set(started.map(({ runId }) => runId)).size).toBe(1);
      expect(started.filter(({ repeated }) => !repeated)).toHaveLength(1);
      await listed(temporal, plan, earlier + 1);
      await end(temporal, plan);
    },
  );

  it('at once with two plans starts one of them, and the other is refused', async () => {
    const temporal = await connected();
    const plan = planFor(uniqueAppId());
    const plans = Array.from({ length: 10 }, (_, index) => ({ ...plan, version: `1.${index % 2}.0` }));
    const came = await Promise.allSettled(plans.map((each) => start(temporal, each, 'one')));
    const done = came.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const refused = came.flatMap((one) => (one.status === 'rejected' ? [one.reason as ReleaseError] : []));
    expect([done.length, refused.length]).toEqual([5, 5]);
    expect(done.filter(({ repeated }) => !repeated)).toHaveLength(1);
    for (const error of refused) expect(error).toMatchObject(REUSED);
    await end(temporal, plan);
  });

  it('is one app’s: another app has its own', async () => {
    const temporal = await connected();
    const [one, other] = [planFor(uniqueAppId()), planFor(uniqueAppId())];
    expect(await start(temporal, one, 'one')).toMatchObject({ repeated: false });
    expect(await start(temporal, other, 'one')).toMatchObject({ repeated: false });
    for (const plan of [one, other]) await end(temporal, plan);
  });

  it.each(['', ' one', 'one ', 'o\nne', 'o\u0000ne', 'x'.repeat(256)])('takes no key %j', async (key) => {
    const temporal = await connected();
    await expect(start(temporal, planFor(uniqueAppId()), key)).rejects.toMatchObject({
      trouble: 'usage',
      message: expect.stringContaining('the Idempotency-Key must be 1 to 255 characters'),
    });
  });

  it('may come from the command line', async () => {
    const cliHere = () => fakeCli({ TEMPORAL_ADDRESS: devServer().address, TEMPORAL_NAMESPACE: namespace });
    const [first, again, last] = [cliHere(), cliHere(), cliHere()];
    const args = ['start', 'examples/healthy.yaml', '--idempotency-key', 'pipeline 17'];
    expect(await runCli(args, first)).toBe(0);
    expect(first.stdout()).toContain('✔ started 1.4.0 for wx0123456789abcdef\n');
    expect(await runCli(args, again)).toBe(0);
    expect(again.stdout()).toContain('✔ was started before, with this key: 1.4.0 for wx0123456789abcdef\n');
    expect(await runCli([...args, '--output', 'json'], last)).toBe(0);
    const { runId, repeated } = JSON.parse(last.stdout());
    expect([first.stdout().includes(runId), repeated]).toEqual([true, true]);
    const unkeyed = cliHere();
    expect(await runCli(['start', 'examples/healthy.yaml'], unkeyed)).toBe(1);
    expect(unkeyed.stderr()).toContain('is running already');
    await (await connected()).client.workflow.getHandle('release:wx0123456789abcdef').terminate();
  });
});

describeWithServer('a rollback of its own', () => {
  const namespace = `once-back-${randomUUID()}`;
  beforeAll(() => createNamespace(namespace), 60_000);
  const patience = { stop: new AbortController().signal };

  it('is started once for a command id, also when it is over', async () => {
    const temporal = await connectTo(devServer().address, namespace);
    onTestFinished(temporal.close);
    const asked: Rollback = { app: uniqueAppId(), from: '1.4.0', to: '1.3.0', by: 'ann', commandId: 'back' };
    const take = (changes: Partial<Rollback> = {}) =>
      rollback(temporal, { ...asked, ...changes }, patience, () => {});
    const several = await Promise.all(Array.from({ length: 5 }, () => take()));
    const started = several.flatMap((one) => (one.kind === 'started' ? [one.started] : []));
    expect(new Set(started.map(({ runId }) => runId)).size).toBe(1);
    expect(started.filter(({ repeated }) => !repeated)).toHaveLength(1);
    const again = { kind: 'started', from: '1.4.0', started: { runId: started[0]?.runId, repeated: true } };
    expect(await take({ reason: 'in other words' })).toMatchObject(again);
    await handleOf(temporal, asked).terminate();
    expect(await take()).toMatchObject(again);
    await expect(take({ to: '1.2.0' })).rejects.toMatchObject({
      trouble: 'keyReused',
      message: expect.stringContaining('this command id was used for something else: "back" started run'),
    });
    const next = await take({ commandId: 'once more' });
    expect(next).toMatchObject({ kind: 'started', started: { repeated: false } });
    await handleOf(temporal, asked).terminate();
  });
});

describe('a rollback that a release took while it baked', () => {
  /** A server with this one closed run. */
  function closedWith(commands: ReleaseStatus['commands']): Temporal {
    const status = { ...released, outcome: 'rolledBack', percentage: 0, commands };
    const handle = {
      describe: async () => ({
        runId: 'run-1',
        workflowId: released.workflowId,
        status: { name: 'COMPLETED' },
        startTime: new Date(0),
        typedSearchAttributes: new TypedSearchAttributes(),
        memo: {},
      }),
      result: async () => status,
    };
    const client = { workflow: { getHandle: () => handle, list: async function* () {} } };
    const connection = { withDeadline: (_at: number, call: () => unknown) => call() };
    return { client, connection } as unknown as Temporal;
  }
  const asked: Rollback = { app: released.app, to: '1.3.0', from: '1.4.0', by: 'ann', commandId: 'back' };
  const take = (temporal: Temporal) =>
    rollback(temporal, asked, { stop: new AbortController().signal }, () => {});

  it('is not begun again by the same command when the release is closed', async () => {
    const taken = { id: 'back', verb: 'rollback', accepted: true, message: 'taking everyone back', at: 0 };
    expect(await take(closedWith([taken]))).toMatchObject({
      kind: 'told',
      runId: 'run-1',
      delivered: { commandId: 'back', message: 'taking everyone back', status: { outcome: 'rolledBack' } },
    });
  });

  it.each([
    ['refused', { id: 'back', verb: 'rollback', accepted: false, message: 'it rolls', at: 0 }],
    ['given for something else', { id: 'back', verb: 'pause', accepted: true, message: 'paused', at: 0 }],
  ])('is begun when that command was %s', async (_what, command) => {
    // What begins it needs a server, and there is none here.
    await expect(take(closedWith([command]))).rejects.toThrow(TypeError);
  });
});
