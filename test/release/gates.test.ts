/** Gates on a real server: people who approve, sign, refuse or are silent; windows and freezes. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { signApproval } from '../../src/identity/sign.js';
import { person } from '../identity/people.js';
import { givenWorld, type Handle, LADDER, planFor, type ReleaseWorld } from '../support/release.js';
import { describeWorkflows } from '../support/temporal.js';
import { asked, planOf, reaches, send, told } from './people.js';

const gate = (name: string) => (status: { gate: { gate: string } | null }) => status.gate?.gate === name;
const GATED = [{ percentage: 1 }, { percentage: 50, approval: asked() }, { percentage: 100 }];
const SHORT = ['commit', 'submit_audit', 'grayrelease 1', 'grayrelease 50', 'grayrelease 100'];

describeWorkflows('a gate', () => {
  let world: ReleaseWorld;
  const alice = person();
  const mallory = person();
  const theApi = person();
  const app = (index: number) => world.apps[index] ?? '';
  const metrics = (index: number, value: number) =>
    world.simulator.control.metrics({
      app: app(index),
      name: 'js_error_rate',
      version: '1.4.0',
      value,
      from: 0,
    });
  beforeAll(async () => {
    world = await givenWorld(
      Array.from({ length: 10 }, () => ({})),
      {
        identities: { alice: alice.publicKey, mallory: mallory.publicKey },
        api: { publicKey: theApi.publicKey },
      },
    );
  });
  afterAll(() => world.close());

  it.concurrent('for the trial version and two people for a stage: each counts once, the rest is refused with a reason', async () => {
    const stages = [
      { percentage: 1, hold: true },
      { percentage: 50, approval: asked({ count: 2 }) },
      { percentage: 100 },
    ];
    const handle = await world.start(planOf(app(0), stages, { trial: { approval: asked() } }));
    const trial = await reaches(handle, gate('trial'));
    expect(trial.trial?.uploadedAt).toBeGreaterThan(0);
    expect(world.effects(app(0))).toEqual(['commit']);
    await send(handle, 'approve', { by: 'bob' });
    await reaches(handle, ({ percentage }) => percentage === 1);
    expect(await told(handle, 'approve', { by: 'ann' })).toContain(
      'no gate waits now; 50 % asks when its turn comes',
    );
    await send(handle, 'promote', { expect: 1 });
    await reaches(handle, gate('stage:1'));
    expect(await told(handle, 'approve', { by: 'eve' })).toContain(
      'eve is not among the approvers of 50 %: ann, bob, cat',
    );
    await send(handle, 'approve', { by: 'ann' });
    await send(handle, 'approve', { by: 'ann' });
    expect((await reaches(handle, gate('stage:1'))).gate?.approvals).toHaveLength(1);
    await send(handle, 'approve', { by: 'cat', gate: 'stage:1' });
    expect(await handle.result()).toMatchObject({ outcome: 'released' });
    expect(world.effects(app(0))).toEqual(SHORT);
  });

  it.concurrent('for the trial version over which somebody uploads: theirs is never submitted', async () => {
    const handle = await world.start(planFor(app(1), { trial: { approval: asked() } }));
    await reaches(handle, gate('trial'));
    world.simulator.control.console({ app: app(1), action: 'trial', version: '9.9.9' });
    await send(handle, 'approve');
    const status = await reaches(handle, ({ attention }) => attention !== null);
    expect(status.attention).toMatchObject({ step: 'trial', reason: 'someone uploaded 9.9.9 over 1.4.0' });
    await send(handle, 'retry');
    await reaches(handle, gate('trial'));
    await send(handle, 'approve', { by: 'bob' });
    expect(await handle.result()).toMatchObject({ outcome: 'released' });
    expect(world.effects(app(1))).toEqual(['commit', ...LADDER]);
  });

  it.concurrent('that wants signatures takes no mere name and no other key, and the story says who was proven', async () => {
    const approval = asked({ approvers: ['alice', 'mallory', 'ann'], claimed: false, count: 2 });
    const stages = [{ percentage: 1 }, { percentage: 50, approval }, { percentage: 100 }];
    const handle = await world.start(planOf(app(2), stages));
    const { gate: waiting, startedAt } = await reaches(handle, gate('stage:1'));
    const sign = (commandId: string, key: typeof alice, by = 'alice') => ({
      by,
      commandId,
      signature: signApproval(
        {
          workflowId: handle.workflowId,
          version: '1.4.0',
          startedAt,
          gate: 'stage:1',
          askedAt: waiting?.since ?? 0,
          verb: 'approve',
          commandId,
          by,
        },
        key.privateKey,
      ),
    });
    expect(await told(handle, 'approve', { by: 'alice' })).toContain('alice is only a claimed name');
    await send(handle, 'approve', sign('forged', mallory));
    const refused = await reaches(handle, ({ notices }) =>
      notices.some((text) => text.includes('does not count')),
    );
    expect(refused.gate?.approvals).toEqual([]);
    await send(handle, 'approve', sign('signed', alice));
    // She has no key of her own: the API knows her by her token.
    await send(handle, 'approve', sign('vouched', theApi, 'ann'));
    const status = await handle.result();
    expect(status).toMatchObject({ outcome: 'released' });
    for (const by of ['alice', 'ann'])
      expect(status.decisions).toContainEqual(
        expect.objectContaining({ what: 'approve verified', by, authenticated: true }),
      );
  });

  it.concurrent('that was refused pauses; nobody approves past it; after resume it asks again', async () => {
    const handle = await world.start(planOf(app(3), GATED));
    await reaches(handle, gate('stage:1'));
    await send(handle, 'refuse', { by: 'bob', reason: 'the cart is empty' });
    const status = await reaches(handle, ({ paused }) => paused.length > 0);
    expect(status.paused[0]).toMatchObject({
      kind: 'approval',
      reason: 'bob refused 50 %: the cart is empty',
    });
    expect(await told(handle, 'approve', { by: 'ann' })).toContain('50 % was refused');
    await send(handle, 'resume');
    await reaches(handle, gate('stage:1'));
    await send(handle, 'approve', { by: 'ann' });
    expect(await handle.result()).toMatchObject({ outcome: 'released' });
  });

  it.concurrent('that nobody opens in time aborts where the plan says so: users are taken back', async () => {
    const approval = asked({ timeoutMs: 1_500, onTimeout: 'abort' });
    const stages = [{ percentage: 1 }, { percentage: 50, approval }, { percentage: 100 }];
    const status = await (await world.start(planOf(app(4), stages))).result();
    expect(status).toMatchObject({ outcome: 'reverted' });
    expect(status.reason).toContain('nobody approved 50 % in time');
    expect(world.effects(app(4))).toEqual([...SHORT.slice(0, 3), 'revertgrayrelease']);
  });

  it.concurrent('that waits is guarded: failing health takes users back', async () => {
    const handle = await world.start(planOf(app(5), GATED));
    await reaches(handle, gate('stage:1'));
    metrics(5, 0.5);
    expect(await handle.result()).toMatchObject({ outcome: 'reverted' });
  });

  it.concurrent('of a skipped stage stays owed after promote to 100 %', async () => {
    const handle: Handle = await world.start(
      planOf(app(6), [{ ...GATED[0], percentage: 1, hold: true }, ...GATED.slice(1)]),
    );
    await reaches(handle, ({ stages }) => stages[0]?.state === 'holding');
    await send(handle, 'promote', { expect: 1, full: true });
    await reaches(handle, gate('stage:1'));
    expect(world.effects(app(6))).toEqual(SHORT.slice(0, 3));
    await send(handle, 'approve');
    expect(await handle.result()).toMatchObject({ outcome: 'released' });
    expect(world.effects(app(6))).toEqual([...SHORT.slice(0, 3), 'grayrelease 100']);
  });

  it.concurrent('of time: outside its window no stage begins; an override is for one stage; abort waits for nothing', async () => {
    const [from, to] = [3, 4].map((hours) =>
      new Date(Date.now() + hours * 3_600_000).toISOString().slice(11, 16),
    );
    const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
    const windows = { timezone: 'UTC', days: [...days], hours: { from: from ?? '', to: to ?? '' } };
    const handle = await world.start(
      planOf(app(7), [{ percentage: 1 }, { percentage: 100 }], { rollout: { windows } }),
    );
    const status = await reaches(handle, ({ window }) => window !== null);
    expect(status.reason).toContain(
      `waits for the window at ${new Date(status.window?.opensAt ?? 0).toISOString().slice(0, 10)} ${from}`,
    );
    await send(handle, 'unfreeze', { override: true, reason: 'the shop is down' });
    await reaches(
      handle,
      ({ percentage, reason }) => percentage === 1 && reason.includes('waits for the window'),
    );
    await send(handle, 'abort');
    const ended = await handle.result();
    expect(ended).toMatchObject({ outcome: 'reverted' });
    expect(ended.decisions).toContainEqual(
      expect.objectContaining({ what: 'override of freeze and window', by: 'ann' }),
    );
    expect(world.effects(app(7))).toEqual([...SHORT.slice(0, 3), 'revertgrayrelease']);
  });

  it.concurrent('of ice: frozen until its end, and it goes on by itself', async () => {
    const handle = await world.start(planOf(app(8), [{ percentage: 1, hold: true }, { percentage: 100 }]));
    await reaches(handle, ({ stages }) => stages[0]?.state === 'holding');
    await send(handle, 'freeze', { reason: 'national holiday', for: '4s' });
    await send(handle, 'promote', { expect: 1 });
    const status = await reaches(handle, ({ reason }) => reason.includes('frozen by ann'));
    expect(status.freeze).toMatchObject({ reason: 'national holiday' });
    const { confirmedAt } = (await handle.result()).stages[1] ?? {};
    expect(confirmedAt).toBeGreaterThanOrEqual(status.freeze?.until ?? 0);
  });

  it.concurrent('outlives its worker: who approves while none is up is heard by the next', async () => {
    const handle = await world.start(planOf(app(9), GATED));
    await reaches(handle, gate('stage:1'));
    await handle.signal('approve', { by: 'ann', gate: 'stage:1', commandId: 'once' });
    await handle.signal('approve', { by: 'ann', gate: 'stage:1', commandId: 'once' });
    const status = await handle.result();
    expect(status.outcome).toBe('released');
    expect(status.commands.filter(({ id }) => id === 'once')).toHaveLength(1);
  });
});
