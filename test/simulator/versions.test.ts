import { describe, expect, it } from 'vitest';
import { APP, open, SECOND, worldWith } from './helpers.js';

/** The history as `user_version`s, newest first. */
async function history({ call }: Awaited<ReturnType<typeof open>>) {
  const { version_list } = await call('get_history_version');
  return (version_list as { user_version: string }[]).map(({ user_version }) => user_version);
}

describe('release', () => {
  it('needs an approved audit: 85019 with none at all, 85020 with none that passed', async () => {
    const { call, submitted } = await open(worldWith({ audit: { reject: { after: '1s', reason: 'no' } } }));
    expect(await call('release')).toMatchObject({ errcode: 85019 });
    await submitted();
    expect(await call('release')).toMatchObject({ errcode: 85020 });
  });

  it('publishes the last approved audit, not the newest trial version', async () => {
    const { call, approved, commit, online } = await open();
    await approved('1.4.0');
    await commit('1.5.0');
    expect(await call('release')).toMatchObject({ errcode: 0 });
    expect(await online()).toBe('1.4.0');
  });

  it('may be refused because of a newer trial version, by switch: 85020', async () => {
    const world = worldWith({}, { switches: { releaseAfterNewCommit: '85020' } });
    const { call, approved, commit } = await open(world);
    await approved('1.4.0');
    await commit('1.5.0');
    expect(await call('release')).toMatchObject({ errcode: 85020 });
  });

  it('is refused the second time: 85052', async () => {
    const { call, approved } = await open();
    await approved();
    await call('release');
    expect(await call('release')).toMatchObject({ errcode: 85052 });
  });

  it('is refused while a newer version is being audited and nothing else is left: 85020', async () => {
    const { call, approved, submitted } = await open();
    await approved('1.4.0');
    await call('release');
    await submitted('1.5.0');
    expect(await call('release')).toMatchObject({ errcode: 85020 });
  });

  it('may be the first ever', async () => {
    const { call, approved, online } = await open(worldWith({ online: undefined, history: [] }));
    await approved('1.0.0');
    expect(await call('release')).toMatchObject({ errcode: 0 });
    expect(await online()).toBe('1.0.0');
  });

  it('completes a gray plan that runs; or is refused with 85020, by switch', async () => {
    const { call, approved, gray, plan, online } = await open();
    await approved();
    await gray(10);
    expect(await call('release')).toMatchObject({ errcode: 0 });
    expect(await plan()).toMatchObject({ status: 3, gray_percentage: 100 });
    expect(await online()).toBe('1.4.0');

    const strict = await open(worldWith({}, { switches: { releaseDuringGray: '85020' } }));
    await strict.approved();
    await strict.gray(10);
    expect(await strict.call('release')).toMatchObject({ errcode: 85020 });
  });

  it('still works after a gray plan was cancelled', async () => {
    const { call, approved, gray, online } = await open();
    await approved();
    await gray(10);
    await call('revertgrayrelease');
    expect(await call('release')).toMatchObject({ errcode: 0 });
    expect(await online()).toBe('1.4.0');
  });

  it('does not bring back what was taken back: 85052, or ok by switch', async () => {
    const releaseAgain = async (releaseAfterRevert: 'ok' | '85052') => {
      const { call, approved } = await open(worldWith({}, { switches: { releaseAfterRevert } }));
      await approved();
      await call('release');
      await call('revertcoderelease');
      return (await call('release')).errcode;
    };
    expect(await releaseAgain('85052')).toBe(85052);
    expect(await releaseAgain('ok')).toBe(0);
  });
});

