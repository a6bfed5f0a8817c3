/** The platform's own credentials: what the calls answer, and what they refuse. */
import { describe, expect, it } from 'vitest';
import { parseWorld, readWorldFile } from '../../src/simulator/world/world.js';
import { type EndpointName, endpoints } from '../../src/wechat/catalogue.js';
import type { Endpoint } from '../../src/wechat/endpoint.js';
import { APP, HOUR, OTHER } from './helpers.js';
import { openPlatforms, PLATFORM, platformWorld, REFRESH, SECRET, TICKET } from './platform-helpers.js';

const OF_PLATFORM = { component_appid: PLATFORM };

describe('api_component_token', () => {
  const good = { ...OF_PLATFORM, component_appsecret: SECRET, component_verify_ticket: TICKET };

  it('answers a token and its life, and no errcode', async () => {
    const { call } = await openPlatforms();
    expect(await call('api_component_token', good)).toEqual({
      component_access_token: expect.stringMatching(/^71_[\w-]{128}$/) as string,
      expires_in: 7200,
    });
  });

  it.each([
    ['no component', { component_appid: undefined }, 41018, 'missing component_appid'],
    ['an unknown component', { component_appid: 'wx-nobody' }, 40013, 'invalid appid'],
    ['no secret', { component_appsecret: undefined }, 41004, 'appsecret missing'],
    ['a wrong secret', { component_appsecret: 'wrong' }, 40125, 'invalid appsecret'],
    ['no ticket', { component_verify_ticket: undefined }, 61006, 'component ticket is invalid'],
    ['a wrong ticket', { component_verify_ticket: 'ticket@@@wrong' }, 61006, 'component ticket is invalid'],
    ['a secret of the wrong kind', { component_appsecret: [SECRET] }, 47001, 'data format error'],
  ])('refuses %s', async (_what, change, errcode, text) => {
    const { call } = await openPlatforms();
    const answer = await call('api_component_token', { ...good, ...change });
    expect(answer.errcode).toBe(errcode);
    expect(answer.errmsg).toMatch(new RegExp(`^${text} rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$`));
  });

  it('refuses an address that is not registered, as every other call does: 61004', async () => {
    const world = platformWorld(
      { components: { [PLATFORM]: { secret: SECRET, ticket: TICKET, allowedIps: ['10.0.0.1'] } } },
      { token: 'token-of-the-world' },
    );
    const { call } = await openPlatforms(world);
    expect(await call('api_component_token', good)).toMatchObject({ errcode: 61004 });
    expect(await call('queryquota', {}, { token: 'token-of-the-world' })).toMatchObject({ errcode: 61004 });
    const registered = { [PLATFORM]: { secret: SECRET, ticket: TICKET, allowedIps: ['127.0.0.1'] } };
    const { call: allowed } = await openPlatforms(platformWorld({ components: registered }));
    expect(await allowed('api_component_token', good)).toMatchObject({ expires_in: 7200 });
  });
});

describe('what clients send', () => {
  const body = JSON.stringify({
    component_verify_ticket: TICKET,
    component_appsecret: SECRET,
    ...OF_PLATFORM,
  });

  it.each([
    ['JSON without Content-Type', {}],
    ['JSON as text with a charset', { headers: { 'content-type': 'text/plain; charset=utf-8' } }],
    ['a trailing newline', { raw: `${body}\n` }],
    ['extra keys and nulls', { raw: JSON.stringify({ ...JSON.parse(body), x: null, y: 1 }) }],
    ['the appid in the query too', { query: OF_PLATFORM }],
    [
      'the appid in the query only',
      { query: OF_PLATFORM, raw: body.replace(`,"component_appid":"${PLATFORM}"`, '') },
    ],
    ['a token, though none is asked for', { token: 'anything' }],
  ])('%s is taken', async (_what, sent) => {
    const { call } = await openPlatforms();
    expect(await call('api_component_token', {}, { raw: body, ...sent })).toMatchObject({ expires_in: 7200 });
  });

  it.each([
    ['a GET', { method: 'GET' }, 43002],
    ['an empty body', { raw: '' }, 44002],
    ['a body that is no JSON', { raw: 'component_appid=1' }, 47001],
  ])('%s is refused', async (_what, sent, errcode) => {
    const { call } = await openPlatforms();
    expect(await call('api_component_token', {}, sent)).toMatchObject({ errcode });
  });
});

describe('api_start_push_ticket', () => {
  it('takes the secret as component_secret, and answers errcode 0', async () => {
    const { call } = await openPlatforms();
    const fields = { ...OF_PLATFORM, component_secret: SECRET };
    expect(await call('api_start_push_ticket', fields)).toEqual({ errcode: 0, errmsg: 'ok' });
  });

  it.each([
    ['an unknown component', { component_appid: 'wx-nobody', component_secret: SECRET }, 40013],
    ['a wrong secret', { ...OF_PLATFORM, component_secret: 'wrong' }, 40125],
  ])('refuses %s', async (_what, fields, errcode) => {
    const { call } = await openPlatforms();
    expect(await call('api_start_push_ticket', fields)).toMatchObject({ errcode });
  });
});

