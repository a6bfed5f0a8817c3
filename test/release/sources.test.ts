/** Releases that build on what is there: a version that others uploaded, an audit that passed before; on a real server. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { givenWorld, LADDER, planFor, type ReleaseWorld } from '../support/release.js';
import { describeWorkflows } from '../support/temporal.js';
import { planOf, reaches, submitOther } from './people.js';

const failing = {
  metrics: {
    js_error_rate: [
      { version: '1.4.0', value: 0.002 },
      { version: '1.4.0', from: 10, value: 0.5 },
    ],
    launches: [{ version: '1.4.0', perPercent: 400 }],
  },
};
const STANDING = { source: 'approved', template: null } as const;
const GRAYS = LADDER.slice(2);

describeWorkflows('a release', () => {
  let world: ReleaseWorld;
  const app = (index: number) => world.apps[index] ?? '';
  const heal = (of: ReleaseWorld, appid: string) =>
    of.simulator.control.metrics({
      app: appid,
      name: 'js_error_rate',
      version: '1.4.0',
      value: 0.002,
      from: 10,
    });
  /** Fails at 10 % and is taken back; then its health is good again. */
  const revertedBefore = async (of: ReleaseWorld, appid: string) => {
    const status = await (await of.start(planFor(appid))).result();
    expect(status.outcome).toBe('reverted');
    heal(of, appid);
    return of.effects(appid).length;
  };
  beforeAll(async () => {
    world = await givenWorld([failing, failing, {}, { audit: { approveAfter: '0s' } }, {}, failing]);
  });
  afterAll(() => world.close());

  it.concurrent('after one that was reverted uses its standing approval: nothing is uploaded, nothing submitted', async () => {
    const before = await revertedBefore(world, app(0));
    const status = await (await world.start(planFor(app(0), STANDING))).result();
    expect(status).toMatchObject({ outcome: 'released', percentage: 100 });
    expect(world.effects(app(0)).slice(before)).toEqual(GRAYS);
    expect(status.notices.join()).toContain('a staged release was cancelled since 1.3.0 went online');
  });

  it.concurrent('after one that was reverted can be reverted again, and again released', async () => {
    const before = await revertedBefore(world, app(1));
    const handle = await world.start(
      planOf(app(1), [{ percentage: 5, hold: true }, { percentage: 100 }], STANDING),
    );
    await reaches(handle, ({ stages }) => stages[0]?.state === 'holding');
    await handle.signal('abort', { by: 'ann' });
    expect(await handle.result()).toMatchObject({ outcome: 'reverted' });
    expect(await (await world.start(planFor(app(1), STANDING))).result()).toMatchObject({
      outcome: 'released',
    });
    expect(world.effects(app(1)).slice(before)).toEqual(['grayrelease 5', 'revertgrayrelease', ...GRAYS]);
  });

  it.concurrent('on an approval that is another’s is refused before anything is changed', async () => {
    await submitOther(world, app(2));
    await expect.poll(() => world.simulator.control.state(app(2)).audits.at(-1)?.status).toBe(0);
    const status = await (await world.start(planFor(app(2), STANDING))).result();
    expect(status.outcome).toBe('failed');
    expect(status.reason).toContain('of 9.9.9, approved; source: approved needs one of 1.4.0 that passed');
    expect(world.effects(app(2))).toHaveLength(2);
  });

  it.concurrent('of a version that others uploaded submits it without a commit of its own', async () => {
    world.simulator.control.console({ app: app(3), action: 'trial', version: '1.4.0' });
    const status = await (
      await world.start(planFor(app(3), { source: 'uploaded', template: null }))
    ).result();
    expect(status).toMatchObject({ outcome: 'released' });
    expect(world.effects(app(3))).toEqual(LADDER.slice(1));
  });

  it.concurrent('of a version that nobody uploaded is refused', async () => {
    const status = await (
      await world.start(planFor(app(4), { source: 'uploaded', template: null }))
    ).result();
    expect(status.reason).toContain('the trial version is none, not 1.4.0');
    expect(world.effects(app(4))).toEqual([]);
  });

  it.concurrent('of the same version from its template, after it was reverted, is told from the old one', async () => {
    const before = await revertedBefore(world, app(5));
    expect(await (await world.start(planFor(app(5)))).result()).toMatchObject({ outcome: 'released' });
    expect(world.effects(app(5)).slice(before)).toEqual(LADDER);
  });

  it.concurrent('after one that was reverted, on a WeChat that shows no plan any more or takes no approval twice', async () => {
    const other = await givenWorld([failing], {
      switches: { planAfterRevert: 'none', auditAfterCancelledGray: '85080' },
    });
    try {
      const [appid = ''] = other.apps;
      const before = await revertedBefore(other, appid);
      const handle = await other.start(planFor(appid, STANDING));
      const status = await reaches(handle, ({ attention }) => attention !== null);
      expect(status.attention?.reason).toContain('85080');
      await handle.signal('abort', { by: 'ann' });
      expect(await handle.result()).toMatchObject({ outcome: 'aborted' });
      expect(other.effects(appid)).toHaveLength(before);
    } finally {
      await other.close();
    }
  });
});