describe('revertcoderelease', () => {
  it('goes back to the version before; the one taken back is gone from the list', async () => {
    const simulator = await open();
    await simulator.approved('1.4.0');
    await simulator.call('release');
    expect(await history(simulator)).toEqual(['1.3.0', '1.2.0']);
    expect(await simulator.call('revertcoderelease')).toEqual({ errcode: 0, errmsg: 'ok' });
    expect(await simulator.online()).toBe('1.3.0');
    expect(await history(simulator)).toEqual(['1.2.0']);
  });

  it('does not go back twice: 87012, which is what a client that repeats GETs meets', async () => {
    const { call, online } = await open();
    await call('revertcoderelease');
    expect(await call('revertcoderelease')).toMatchObject({ errcode: 87012 });
    expect(await online()).toBe('1.2.0');
  });

  it('goes back to a listed version by app_version', async () => {
    const { call, approved, online } = await open();
    await approved();
    await call('release');
    expect(await call('revertcoderelease', { app_version: 12 })).toMatchObject({ errcode: 0 });
    expect(await online()).toBe('1.2.0');
  });

  it.each([
    ['a version that is not listed', { app_version: 99 }, 87012],
    ['the version that is online', { app_version: 13 }, 87012],
    ['a version that is no number', { app_version: 'x' }, 40097],
    ['an action that is misspelt', { action: 'get_history' }, 40097],
    ['an empty version, which counts as none', { app_version: '' }, 0],
  ])('is asked for %s', async (_what, params, errcode) => {
    const { call } = await open();
    expect(await call('revertcoderelease', params)).toMatchObject({ errcode });
  });

  it('is refused without a version before: 87012', async () => {
    const { call } = await open(worldWith({ history: [] }));
    expect(await call('revertcoderelease')).toMatchObject({ errcode: 87012 });
  });

  it('is refused while a gray plan runs: 87011', async () => {
    const { call, approved, gray } = await open();
    await approved();
    await gray(1);
    expect(await call('revertcoderelease')).toMatchObject({ errcode: 87011 });
    await call('revertgrayrelease');
    expect(await call('revertcoderelease')).toMatchObject({ errcode: 0 });
  });

  it('is refused when the version before was a cancelled gray release: 87012, or ok by switch', async () => {
    for (const [world, errcode] of [
      [worldWith(), 87012],
      [worldWith({}, { switches: { revertAfterCancelledGray: 'ok' } }), 0],
    ] as const) {
      const { call, approved, gray } = await open(world);
      await approved();
      await gray(1);
      await call('revertgrayrelease');
      await call('release');
      expect(await call('revertcoderelease')).toMatchObject({ errcode });
    }
  });

  it('is possible again after one more release', async () => {
    const { call, approved, gray } = await open();
    await approved('1.4.0');
    await gray(1);
    await call('revertgrayrelease');
    await call('release');
    await approved('1.5.0');
    await call('release');
    expect(await call('revertcoderelease')).toMatchObject({ errcode: 0 });
  });
});

describe('get_history_version', () => {
  it('only reads, and lists the newest five', async () => {
    const simulator = await open();
    for (const version of ['1.4.0', '1.5.0', '1.6.0', '1.7.0', '1.8.0']) {
      await simulator.approved(version);
      await simulator.call('release');
    }
    expect(await history(simulator)).toEqual(['1.7.0', '1.6.0', '1.5.0', '1.4.0', '1.3.0']);
    expect(await simulator.online()).toBe('1.8.0');
  });

  it('tells the app_version that revertcoderelease takes', async () => {
    const { call, now } = await open();
    expect(await call('get_history_version')).toMatchObject({
      version_list: [{ app_version: 12, user_version: '1.2.0', user_desc: '' }],
    });
    const [row] = (await call('get_history_version')).version_list as { commit_time: number }[];
    expect(row?.commit_time).toBe(Math.floor(now() / 1000) - 60 * 86_400);
  });

  it('does not list what was published in the console, though users can be taken back to it', async () => {
    const simulator = await open();
    simulator.control.console({ app: APP, action: 'publish', version: '9.9.9' });
    await simulator.approved('1.4.0');
    await simulator.call('release');
    expect(await history(simulator)).toEqual(['1.3.0', '1.2.0']);
    await simulator.call('revertcoderelease');
    expect(await simulator.online()).toBe('9.9.9');
  });

  it('lists the online version too when the switch says so', async () => {
    expect(await history(await open(worldWith({}, { switches: { historyListsOnline: true } })))).toEqual([
      '1.3.0',
      '1.2.0',
    ]);
  });
});

describe('getversioninfo', () => {
  it('tells when the online version came, in seconds', async () => {
    const { call, approved, pass, now } = await open();
    await approved();
    pass(500);
    await call('release');
    expect(await call('getversioninfo')).toMatchObject({
      release_info: {
        release_time: Math.floor(now() / 1000),
        release_version: '1.4.0',
        release_desc: 'test',
      },
    });
    pass(SECOND);
  });

  it('shows the old version while a plan runs, or the new one by switch', async () => {
    for (const [versionInfoDuringGray, expected] of [
      ['old', '1.3.0'],
      ['new', '1.4.0'],
    ] as const) {
      const { approved, gray, online } = await open(worldWith({}, { switches: { versionInfoDuringGray } }));
      await approved();
      await gray(10);
      expect(await online()).toBe(expected);
    }
  });
});
