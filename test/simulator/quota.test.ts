/** Limits of calls, their resets, and what rid/get remembers. */
import { describe, expect, it } from 'vitest';
import { APP, DAY, HOUR, OTHER, open } from './helpers.js';
import { openPlatforms, PLATFORM, platformWorld, REFRESH, SECRET } from './platform-helpers.js';

const TOKEN = 'token-of-the-world';
const OTHER_TOKEN = 'token-of-the-other';
const mine = { token: TOKEN };

const world = (rest = {}) =>
  platformWorld({
    apps: { [APP]: { token: TOKEN, refreshToken: REFRESH }, [OTHER]: { token: OTHER_TOKEN } },
    ...rest,
  });

describe('quota/get', () => {
  it("counts today's calls of a path by the account whose token it is", async () => {
    const { call, pass } = await openPlatforms(world());
    const used = async (token = TOKEN) => {
      const answer = await call('quota_get', { cgi_path: '/wxa/queryquota' }, { token });
      return (answer.quota as { used: number }).used;
    };
    await call('queryquota', {}, mine);
    await call('queryquota', {}, mine);
    expect(await used()).toBe(2);
    expect(await used(OTHER_TOKEN)).toBe(0);
    // Midnight in China, where it is ten in the morning at the start.
    pass(14 * HOUR);
    expect(await used()).toBe(0);
  });

  it('answers limit, use and rate as WeChat does', async () => {
    const { call } = await openPlatforms(world({ limits: { queryquota: { perDay: 5, perMinute: 3 } } }));
    await call('queryquota', {}, mine);
    expect(await call('quota_get', { cgi_path: '/wxa/queryquota' }, mine)).toEqual({
      errcode: 0,
      errmsg: 'ok',
      quota: { daily_limit: 5, used: 1, remain: 4 },
      rate_limit: { call_count: 3, refresh_second: 60 },
      component_rate_limit: { call_count: 3, refresh_second: 60 },
    });
  });

  it("takes the platform's token for the platform's calls", async () => {
    const { call, componentToken } = await openPlatforms(world());
    const token = await componentToken();
    const answer = await call('quota_get', { cgi_path: '/wxa/gettemplatelist' }, { token });
    expect(answer).toMatchObject({ quota: { used: 0 } });
    expect(answer).not.toHaveProperty('component_rate_limit');
    const own = await call('quota_get', { cgi_path: '/cgi-bin/component/api_component_token' }, { token });
    expect(own).toMatchObject({ quota: { used: 1 } });
    expect(await call('quota_get', { cgi_path: '/wxa/release' }, { token })).toMatchObject({
      errcode: 76022,
    });
  });

  it.each([
    ['a path without its slash', 'wxa/release', 76003],
    ['a path with its host', 'https://api.weixin.qq.com/wxa/release', 76003],
    ['no path', undefined, 76003],
    ['a path that is not there', '/wxa/releases', 76021],
    ['a path of /sns/', '/sns/jscode2session', 76022],
    ["the platform's path", '/wxa/gettemplatelist', 76022],
  ])('refuses %s', async (_what, cgi_path, errcode) => {
    const { call } = await openPlatforms(world());
    expect(await call('quota_get', { cgi_path }, mine)).toMatchObject({ errcode });
  });
});

describe('clear_quota', () => {
  it('lets calls begin anew: ten times a month, then 48006', async () => {
    const { call, pass } = await openPlatforms(world({ limits: { queryquota: { perDay: 1 } } }));
    for (let round = 0; round < 10; round++) {
      expect(await call('queryquota', {}, mine)).toMatchObject({ errcode: 0 });
      expect(await call('queryquota', {}, mine)).toMatchObject({ errcode: 45009 });
      expect(await call('clear_quota', { appid: APP }, mine)).toMatchObject({ errcode: 0 });
    }
    expect(await call('clear_quota', { appid: APP }, mine)).toMatchObject({ errcode: 48006 });
    pass(30 * DAY);
    expect(await call('clear_quota', { appid: APP }, mine)).toMatchObject({ errcode: 0 });
  });

  it('is for the account whose token it is', async () => {
    const { call } = await openPlatforms(world());
    expect(await call('clear_quota', { appid: OTHER }, mine)).toMatchObject({ errcode: 40013 });
    expect(await call('clear_quota', {}, mine)).toMatchObject({ errcode: 40013 });
  });

  it("works in a world without platforms, and with the platform's token for the platform", async () => {
    const { call } = await openPlatforms({ apps: { [APP]: { token: TOKEN } } });
    expect(await call('clear_quota', { appid: APP }, mine)).toMatchObject({ errcode: 0 });
    const { call: other, componentToken } = await openPlatforms(world());
    const token = await componentToken();
    expect(await other('clear_quota', { appid: PLATFORM }, { token })).toMatchObject({ errcode: 0 });
  });
});

