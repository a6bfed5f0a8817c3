import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { keepable, withoutTokens } from '../../src/wechat/secrets.js';
import { APP, always, clientOf, deadUrl, errorOf, fakeServer, TOKEN } from './fake-server.js';

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

test('tokens are taken out of texts in every spelling, and long answers are shortened', () => {
  for (const spelling of spellings) expect(withoutTokens(`a ${spelling} b`, [TOKEN])).toBe('a [token] b');
  expect(withoutTokens('nothing to hide', [''])).toBe('nothing to hide');
  expect(keepable('x'.repeat(3_000), [TOKEN])).toBe(`${'x'.repeat(2_000)}… (3000 characters)`);
});
