import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { endpointNames, endpoints } from '../../src/wechat/catalogue.js';
import type { WechatClient } from '../../src/wechat/client.js';
import { WechatError } from '../../src/wechat/errors.js';
import { keepable, withoutTokens } from '../../src/wechat/secrets.js';
import {
  APP,
  always,
  bothTokens,
  COMPONENT_TOKEN,
  clientOf,
  deadUrl,
  errorOf,
  fakeServer,
  TOKEN,
} from './fake-server.js';

const spellings = [
  TOKEN,
  encodeURIComponent(TOKEN),
  new URLSearchParams({ t: TOKEN }).toString().slice(2),
  JSON.stringify(TOKEN).slice(1, -1),
];

/** Everything a logger, a serializer or a curious person could get out of an error. */
function everythingOf(error: Error): string {
  const fields = Object.getOwnPropertyNames(error).map((name) => String(Reflect.get(error, name)));
  return [
    ...[String(error), error.message, error.stack, String(error.cause), JSON.stringify(error), ...fields],
    inspect(error, { showHidden: true, depth: Number.POSITIVE_INFINITY, getters: true }),
  ].join('\n');
}

const echo = JSON.stringify({
  errcode: 85019,
  errmsg: `no audit for ${TOKEN} rid: 61a2d7ae-6f9fa5ab-464376f2`,
});

describe('no token can be got out of an error', () => {
  const servers: Record<string, () => Promise<string>> = {
    'an error code whose text repeats it': async () => (await fakeServer(always(echo))).url,
    'a page that prints the address': async () =>
      (await fakeServer((response, _request, message) => response.end(`<p>${message.url} ${TOKEN}</p>`))).url,
    'an answer of the wrong shape': async () =>
      (await fakeServer(always(JSON.stringify({ errcode: 0, errmsg: TOKEN, page_list: TOKEN })))).url,
    'a refused token': async () =>
      (await fakeServer(always(JSON.stringify({ errcode: 40001, errmsg: `invalid ${TOKEN}` })))).url,
    'a redirect that carries it on': async () =>
      (await fakeServer((response, _q, message) => response.writeHead(302, { location: message.url }).end()))
        .url,
    'HTTP 502': async () => (await fakeServer((response) => response.writeHead(502).end(TOKEN))).url,
    'a reset': async () =>
      (await fakeServer((_response, _q, message) => message.socket.resetAndDestroy())).url,
    silence: async () => (await fakeServer(() => {})).url,
    'nobody listening': deadUrl,
  };

  test.each(Object.entries(servers))('%s', async (_what, start) => {
    const { client } = clientOf(await start());
    const error = await errorOf(client.call('get_page', { app: APP, params: {}, timeoutMs: 200 }));
    const everything = everythingOf(error);
    for (const spelling of spellings) expect(everything).not.toContain(spelling);
    expect(everything).not.toMatch(/access_token=(?!\[token\])/);
    expect(error.cause).toBeUndefined();
    expect(JSON.parse(JSON.stringify(error.failure))).toEqual(error.failure);
  });
});

test('WeChat’s own text stays, with its trace', async () => {
  const { url } = await fakeServer(always(echo));
  const { failure } = await errorOf(clientOf(url).client.call('release', { app: APP, params: {} }));
  expect(failure.message).toBe('no audit for [token] rid: 61a2d7ae-6f9fa5ab-464376f2');
});

test('a fresh token that took the place of a refused one does not show either', async () => {
  const { url } = await fakeServer((response, { query }) => {
    const errcode = query.access_token === 'stale-token' ? 42001 : 85019;
    response.end(JSON.stringify({ errcode, errmsg: `seen ${query.access_token}` }));
  });
  const tokens = {
    get: async (_app: string, options?: { rejected?: string }) =>
      options?.rejected === undefined ? 'stale-token' : 'fresh-token',
  };
  const error = await errorOf(clientOf(url, tokens).client.call('release', { app: APP, params: {} }));
  expect(error.failure).toMatchObject({ code: 85019, message: 'seen [token]' });
  expect(everythingOf(error)).not.toMatch(/stale-token|fresh-token/);
});

test('the hook for logs gets no token either', async () => {
  const { url } = await fakeServer(always(echo));
  const { client, calls } = clientOf(url);
  await errorOf(client.call('release', { app: APP, params: {} }));
  expect(Object.keys(calls[0] ?? {}).sort()).toEqual(['app', 'code', 'endpoint', 'ms', 'outcome']);
});

