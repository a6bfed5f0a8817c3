/** Commands that nobody is there to take: before the first workflow task, and while no worker is up. Temporal keeps them. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  givenWorld,
  type Handle,
  holdingAt1,
  LADDER,
  planFor,
  type ReleaseWorld,
} from '../support/release.js';
import { describeWorkflows } from '../support/temporal.js';
import { asked, planOf, reaches, send } from './people.js';

describeWorkflows('with no worker up', () => {
  let world: ReleaseWorld;
  const early: Handle[] = [];
  const late: Handle[] = [];
  const app = (index: number) => world.apps[index] ?? '';

  beforeAll(async () => {
    world = await givenWorld(
      Array.from({ length: 8 }, () => ({})),
      { worker: false },
    );
    for (const index of [0, 1, 2, 3]) early.push(await world.start(planFor(app(index))));
    const [paused, aborted, cancelled, confused] = early;
    await paused?.signal('pause', { by: 'ann', reason: 'not today', commandId: 'p1' });
    await aborted?.signal('pause', { by: 'ann' });
    await aborted?.signal('abort', { by: 'bob', reason: 'never' });
    await cancelled?.cancel();
    await confused?.signal('promote', { expect: 10, by: 'ann' });
    await confused?.signal('approve', { by: 'ann' });
    const first = await world.startWorker();
    // Then it goes while four releases wait, and what is said to them waits too.
    for (const index of [4, 5, 6]) late.push(await world.start(holdingAt1(app(index))));
    const gated = [{ percentage: 1 }, { percentage: 50, approval: asked() }, { percentage: 100 }];
    late.push(await world.start(planOf(app(7), gated)));
    for (const handle of late.slice(0, 3))
      await reaches(handle, ({ stages }) => stages[0]?.state === 'holding');
    const [, , , asking] = late;
    if (asking !== undefined) await reaches(asking, ({ gate }) => gate?.gate === 'stage:1');
    await first.stop();
    const [toPause, toAbort, toCancel, toApprove] = late;
    await toPause?.signal('pause', { by: 'ann' });
    await toPause?.signal('promote', { expect: 1, by: 'ann' });
    await toAbort?.signal('freeze', { by: 'ann', reason: 'holiday', for: '2d' });
    await toAbort?.signal('abort', { by: 'ann' });
    await toCancel?.cancel();
    for (const by of ['ann', 'ann']) await toApprove?.signal('approve', { by, commandId: 'once' });
    await world.startWorker();
  }, 120_000);
  afterAll(() => world.close());

  it.concurrent('pause before anything was done lets everything be read and nothing be written', async () => {
    const [handle] = early;
    if (handle === undefined) throw new Error('it was not started');
    const status = await reaches(
      handle,
      ({ paused, previousVersion }) => paused.length > 0 && previousVersion !== null,
    );
    expect(status).toMatchObject({ phase: 'preparing', paused: [{ by: 'ann', reason: 'not today' }] });
    expect(world.effects(app(0))).toEqual([]);
    await send(handle, 'resume');
    expect(await handle.result()).toMatchObject({ outcome: 'released' });
    expect(world.effects(app(0))).toEqual(LADDER);
  });

  it.concurrent('abort before anything was done ends it, and nothing was changed', async () => {
    expect(await early[1]?.result()).toMatchObject({
      outcome: 'aborted',
      reason: 'never (bob); nothing was changed',
    });
    expect(world.effects(app(1))).toEqual([]);
  });

  it.concurrent('Temporal’s cancel before anything was done is the same', async () => {
    expect(await early[2]?.result()).toMatchObject({ outcome: 'aborted' });
    expect(world.effects(app(2))).toEqual([]);
  });

  it.concurrent('what came too early is refused, kept in the story, and stops nothing', async () => {
    const status = await early[3]?.result();
    expect(status).toMatchObject({ outcome: 'released' });
    expect(status?.decisions.filter(({ what }) => what.endsWith('refused')).map(({ what }) => what)).toEqual([
      'promote refused',
      'approve refused',
    ]);
  });

  it.concurrent('pause is there before the step that would have come', async () => {
    const [handle] = late;
    if (handle === undefined) throw new Error('it was not started');
    await reaches(handle, ({ paused }) => paused.length > 0);
    expect(world.effects(app(4))).toEqual(LADDER.slice(0, 3));
    await send(handle, 'resume');
    expect(await handle.result()).toMatchObject({ outcome: 'released' });
  });

  it.concurrent('abort takes users back as soon as a worker is up, frozen or not', async () => {
    expect(await late[1]?.result()).toMatchObject({ outcome: 'reverted' });
    expect(world.effects(app(5)).at(-1)).toBe('revertgrayrelease');
  });

  it.concurrent('cancel takes users back as soon as a worker is up', async () => {
    expect(await late[2]?.result()).toMatchObject({ outcome: 'reverted' });
  });

  it.concurrent('an approval that was sent twice counts once', async () => {
    const status = await late[3]?.result();
    expect(status).toMatchObject({ outcome: 'released' });
    expect(status?.commands.filter(({ id }) => id === 'once')).toHaveLength(1);
  });
});
