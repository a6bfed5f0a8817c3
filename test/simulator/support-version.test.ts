import { describe, expect, it } from 'vitest';
import { open, worldWith } from './helpers.js';

const LIBRARIES = {
  minimum: '2.0.0',
  users: [
    { version: '2.0.0', percentage: 0.5 },
    { version: '3.0.0', percentage: 99.5 },
  ],
};

describe('getweappsupportversion', () => {
  it("answers the lowest version and the users' versions as the world has them", async () => {
    const { call } = await open(worldWith({ libraries: LIBRARIES }));
    expect(await call('getweappsupportversion')).toEqual({
      errcode: 0,
      errmsg: 'ok',
      now_version: '2.0.0',
      uv_info: {
        items: [
          { percentage: 0.5, version: '2.0.0' },
          { percentage: 99.5, version: '3.0.0' },
        ],
      },
    });
  });

  it('has something to answer in a world that says nothing', async () => {
    const { call } = await open();
    const { uv_info } = await call('getweappsupportversion');
    const { items } = uv_info as { items: { percentage: number }[] };
    expect(items.reduce((sum, { percentage }) => sum + percentage, 0)).toBe(100);
  });
});

describe('setweappsupportversion', () => {
  it('sets one of the versions there are', async () => {
    const { call } = await open(worldWith({ libraries: LIBRARIES }));
    expect(await call('setweappsupportversion', { version: '3.0.0' })).toMatchObject({ errcode: 0 });
    expect(await call('getweappsupportversion')).toMatchObject({ now_version: '3.0.0' });
  });

  it('refuses any other: 85015, or 89014 by switch', async () => {
    const { call } = await open(worldWith({ libraries: LIBRARIES }));
    for (const version of ['9.9.9', 'x', '', null, 3])
      expect(await call('setweappsupportversion', { version })).toMatchObject({ errcode: 85015 });
    expect(await call('setweappsupportversion', { version: {} })).toMatchObject({ errcode: 47001 });
    const switched = await open(worldWith({}, { switches: { unknownLibraryVersion: '89014' } }));
    expect(await switched.call('setweappsupportversion', { version: 'x' })).toMatchObject({ errcode: 89014 });
  });
});