describe('an authorization', () => {
  it('begins with a pre-auth code and ends with a code that works once', async () => {
    const { simulation, call, componentToken, now } = await openPlatforms();
    const token = await componentToken();
    const begun = await call('api_create_preauthcode', OF_PLATFORM, { token });
    expect(begun).toEqual({
      pre_auth_code: expect.stringMatching(/^preauthcode@@@/) as string,
      expires_in: 1800,
    });
    const ended = simulation.platforms.authorize(OTHER, now(), [18, 17]);
    expect(ended).toMatchObject({
      preAuthCode: begun.pre_auth_code,
      authorizationCode: expect.stringMatching(/^queryauthcode@@@/) as string,
      authorizationCodeExpiresAt: now() + HOUR,
    });
    const fields = { ...OF_PLATFORM, authorization_code: ended?.authorizationCode };
    expect(await call('api_query_auth', fields, { token })).toEqual({
      authorization_info: {
        authorizer_appid: OTHER,
        authorizer_access_token: expect.stringMatching(/^71_/) as string,
        expires_in: 7200,
        authorizer_refresh_token: expect.stringMatching(/^refreshtoken@@@/) as string,
        func_info: [{ funcscope_category: { id: 17 } }, { funcscope_category: { id: 18 } }],
      },
    });
    expect(await call('api_query_auth', fields, { token })).toMatchObject({ errcode: 61010 });
  });

  it('has a code that ends after an hour: 61010; one that never was is 61009', async () => {
    const { simulation, call, componentToken, pass, now } = await openPlatforms();
    const ended = simulation.platforms.authorize(APP, now());
    pass(HOUR);
    const token = await componentToken();
    const fields = { ...OF_PLATFORM, authorization_code: ended?.authorizationCode };
    expect(await call('api_query_auth', fields, { token })).toMatchObject({ errcode: 61010 });
    const wrong = { ...OF_PLATFORM, authorization_code: 'queryauthcode@@@wrong' };
    expect(await call('api_query_auth', wrong, { token })).toMatchObject({ errcode: 61009 });
    expect(await call('api_query_auth', OF_PLATFORM, { token })).toMatchObject({ errcode: 61009 });
  });
});

describe('api_authorizer_token', () => {
  it('answers a token, its life and the refresh token to keep', async () => {
    const { componentToken, refresh } = await openPlatforms();
    expect((await refresh(await componentToken())).answer).toEqual({
      authorizer_access_token: expect.stringMatching(/^71_/) as string,
      expires_in: 7200,
      authorizer_refresh_token: REFRESH,
    });
  });
});

describe('every call of the platform', () => {
  const rows = Object.values<Endpoint>(endpoints).filter(({ token }) => token === 'component');

  it.each(rows.map(({ name }) => name as EndpointName))('%s wants a token: 41001', async (name) => {
    const { call } = await openPlatforms();
    expect(await call(name, OF_PLATFORM)).toMatchObject({ errcode: 41001 });
  });

  it.each(rows.map(({ name }) => name as EndpointName))('%s knows its method', async (name) => {
    const { call, componentToken } = await openPlatforms();
    const method = endpoints[name].method === 'GET' ? 'POST' : 'GET';
    const answer = await call(name, OF_PLATFORM, { token: await componentToken(), method });
    expect(answer).toMatchObject({ errcode: method === 'GET' ? 43002 : 43001 });
  });
});

describe('a world with platforms that cannot be', () => {
  const app = { token: 'some-fake-token' };

  it.each([
    [
      'an app of a platform that is not there',
      platformWorld({}, { component: 'wx-nobody' }),
      `apps.${APP}.component: no such component; known here: ${PLATFORM}`,
    ],
    [
      'an app that names a platform where there is none',
      { apps: { [APP]: { ...app, component: PLATFORM } } },
      `apps.${APP}.component: no such component; there are none; add components:`,
    ],
    [
      'an app that names none of several',
      platformWorld({ components: { wxp1: { secret: 's' }, wxp2: { secret: 's' } } }),
      `apps.${APP}.component: there are several components; name the one it belongs to: wxp1, wxp2`,
    ],
    [
      'two apps with one refresh token',
      platformWorld({ apps: { [APP]: { refreshToken: 'same' }, [OTHER]: { refreshToken: 'same' } } }),
      `apps.${OTHER}.refreshToken: ${APP} has the same; give every app its own`,
    ],
    [
      'two apps with one original id',
      platformWorld({ apps: { [APP]: { originalId: 'gh_1' }, [OTHER]: { originalId: 'gh_1' } } }),
      `apps.${OTHER}.originalId: ${APP} has the same; give every app its own`,
    ],
    [
      'a template of a platform that is not there',
      platformWorld({ templates: [{ id: 1, component: 'wx-nobody' }] }),
      'templates.0.component: no such component',
    ],
    [
      'a key that is too short, which is not shown',
      platformWorld({ components: { [PLATFORM]: { secret: SECRET, encodingAesKey: 'short' } } }),
      `components.${PLATFORM}.encodingAesKey: write 43 letters and digits, as WeChat makes an EncodingAESKey`,
    ],
  ])('%s', (_what, world, message) => {
    const complaint = () => parseWorld(world, 'world.yaml');
    expect(complaint).toThrow(message);
    expect(complaint).not.toThrow(/'(short|same)'/);
  });

  it('the example with platforms can be', async () => {
    const example = 'examples/platform.yaml';
    const world = parseWorld(await readWorldFile(example), example);
    expect(Object.keys(world.components)).toHaveLength(1);
    expect(Object.keys(world.apps)).toHaveLength(2);
  });
});
