import { describe, expect, it } from 'vitest';
import { APP, open, worldWith } from './helpers.js';

describe('change_visitstatus', () => {
  it('closes the Mini Program to everyone, and opens it again', async () => {
    const { call, control } = await open();
    expect(await call('getvisitstatus')).toMatchObject({ errcode: 0, status: 1 });
    expect(await call('change_visitstatus', { action: 'close' })).toEqual({ errcode: 0, errmsg: 'ok' });
    expect(await call('getvisitstatus')).toMatchObject({ status: 0 });
    expect(control.state(APP).serving).toEqual({});
    expect(await call('change_visitstatus', { action: 'open' })).toMatchObject({ errcode: 0 });
    expect(control.state(APP).serving).toEqual({ '1.3.0': 100 });
  });

  it('leaves versions and plans alone', async () => {
    const { call, approved, gray, plan, online, control } = await open();
    await approved();
    await gray(10);
    await call('change_visitstatus', { action: 'close' });
    expect(await plan()).toMatchObject({ status: 1, gray_percentage: 10 });
    expect(await online()).toBe('1.3.0');
    await call('change_visitstatus', { action: 'open' });
    expect(control.state(APP).serving).toEqual({ '1.3.0': 90, '1.4.0': 10 });
  });

  it.each(['release', 'a gray plan that ends', 'the console'] as const)(
    'ends with what comes online: by %s users can open it',
    async (how) => {
      const { call, approved, gray, control } = await open();
      await approved();
      await call('change_visitstatus', { action: 'close' });
      if (how === 'release') await call('release');
      if (how === 'a gray plan that ends') await gray(100);
      if (how === 'the console') control.console({ app: APP, action: 'publish', version: '1.4.0' });
      expect(await call('getvisitstatus')).toMatchObject({ status: 1 });
      expect(control.state(APP).serving).toEqual({ '1.4.0': 100 });
    },
  );

  it('stops launches: a closed Mini Program has no series', async () => {
    const { call, url } = await open(
      worldWith({ metrics: { launches: [{ version: '1.3.0', perPercent: 1 }] } }),
    );
    await call('change_visitstatus', { action: 'close' });
    const response = await fetch(`${url}/api/v1/query?query=launches`);
    expect(await response.json()).toMatchObject({ data: { result: [] } });
  });

  it('is refused when nothing would change: 85021, or ok by switch', async () => {
    const { call } = await open();
    expect(await call('change_visitstatus', { action: 'open' })).toMatchObject({ errcode: 85021 });
    const switched = await open(worldWith({}, { switches: { visitUnchanged: 'ok' } }));
    expect(await switched.call('change_visitstatus', { action: 'open' })).toMatchObject({ errcode: 0 });
  });

  it('is refused before the first release: 85021', async () => {
    const { call } = await open(worldWith({ online: undefined, history: [] }));
    expect(await call('change_visitstatus', { action: 'close' })).toMatchObject({ errcode: 85021 });
  });

  it('knows no other action: 40097, or 85022 as the page of 2018 says', async () => {
    const { call } = await open();
    for (const action of ['shut', '', null, 1, undefined])
      expect(await call('change_visitstatus', { action })).toMatchObject({ errcode: 40097 });
    const switched = await open(worldWith({}, { switches: { visitBadAction: '85022' } }));
    expect(await switched.call('change_visitstatus', { action: 'shut' })).toMatchObject({ errcode: 85022 });
  });
});
