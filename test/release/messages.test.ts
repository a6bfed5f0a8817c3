/** Whatever is sent to a release, by whatever tool and in whatever encoding: it never fails and never sticks. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ReleaseStatus } from '../../src/domain/status.js';
import { givenWorld, holdingAt1, LADDER, type ReleaseWorld, until } from '../support/release.js';
import { describeWorkflows, devServer } from '../support/temporal.js';

const run = promisify(execFile);

/** The plain `temporal` command line, as a person on call has it. */
async function temporal(...args: string[]): Promise<string> {
  const { cliPath, address } = devServer();
  const { stdout } = await run(cliPath, [...args, '--address', address]);
  return stdout;
}

describeWorkflows('messages to a release', () => {
  let world: ReleaseWorld;
  const app = (index: number) => world.apps[index] ?? '';
  const id = (index: number) => `release:${app(index)}`;
  const startHolding = async (index: number) => {
    const handle = await world.start(holdingAt1(app(index)));
    await until(handle, (status) => status.stages[0]?.state === 'holding');
    return handle;
  };
  beforeAll(async () => {
    world = await givenWorld([{}, {}, {}, {}, {}]);
  });
  afterAll(() => world.close());

  it.concurrent('pauses, resumes and promotes by the plain temporal command line', async () => {
    const handle = await startHolding(0);
    const signal = (name: string, input?: string) =>
      temporal(
        'workflow',
        'signal',
        '-w',
        id(0),
        '--name',
        name,
        ...(input === undefined ? [] : ['--input', input]),
      );
    await signal('pause');
    const paused = await until(handle, (status) => status.paused.length === 1);
    expect(paused.paused[0]).toMatchObject({ by: 'someone unnamed', reason: 'no reason given' });
    await signal('resume', '{"by":"ann","reason":"all good"}');
    await until(handle, (status) => status.paused.length === 0);
    await signal('promote', '{"expect":10}');
    const refused = await until(handle, (status) => status.commands.some((entry) => !entry.accepted));
    expect(refused.commands.at(-1)?.message).toContain('{"expect":1,');
    await temporal(
      'workflow',
      'update',
      'execute',
      '-w',
      id(0),
      '--name',
      'promote',
      '--input',
      '{"expect":1,"full":true,"by":"ann"}',
    );
    expect(await handle.result()).toMatchObject({ outcome: 'released' });
    expect(world.effects(app(0))).toEqual([...LADDER.slice(0, 3), 'grayrelease 100']);
  });

  it.concurrent('survives rubbish of every encoding, and says in its notices what it ignored', async () => {
    const handle = await startHolding(1);
    const rubbish = ['"text"', '17', '[1,2]', 'true', '{"by":5}', '{"reason":{"a":1}}', '{"expect":"1"}'];
    for (const name of [
      'pause',
      'resume',
      'promote',
      'retry',
      'giveUp',
      'healthReport',
      'auditResult',
      'nonsense',
    ])
      for (const input of rubbish) await handle.signal(name, JSON.parse(input));
    const send = (name: string, encoding: string, data: Buffer) =>
      world.client.workflowService.signalWorkflowExecution({
        namespace: devServer().namespace,
        workflowExecution: { workflowId: id(1) },
        signalName: name,
        input: { payloads: [{ metadata: { encoding: Buffer.from(encoding) }, data }] },
      });
    for (const name of ['pause', 'abort', 'healthReport', 'auditResult', 'nonsense', '__temporal_x']) {
      await send(name, 'json/protobuf', Buffer.from('{"by":"x"}'));
      await send(name, 'binary/encrypted', Buffer.from([0, 255, 1]));
      await send(name, 'binary/plain', Buffer.from([0, 255, 1]));
      await send(name, 'json/plain', Buffer.from('{"by": nope'));
    }
    await handle.signal('abort', 'not an object');
    const status = await until(handle, (now) => now.notices.some((text) => text.includes('ignored')));
    expect(status).toMatchObject({ phase: 'rolling', percentage: 1, paused: [], attention: null });
    expect(await handle.query('history')).toBeInstanceOf(Array);
    await handle.signal('promote', { expect: 1 });
    expect(await handle.result()).toMatchObject({ outcome: 'released' });
    expect(world.effects(app(1))).toEqual(LADDER);
  });

  it.concurrent('takes a commandId once, whoever repeats it', async () => {
    const handle = await startHolding(2);
    await handle.signal('pause', { commandId: 'c-1', by: 'ann' });
    await handle.executeUpdate('resume', { args: [{ commandId: 'c-2' }], updateId: 'c-2' });
    await handle.signal('pause', { commandId: 'c-1', by: 'ann' });
    const status = await handle.executeUpdate<ReleaseStatus, [object]>('resume', {
      args: [{ commandId: 'c-2' }],
    });
    expect(status.paused).toEqual([]);
    expect(status.commands.map((entry) => entry.id)).toEqual(['c-1', 'c-2']);
    await handle.signal('abort');
    expect(await handle.result()).toMatchObject({ outcome: 'reverted' });
  });

  it.concurrent('refuses by an update with the reason, and leaves no trace in history', async () => {
    const handle = await startHolding(3);
    const refusal = await handle.executeUpdate('retry', { args: [{}] }).catch((error: Error) => error);
    expect(refusal).toMatchObject({ cause: { message: expect.stringContaining('goes on by itself') } });
    const report = handle.executeUpdate('healthReport', { args: [{ metric: 'crashes' }] });
    expect(await report.catch((error: Error) => error)).toMatchObject({
      cause: { message: expect.stringContaining('needs a number as value') },
    });
    // A refusal that the server could not answer at once may leave a workflow task, but never the update itself.
    const { events } = await handle.fetchHistory();
    expect(
      JSON.stringify(events?.filter((event) => event.workflowExecutionUpdateAcceptedEventAttributes)),
    ).toBe('[]');
    await handle.signal('abort', { by: 'ann' });
    await handle.result();
  });

  it.concurrent('lets nobody take Temporal’s cancel away by using its id for something else', async () => {
    const handle = await startHolding(4);
    await handle.signal('pause', { commandId: 'cancel' });
    await until(handle, (status) => status.paused.length === 1);
    await handle.cancel();
    expect(await handle.result()).toMatchObject({ outcome: 'reverted' });
  });
});
