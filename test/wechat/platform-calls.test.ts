/** Calls of the third-party platform itself: with its own token, or with none. */
import { describe, expect, test } from 'vitest';
import type { TokenProvider } from '../../src/credentials/provider.js';
import { WechatError } from '../../src/wechat/errors.js';
import {
  APP,
  always,
  bothTokens,
  COMPONENT_TOKEN,
  clientOf,
  failureOf,
  fakeServer,
  oneToken,
  TOKEN,
} from './fake-server.js';

const ok = always('{"errcode":0,"errmsg":"ok","template_list":[]}');
const ticketing = {
  params: { component_appid: 'wx8888888888888888', component_secret: 'the secret of the platform' },
};

describe('the component token', () => {
  test('goes with the template library, in access_token, and no app is needed', async () => {
    const { url, seen } = await fakeServer(ok);
    const { client, calls } = clientOf(url, bothTokens);
    await client.call('gettemplatelist', { params: { template_type: 1 } });
    expect(seen[0]?.query).toEqual({ template_type: '1', access_token: COMPONENT_TOKEN });
    expect(calls[0]).toMatchObject({ endpoint: 'gettemplatelist', app: null, outcome: 'ok' });
  });

  test('goes with the calls of the platform, in component_access_token or as later pages have it', async () => {
    const { url, seen } = await fakeServer(always('{"option_name":"a","option_value":"1"}'));
    const { client } = clientOf(url, bothTokens);
    const params = { component_appid: 'wx8888888888888888', authorizer_appid: APP, option_name: 'a' };
    await client.call('get_authorizer_option', { params });
    await client.call('get_authorizer_option', { params, tokenField: 'access_token' });
    expect(seen.map(({ query }) => query)).toEqual([
      { component_access_token: COMPONENT_TOKEN },
      { access_token: COMPONENT_TOKEN },
    ]);
  });

  test.each([40001, 40014, 42001, 42006])('refused with %i: another one is asked for, once', async (code) => {
    const { url, seen } = await fakeServer((response, { query }) => {
      const fine = query.access_token === 'fresh component token';
      response.end(
        JSON.stringify(fine ? { errcode: 0, template_list: [] } : { errcode: code, errmsg: 'no' }),
      );
    });
    const asked: unknown[] = [];
    const tokens: TokenProvider = {
      get: async () => Promise.reject(new Error('not this one')),
      component: async (options) => {
        asked.push(options?.rejected);
        return options?.rejected === undefined ? 'stale component token' : 'fresh component token';
      },
    };
    await clientOf(url, tokens).client.call('gettemplatelist', { params: {} });
    expect(asked).toEqual([undefined, 'stale component token']);
    expect(seen).toHaveLength(2);
  });

  test('a provider without one: nothing is sent, and the error says what to configure', async () => {
    const { url, seen } = await fakeServer(ok);
    const failure = await failureOf(clientOf(url, oneToken).client.call('gettemplatelist', { params: {} }));
    expect(failure).toMatchObject({
      ...{ kind: 'credential', endpoint: 'gettemplatelist', app: null, action: 'permission' },
      ...{
        remedy: expect.stringMatching(/tokens\.platform, tokens\.http\.platformAddress or tokens\.component/),
      },
    });
    expect(seen).toHaveLength(0);
  });

  test('a provider that has none for now says so in its own words', async () => {
    const own = new WechatError({
      ...{ kind: 'credential', endpoint: null, app: null, message: 'no ticket has come yet' },
      ...{ meaning: 'there is no verify ticket', remedy: 'Wait for it.', action: 'notNow' },
    });
    const tokens = { ...oneToken, component: () => Promise.reject(own) };
    const failure = await failureOf(
      clientOf('http://127.0.0.1:9', tokens).client.call('deletetemplate', { params: { template_id: 1 } }),
    );
    expect(failure).toEqual({ ...own.failure, endpoint: 'deletetemplate' });
  });
});

