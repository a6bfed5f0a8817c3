/** Buttons pressed elsewhere, on a real server: adopted, taken back, put right; and an authorization that is gone. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DEFAULT_DRIFT } from '../../src/domain/plan-defaults.js';
import { givenWorld, type Handle, LADDER, type ReleaseWorld } from '../support/release.js';
import { describeWorkflows } from '../support/temporal.js';
import { asked, planOf, reaches, send, someone, submitOther, told } from './people.js';

const HOLD = [{ percentage: 1, hold: true }, { percentage: 10 }, { percentage: 50 }, { percentage: 100 }];

describeWorkflows('someone else', () => {
  let world: ReleaseWorld;
  const app = (index: number) => world.apps[index] ?? '';
  const press = (
    index: number,
    action: 'pause' | 'resume' | 'delete' | 'finish' | { advance: number } | { publish: string },
  ) => {
    const { console: button } = world.simulator.control;
    if (typeof action === 'string') return button({ app: app(index), action });
    return 'advance' in action
      ? button({ app: app(index), action: 'advance', percentage: action.advance })
      : button({ app: app(index), action: 'publish', version: action.publish });
  };
  const held = async (index: number, more: Parameters<typeof planOf>[2] = {}): Promise<Handle> => {
    const handle = await world.start(planOf(app(index), HOLD, more));
    await reaches(handle, ({ stages }) => stages[0]?.state === 'holding');
    return handle;
  };
  beforeAll(async () => {
    world = await givenWorld(Array.from({ length: 9 }, () => ({})));
  });
  afterAll(() => world.close());

  it.concurrent('raises the percentage: paused, adopted by a person, and the next stage is the first higher one', async () => {
    const handle = await held(0);
    press(0, { advance: 30 });
    await send(handle, 'promote', { expect: 1 });
    await reaches(handle, ({ paused }) => paused[0]?.kind === 'drift');
    expect(await told(handle, 'resume', { by: 'ann' })).toContain('{"adopt":true');
    await send(handle, 'resume', { adopt: true });
    expect(await handle.result()).toMatchObject({ outcome: 'released' });
    expect(world.effects(app(0))).toEqual([...LADDER.slice(0, 3), 'grayrelease 50', 'grayrelease 100']);
  });

  it.concurrent('raises the percentage: users are taken back where the plan says revert', async () => {
    const handle = await held(1, { rollout: { onDrift: { ...DEFAULT_DRIFT, advanced: 'revert' } } });
    press(1, { advance: 30 });
    await send(handle, 'promote', { expect: 1 });
    const status = await handle.result();
    expect(status).toMatchObject({ outcome: 'reverted', reason: expect.stringContaining('to 30 %') });
    expect(world.effects(app(1)).at(-1)).toBe('revertgrayrelease');
  });

  it.concurrent('cancels it: the release ends as reverted where the plan says so, and nothing had to be written', async () => {
    const handle = await held(2, { rollout: { onDrift: { ...DEFAULT_DRIFT, cancelled: 'revert' } } });
    press(2, 'delete');
    await send(handle, 'promote', { expect: 1 });
    expect(await handle.result()).toMatchObject({ outcome: 'reverted' });
    expect(world.effects(app(2))).toEqual(LADDER.slice(0, 3));
  });

  it.concurrent('finishes it where the plan asks a person: resume with adopt lets it bake', async () => {
    const handle = await held(3, { rollout: { onDrift: { ...DEFAULT_DRIFT, finished: 'attention' } } });
    press(3, 'finish');
    await send(handle, 'promote', { expect: 1 });
    await reaches(handle, ({ attention }) => attention?.step === 'drift');
    await send(handle, 'resume', { adopt: true });
    expect(await handle.result()).toMatchObject({ outcome: 'released', percentage: 100 });
    expect(world.effects(app(3))).toEqual(LADDER.slice(0, 3));
  });

  it.concurrent('publishes another version while it bakes: told, put right in the console, and it ends by itself', async () => {
    const handle = await world.start(
      planOf(app(4), [{ percentage: 1 }, { percentage: 100 }], { rollout: { bakeMs: 3_000 } }),
    );
    await reaches(handle, ({ phase }) => phase === 'baking');
    press(4, { publish: '2.0.0' });
    const status = await reaches(handle, ({ attention }) => attention !== null);
    expect(status.attention?.reason).toBe('2.0.0 is online, not 1.4.0');
    press(4, { publish: '1.4.0' });
    expect(await handle.result()).toMatchObject({ outcome: 'released' });
  });

  it.concurrent('submits another audit: nothing of ours is raised past it, and abort still takes users back', async () => {
    const handle = await held(5);
    await submitOther(world, app(5));
    await send(handle, 'promote', { expect: 1 });
    const status = await reaches(handle, ({ attention }) => attention !== null);
    expect(status.attention?.reason).toMatch(/audit \d+ was submitted by someone else after ours/);
    await send(handle, 'abort');
    expect(await handle.result()).toMatchObject({ outcome: 'reverted' });
    expect(world.simulator.control.state(app(5))).toMatchObject({ serving: { '1.3.0': 100 } });
  });

  it.concurrent('takes the permission away: the reason names it, and it goes on by itself when it is back', async () => {
    const handle = await held(6);
    world.simulator.control.addFault({
      endpoint: '*',
      app: app(6),
      kind: 'errcode',
      errcode: 61007,
      errmsg: 'api is unauthorized to component',
      times: 'always',
    });
    await send(handle, 'promote', { expect: 1 });
    const status = await reaches(handle, ({ attention }) => attention !== null);
    expect(status.attention?.reason).toContain('61007');
    expect(`${status.attention?.reason} ${status.attention?.remedy}`).toMatch(/permission|authori[sz]/);
    world.simulator.control.clearFaults();
    expect(await handle.result()).toMatchObject({ outcome: 'released' });
    expect(world.effects(app(6))).toEqual(LADDER);
  });

  it.concurrent('begins our staged release at our percentage while a gate waits: it is found so, and written once', async () => {
    const stages = [{ percentage: 10, approval: asked() }, { percentage: 100 }];
    const handle = await world.start(planOf(app(7), stages));
    await reaches(handle, ({ gate }) => gate !== null);
    await someone(world, app(7), '/wxa/grayrelease', { gray_percentage: 10 });
    await send(handle, 'approve');
    const status = await handle.result();
    expect(status).toMatchObject({ outcome: 'released' });
    expect(status.effects.find(({ percentage }) => percentage === 10)).toMatchObject({ writes: 0 });
    expect(world.effects(app(7))).toEqual(['commit', 'submit_audit', 'grayrelease 10', 'grayrelease 100']);
  });

  it.concurrent('begins our staged release at another percentage: nothing is written over it, and abort takes users back', async () => {
    const stages = [{ percentage: 10, approval: asked() }, { percentage: 100 }];
    const handle = await world.start(planOf(app(8), stages));
    await reaches(handle, ({ gate }) => gate !== null);
    await someone(world, app(8), '/wxa/grayrelease', { gray_percentage: 30 });
    await send(handle, 'approve');
    const status = await reaches(handle, ({ attention }) => attention !== null);
    expect(status.attention?.reason).toContain('the plan runs at 30 %, not at 10 %');
    expect(world.effects(app(8))).toEqual(['commit', 'submit_audit', 'grayrelease 30']);
    await send(handle, 'abort');
    expect(await handle.result()).toMatchObject({ outcome: 'reverted' });
    expect(world.effects(app(8)).at(-1)).toBe('revertgrayrelease');
    expect(world.simulator.control.state(app(8))).toMatchObject({ serving: { '1.3.0': 100 } });
  });
});