describe('calls that carry credentials', () => {
  const SECRETS = {
    component_appsecret: '0123456789abcdef-appsecret',
    component_verify_ticket: 'ticket@@@a+secret/ticket=',
    authorizer_refresh_token: 'refreshtoken@@@a+secret/refresh=',
    authorization_code: 'queryauthcode@@@a secret code',
    appsecret: 'another-0123456789abcdef',
  };
  const ANSWERED = 'answered-secret-that-nobody-should-see';
  const platform = { component_appid: 'wx8888888888888888' };

  type Calling = (client: WechatClient) => Promise<unknown>;
  const calls: Record<string, Calling> = {
    api_start_push_ticket: (client) =>
      client.call('api_start_push_ticket', {
        params: { ...platform, component_secret: SECRETS.component_appsecret },
      }),
    api_component_token: (client) => {
      const { component_appsecret, component_verify_ticket } = SECRETS;
      return client.call('api_component_token', {
        params: { ...platform, component_appsecret, component_verify_ticket },
      });
    },
    api_create_preauthcode: (client) => client.call('api_create_preauthcode', { params: platform }),
    api_query_auth: (client) =>
      client.call('api_query_auth', {
        params: { ...platform, authorization_code: SECRETS.authorization_code },
      }),
    api_authorizer_token: (client) => {
      const { authorizer_refresh_token } = SECRETS;
      return client.call('api_authorizer_token', {
        params: { ...platform, authorizer_appid: APP, authorizer_refresh_token },
      });
    },
    api_get_authorizer_info: (client) =>
      client.call('api_get_authorizer_info', { params: { ...platform, authorizer_appid: APP } }),
    api_get_authorizer_list: (client) =>
      client.call('api_get_authorizer_list', { params: { ...platform, offset: 0, count: 1 } }),
    component_clear_quota: (client) =>
      client.call('component_clear_quota', {
        params: { ...platform, appid: APP, appsecret: SECRETS.appsecret },
      }),
  };

  test('are all tried here', () => {
    expect(Object.keys(calls)).toEqual(endpointNames.filter((name) => endpoints[name].secret));
  });

  /** What a server could answer that holds secrets: its own, or those of the request. */
  const answers: Record<string, (body: string) => string> = {
    'an answer of the wrong shape': () =>
      JSON.stringify({
        expires_in: 'soon',
        ...{ component_access_token: ANSWERED, authorizer_access_token: ANSWERED, pre_auth_code: ANSWERED },
        ...{ authorizer_refresh_token: ANSWERED, authorization_info: { authorizer_refresh_token: ANSWERED } },
        ...{ list: [{ refresh_token: ANSWERED }], errcode: undefined },
      }),
    'a page that prints the request': (body) => `<p>${body} ${ANSWERED}</p>`,
    'an error that repeats the request': (body) =>
      JSON.stringify({ errcode: 61006, errmsg: `component ticket is invalid: ${body}`, more: ANSWERED }),
    'a refusal of the token': (body) => JSON.stringify({ errcode: 40001, errmsg: `invalid: ${body}` }),
    nothing: () => '',
  };

  const cases = Object.keys(calls).flatMap((name) => Object.keys(answers).map((what) => ({ name, what })));

  test.each(cases)('$name, answered with $what: no secret is in the error', async ({ name, what }) => {
    const { url } = await fakeServer((response, { body }) => response.end(answers[what]?.(body)));
    const { client } = clientOf(url, bothTokens);
    const calling = calls[name]?.(client) ?? Promise.reject(new Error(name));
    const outcome = await calling.then(
      () => null,
      (error: unknown) => error,
    );
    // Calls whose success is a bare ok are content with an answer of any shape that has errcode 0.
    if (!(outcome instanceof WechatError)) throw new Error(`expected a WechatError, got ${String(outcome)}`);
    const everything = everythingOf(outcome);
    for (const secret of [...Object.values(SECRETS), COMPONENT_TOKEN, ANSWERED])
      for (const spelling of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])
        expect(everything).not.toContain(spelling);
  });

  test('a request that breaks a limit does not show its values either', async () => {
    const { client } = clientOf('http://127.0.0.1:9', bothTokens);
    const params = { ...platform, component_secret: SECRETS.component_appsecret, extra: ANSWERED };
    const error = await errorOf(client.call('api_start_push_ticket', { params }));
    expect(error.failure.kind).toBe('invalidRequest');
    expect(everythingOf(error)).not.toMatch(/appsecret|answered-secret/);
  });
});

test('what WeChat remembers of a call comes without its credentials', async () => {
  const request = {
    request_url: 'access_token=71_secret-one&component_access_token=71_secret-two&template_type=0',
    request_body: JSON.stringify({ component_appsecret: 'secret-three', component_appid: 'wx8' }),
    response_body: JSON.stringify({
      authorizer_refresh_token: 'refreshtoken@@@secret-four',
      expires_in: 7200,
    }),
  };
  const { url } = await fakeServer(always(JSON.stringify({ errcode: 0, errmsg: 'ok', request })));
  const answer = await clientOf(url).client.call('rid_get', { app: APP, params: { rid: '6172-6126-040f' } });
  expect(JSON.stringify(answer)).not.toContain('secret-');
  expect(answer.request.request_url).toContain('template_type=0');
  expect(answer.request.request_body).toContain('wx8');
  expect(answer.request.response_body).toContain('7200');
});

test('an answer that shows somebody else’s credentials is not kept with them', () => {
  const page = '<p>GET /wxa/release?access_token=another-app’s&x=1 {"refresh_token": "refreshtoken@@@x"}</p>';
  expect(keepable(page, [TOKEN])).toBe(
    '<p>GET /wxa/release?access_token=[token]&x=1 {"refresh_token": "[token]"}</p>',
  );
});

test('tokens are taken out of texts in every spelling, and long answers are shortened', () => {
  for (const spelling of spellings) expect(withoutTokens(`a ${spelling} b`, [TOKEN])).toBe('a [token] b');
  expect(withoutTokens('nothing to hide', [''])).toBe('nothing to hide');
  expect(keepable('x'.repeat(3_000), [TOKEN])).toBe(`${'x'.repeat(2_000)}… (3000 characters)`);
});