describe('calls that take either token', () => {
  const option = always('{"option_name":"voice_recognize","option_value":"1"}');
  const quota = always(
    '{"errcode":0,"errmsg":"ok","quota":{"daily_limit":1,"used":0,"remain":1},"rate_limit":null}',
  );
  const cgi = { params: { cgi_path: '/wxa/gettemplatelist' } };

  test("go with the Mini Program's when one is named, else with the platform's", async () => {
    const { url, seen } = await fakeServer(quota);
    const { client, calls } = clientOf(url, bothTokens);
    await client.call('quota_get', { app: APP, ...cgi });
    await client.call('quota_get', cgi);
    expect(seen.map(({ query }) => query)).toEqual([
      { access_token: TOKEN },
      { access_token: COMPONENT_TOKEN },
    ]);
    expect(calls.map(({ app }) => app)).toEqual([APP, null]);
  });

  test("a Mini Program's goes in access_token also where the platform's has a name of its own", async () => {
    const { url, seen } = await fakeServer(option);
    await clientOf(url, bothTokens).client.call('get_authorizer_option', {
      app: APP,
      params: { option_name: 'voice_recognize' },
    });
    expect(seen[0]?.query).toEqual({ access_token: TOKEN });
  });

  test('without a platform: the error says that naming a Mini Program helps as well', async () => {
    const { url, seen } = await fakeServer(quota);
    const failure = await failureOf(clientOf(url, oneToken).client.call('quota_get', cgi));
    expect(failure).toMatchObject({
      ...{ kind: 'credential', app: null, action: 'permission' },
      ...{ remedy: expect.stringMatching(/^Name the Mini Program.*tokens\.platform/) },
    });
    expect(seen).toHaveLength(0);
  });

  test.each([
    [{ app: APP }, 'authorizer_access_token'],
    [{}, 'component_access_token'],
  ])('a refused one is told as what it is: %j', async (whom, words) => {
    const { url } = await fakeServer(always('{"errcode":40001,"errmsg":"invalid credential"}'));
    const failure = await failureOf(clientOf(url, bothTokens).client.call('quota_get', { ...whom, ...cgi }));
    expect(failure).toMatchObject({ code: 40001, remedy: expect.stringContaining(words) });
  });
});

describe('calls without a token', () => {
  test('ask the provider for none and send none', async () => {
    const tokens: TokenProvider = {
      get: () => Promise.reject(new Error('asked')),
      component: () => Promise.reject(new Error('asked')),
    };
    const { url, seen } = await fakeServer(always('{"errcode":0,"errmsg":"ok"}'));
    await clientOf(url, tokens).client.call('api_start_push_ticket', ticketing);
    expect(seen[0]?.query).toEqual({});
    expect(seen[0]?.path).toBe('/cgi-bin/component/api_start_push_ticket');
  });

  test('a refused credential is not tried again: there is no token to refresh', async () => {
    const { url, seen } = await fakeServer(always('{"errcode":40001,"errmsg":"invalid credential"}'));
    const failure = await failureOf(clientOf(url).client.call('api_start_push_ticket', ticketing));
    expect(failure).toMatchObject({ kind: 'api', code: 40001, app: null });
    expect(seen).toHaveLength(1);
  });
});

describe('the name of the token in the query', () => {
  test('another one is refused before sending', async () => {
    const { url, seen } = await fakeServer(ok);
    const failure = await failureOf(
      clientOf(url).client.call('release', { app: APP, params: {}, tokenField: 'cloudbase_access_token' }),
    );
    expect(failure).toMatchObject({
      kind: 'invalidRequest',
      message: expect.stringContaining('access_token'),
    });
    expect(seen).toHaveLength(0);
  });

  test('getgrayreleaseplan takes cloudbase_access_token', async () => {
    const { url, seen } = await fakeServer(ok);
    const tokenField = 'cloudbase_access_token';
    await clientOf(url).client.call('getgrayreleaseplan', { app: APP, params: {}, tokenField });
    expect(seen[0]?.query).toEqual({ cloudbase_access_token: TOKEN });
  });
});
