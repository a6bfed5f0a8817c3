/** The Mini Programs that have authorised a platform, as its calls show them. */
import { describe, expect, it } from 'vitest';
import { APP, OTHER } from './helpers.js';
import { openPlatforms, PLATFORM, platformWorld, REFRESH } from './platform-helpers.js';

const OF_PLATFORM = { component_appid: PLATFORM };

describe('api_get_authorizer_info', () => {
  it('answers who a Mini Program is and what it granted', async () => {
    const { call, componentToken } = await openPlatforms(
      platformWorld({}, { nickName: 'Tea', permissions: [18] }),
    );
    const token = await componentToken();
    const answer = await call(
      'api_get_authorizer_info',
      { ...OF_PLATFORM, authorizer_appid: APP },
      { token },
    );
    expect(answer).not.toHaveProperty('errcode');
    expect(answer).toMatchObject({
      authorizer_info: {
        nick_name: 'Tea',
        user_name: 'gh_000000000001',
        account_status: 1,
        MiniProgramInfo: {},
      },
      authorization_info: {
        authorizer_appid: APP,
        authorizer_refresh_token: REFRESH,
        func_info: [{ funcscope_category: { id: 18 } }],
      },
    });
  });

  it('makes up an original id that stays the same', async () => {
    const names = await Promise.all(
      [1, 2].map(async () => {
        const { call, componentToken } = await openPlatforms();
        const token = await componentToken();
        const fields = { ...OF_PLATFORM, authorizer_appid: OTHER };
        const { authorizer_info: info } = await call('api_get_authorizer_info', fields, { token });
        return (info as { user_name: string }).user_name;
      }),
    );
    expect(names[0]).toMatch(/^gh_[0-9a-f]{12}$/);
    expect(names[1]).toBe(names[0]);
  });

  it.each([
    ['nobody named', undefined, 40013],
    ['somebody who never authorised', 'wx-nobody', 61003],
  ])('refuses %s', async (_what, app, errcode) => {
    const { call, componentToken } = await openPlatforms();
    const fields = { ...OF_PLATFORM, authorizer_appid: app };
    const token = await componentToken();
    expect(await call('api_get_authorizer_info', fields, { token })).toMatchObject({ errcode });
  });
});

describe('api_get_authorizer_list', () => {
  it('answers page by page', async () => {
    const { call, componentToken, now } = await openPlatforms();
    const token = await componentToken();
    const page = (offset: unknown, count: unknown) =>
      call('api_get_authorizer_list', { ...OF_PLATFORM, offset, count }, { token });
    const entry = {
      refresh_token: expect.stringMatching(/^refreshtoken@@@/) as string,
      auth_time: now() / 1000 - 86_400,
    };
    expect(await page(0, 1)).toEqual({ total_count: 2, list: [{ authorizer_appid: APP, ...entry }] });
    expect(await page('1', '500')).toEqual({ total_count: 2, list: [{ authorizer_appid: OTHER, ...entry }] });
    expect(await page(2, 500)).toEqual({ total_count: 2, list: [] });
    expect(await page(0, 501)).toMatchObject({ errcode: 40170 });
    expect(await page(-1, 10)).toMatchObject({ errcode: 40097 });
    expect(await page('x', 10)).toMatchObject({ errcode: 47001 });
  });

  it.each([
    [false, 1],
    [true, 2],
  ])('with unauthorizedInList %s lists %i of two when one has left', async (unauthorizedInList, count) => {
    const { simulation, call, componentToken, refresh, now } = await openPlatforms(
      platformWorld({ switches: { unauthorizedInList } }),
    );
    simulation.platforms.unauthorize(APP, now());
    const token = await componentToken();
    const fields = { ...OF_PLATFORM, offset: 0, count: 10 };
    expect(await call('api_get_authorizer_list', fields, { token })).toMatchObject({ total_count: count });
    expect(await refresh(token)).toMatchObject({ errcode: 61003 });
  });
});

describe('the options of an account', () => {
  const named = { ...OF_PLATFORM, authorizer_appid: APP };

  it("are read and set with the platform's token and both appids, as the older pages say", async () => {
    const { call, componentToken } = await openPlatforms();
    const token = await componentToken();
    const option = { ...named, option_name: 'location_report' };
    expect(await call('get_authorizer_option', option, { token })).toMatchObject({
      option_name: 'location_report',
      option_value: '0',
    });
    const set = { ...option, option_value: '2' };
    expect(await call('set_authorizer_option', set, { token })).toMatchObject({ errcode: 0 });
    expect(await call('get_authorizer_option', option, { token })).toMatchObject({ option_value: '2' });
  });

  it("are read with a Mini Program's token and the option alone, as the newest pages say", async () => {
    const { call, componentToken, refresh } = await openPlatforms();
    const { token } = await refresh(await componentToken());
    const option = { option_name: 'voice_recognize' };
    expect(await call('get_authorizer_option', option, { token, field: 'access_token' })).toMatchObject({
      option_value: '0',
    });
  });

  it('are served under the older path too', async () => {
    const { url, componentToken } = await openPlatforms();
    const token = await componentToken();
    const path = '/cgi-bin/component/api_get_authorizer_option';
    const response = await fetch(`${url}${path}?component_access_token=${token}`, {
      method: 'POST',
      body: JSON.stringify({ ...named, option_name: 'customer_service' }),
    });
    expect(await response.json()).toMatchObject({ option_value: '0' });
  });

  it.each([
    ['an unknown option', { ...named, option_name: 'colour', option_value: '1' }, 61012],
    ['an unknown value', { ...named, option_name: 'voice_recognize', option_value: '2' }, 61013],
    ['nobody named', { ...OF_PLATFORM, option_name: 'voice_recognize', option_value: '1' }, 40013],
  ])('refuse %s', async (_what, fields, errcode) => {
    const { call, componentToken } = await openPlatforms();
    const token = await componentToken();
    expect(await call('set_authorizer_option', fields, { token })).toMatchObject({ errcode });
  });
});