describe('clear_quota/v2', () => {
  const secret = { component_appid: PLATFORM, appsecret: SECRET };

  it('needs no token; it shares the ten resets of a month with clear_quota', async () => {
    const { call } = await openPlatforms(world());
    for (let round = 0; round < 5; round++) {
      expect(await call('component_clear_quota', { ...secret, appid: APP })).toMatchObject({ errcode: 0 });
      expect(await call('clear_quota', { appid: APP }, mine)).toMatchObject({ errcode: 0 });
    }
    expect(await call('component_clear_quota', { ...secret, appid: APP })).toMatchObject({ errcode: 48006 });
    // The platform's own limits are counted apart.
    expect(await call('component_clear_quota', secret)).toMatchObject({ errcode: 0 });
  });

  it.each([
    ['a wrong secret', { ...secret, appsecret: 'wrong' }, 40125],
    ['no secret', { component_appid: PLATFORM }, 41004],
    ['an unknown platform', { ...secret, component_appid: 'wx-nobody' }, 40013],
    ['somebody who never authorised', { ...secret, appid: 'wx-nobody' }, 40013],
  ])('refuses %s', async (_what, fields, errcode) => {
    const { call } = await openPlatforms(world());
    expect(await call('component_clear_quota', fields)).toMatchObject({ errcode });
  });
});

describe('rid/get', () => {
  const ridOf = (answer: { errmsg: string }) => answer.errmsg.split(' rid: ')[1];

  it('tells of a refused call: when, from where, with what, and the answer', async () => {
    const { call, now } = await openPlatforms(world());
    const refused = await call('get_auditstatus', { auditid: 1 }, { token: TOKEN, query: { x: '1' } });
    const answer = await call('rid_get', { rid: ridOf(refused) }, mine);
    expect(answer).toEqual({
      errcode: 0,
      errmsg: 'ok',
      request: {
        invoke_time: now() / 1000,
        cost_in_ms: expect.any(Number) as number,
        request_url: 'x=1',
        request_body: '{"auditid":1}',
        response_body: JSON.stringify(refused),
        client_ip: expect.stringContaining('127.0.0.1') as string,
      },
    });
  });

  it.each(['say "no"', 'a \\ b', 'two rid: 61725984-6126f6f9-040f19c4 of them'])(
    'knows the rid behind any words: %s',
    async (errmsg) => {
      const { call, control } = await open();
      control.addFault({ endpoint: 'release', kind: 'errcode', errcode: 85015, errmsg });
      const refused = await call('release');
      const rid = refused.errmsg.slice(-26);
      expect(refused.errmsg).toBe(`${errmsg} rid: ${rid}`);
      expect(await call('rid_get', { rid })).toMatchObject({
        request: { response_body: JSON.stringify(refused) },
      });
    },
  );

  it('keeps no credential of the request', async () => {
    const { call, componentToken } = await openPlatforms(world());
    const refused = await call(
      'api_component_token',
      {
        component_appid: PLATFORM,
        component_appsecret: SECRET,
        component_verify_ticket: 'ticket@@@wrong',
        note: SECRET,
      },
      { query: { access_token: TOKEN, y: REFRESH } },
    );
    const other = await call('release', {}, { token: TOKEN, query: { z: TOKEN } });
    const token = await componentToken();
    const kept = [
      await call('rid_get', { rid: ridOf(other) }, mine),
      await call('rid_get', { rid: ridOf(refused) }, mine),
      await call('rid_get', { rid: ridOf(refused) }, { token }),
    ];
    expect(kept[0]).toMatchObject({ errcode: 0 });
    for (const secret of [SECRET, TOKEN, REFRESH, 'ticket@@@wrong', token])
      expect(JSON.stringify(kept)).not.toContain(secret);
  });

  it("knows the platform's refused calls by the component they name", async () => {
    const { call, componentToken } = await openPlatforms(world());
    const refused = await call('api_component_token', {
      component_appid: PLATFORM,
      component_appsecret: 'wrong',
    });
    const token = await componentToken();
    expect(await call('rid_get', { rid: ridOf(refused) }, { token })).toMatchObject({ errcode: 0 });
    expect(await call('rid_get', { rid: ridOf(refused) }, mine)).toMatchObject({ errcode: 76003 });
  });

  it("knows the platform's refused calls that name it in the URL", async () => {
    const { call, componentToken } = await openPlatforms(world());
    const query = { component_appid: PLATFORM };
    const refused = await call('api_component_token', { component_appsecret: 'wrong' }, { query });
    expect(refused).toMatchObject({ errcode: 40125 });
    const token = await componentToken();
    expect(await call('rid_get', { rid: ridOf(refused) }, { token })).toMatchObject({ errcode: 0 });
  });

  it("refuses what is none, what nobody was given, what is another account's, what is too old", async () => {
    const { call, pass } = await openPlatforms(world());
    const refused = await call('release', {}, mine);
    const rid = ridOf(refused);
    expect(await call('rid_get', { rid: 'x' }, mine)).toMatchObject({ errcode: 76002 });
    expect(await call('rid_get', {}, mine)).toMatchObject({ errcode: 76002 });
    expect(await call('rid_get', { rid: '61725984-6126f6f9-040f19c4' }, mine)).toMatchObject({
      errcode: 76001,
    });
    expect(await call('rid_get', { rid }, { token: OTHER_TOKEN })).toMatchObject({ errcode: 76003 });
    pass(7 * DAY);
    expect(await call('rid_get', { rid }, mine)).toMatchObject({ errcode: 0 });
    pass(1);
    expect(await call('rid_get', { rid }, mine)).toMatchObject({ errcode: 76004 });
  });
});
