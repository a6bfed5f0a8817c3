/** Tokens of a token center: one question for all who wait, and errors that show neither token nor header. */
import { expect, test } from 'vitest';
import { type HttpTokenOptions, httpTokens } from '../../src/credentials/http.js';
import { deadUrl, errorOf, failureOf, fakeServer, type SeenRequest } from '../wechat/fake-server.js';

const APP = 'wx0123456789abcdef';
const TOKEN = '71_token-that-must-not-show';
const HEADER = 'Bearer header-that-must-not-show';
const QUERY = 'key=query-that-must-not-show';

interface Center {
  url: string;
  seen: SeenRequest[];
  /** Milliseconds; moved by hand. */
  clock: { at: number };
  tokens: ReturnType<typeof httpTokens>;
}

async function center(
  answer: (
    request: SeenRequest,
    count: number,
  ) => string | { status: number; text?: string; location?: string },
  options: Partial<HttpTokenOptions> = {},
): Promise<Center> {
  let count = 0;
  const { url, seen } = await fakeServer((response, request) => {
    count += 1;
    const given = answer(request, count);
    const { status, text, location } =
      typeof given === 'string'
        ? { status: 200, text: given, location: undefined }
        : { text: '', location: undefined, ...given };
    response.writeHead(status, location === undefined ? {} : { location }).end(text);
  });
  const clock = { at: 0 };
  const tokens = httpTokens({
    address: `${url}/tokens/{{app}}?${QUERY}`,
    method: 'GET',
    jsonPath: 'data.access_token',
    cacheForMs: 60_000,
    env: { CENTER: HEADER },
    now: () => clock.at,
    timeoutMs: 500,
    ...options,
  });
  return { url, seen, clock, tokens };
}

const good = (token: string) => JSON.stringify({ data: { access_token: token } });

test('is asked with the appid in the address and one header', async () => {
  let header: unknown;
  const { url, seen } = await fakeServer((response, _request, message) => {
    header = message.headers['x-center'];
    response.end(good(TOKEN));
  });
  const tokens = httpTokens({
    address: `${url}/tokens?app={{app}}`,
    method: 'POST',
    header: { name: 'X-Center', value: 'env:CENTER' },
    jsonPath: 'data.access_token',
    cacheForMs: 1_000,
    env: { CENTER: HEADER },
  });
  expect(await tokens.get(APP)).toBe(TOKEN);
  expect(seen).toMatchObject([{ method: 'POST', path: '/tokens', query: { app: APP } }]);
  expect(header).toBe(HEADER);
});

test.each([
  ['access_token', { access_token: TOKEN }],
  ['a.b.c', { a: { b: { c: TOKEN } } }],
  ['list.1.token', { list: [{}, { token: ` ${TOKEN}\n` }] }],
])('finds the token at %s', async (jsonPath, body) => {
  expect(await (await center(() => JSON.stringify(body), { jsonPath })).tokens.get(APP)).toBe(TOKEN);
});

test('an answer is used for as long as the configuration says, for its own app only', async () => {
  const { tokens, seen, clock } = await center(({ path }, count) => good(`${path}#${count}`));
  expect(await tokens.get('wx1')).toBe('/tokens/wx1#1');
  clock.at = 59_999;
  expect([await tokens.get('wx1'), await tokens.get('wx2')]).toEqual(['/tokens/wx1#1', '/tokens/wx2#2']);
  clock.at = 60_000;
  expect(await tokens.get('wx1')).toBe('/tokens/wx1#3');
  expect(seen).toHaveLength(3);
});

test('twenty who ask at once cause one question', async () => {
  const { tokens, seen } = await center((_request, count) => good(`t${count}`));
  expect(new Set(await Promise.all(Array.from({ length: 20 }, () => tokens.get(APP))))).toEqual(
    new Set(['t1']),
  );
  expect(seen).toHaveLength(1);
});

test('a rejected token passes the cache by, once for all who report it', async () => {
  const { tokens, seen } = await center((_request, count) => good(`t${count}`));
  expect(await tokens.get(APP)).toBe('t1');
  const again = await Promise.all(Array.from({ length: 20 }, () => tokens.get(APP, { rejected: 't1' })));
  expect(new Set(again)).toEqual(new Set(['t2']));
  expect(await tokens.get(APP)).toBe('t2');
  expect(seen).toHaveLength(2);
});

test('a rejected token that the center still gives is answered again', async () => {
  const { tokens, seen } = await center(() => good(TOKEN));
  await tokens.get(APP);
  expect(await tokens.get(APP, { rejected: TOKEN })).toBe(TOKEN);
  expect(seen).toHaveLength(2);
});

test("the platform's own token is asked for once, anew when refused, and told as the platform's", async () => {
  let fails = false;
  const made = await center((_request, count) => (fails ? { status: 404 } : good(`t${count}`)));
  const tokens = httpTokens({
    address: `${made.url}/tokens/{{app}}`,
    platformAddress: `${made.url}/platform?${QUERY}`,
    ...{ method: 'GET', jsonPath: 'data.access_token', cacheForMs: 60_000, env: {} },
  });
  const component = (rejected?: string) =>
    tokens.component?.(rejected === undefined ? {} : { rejected }) ?? Promise.reject(new Error('none'));
  expect(await Promise.all([component(), component()])).toEqual(['t1', 't1']);
  expect(await component('t1')).toBe('t2');
  expect(made.seen.map(({ path }) => path)).toEqual(['/platform', '/platform']);
  fails = true;
  const { failure } = await errorOf(component('t2'));
  expect(failure).toMatchObject({ app: null, action: 'permission' });
  expect(failure.message).toContain('/platform: HTTP 404');
  expect(failure.message).not.toContain(QUERY);
  expect(failure.remedy).toContain('tokens.http.platformAddress');
  expect(made.tokens.component).toBeUndefined();
});

test('a failure is not kept', async () => {
  const { tokens } = await center((_request, count) => (count === 1 ? { status: 502 } : good(TOKEN)));
  await errorOf(tokens.get(APP));
  expect(await tokens.get(APP)).toBe(TOKEN);
});

test('one who stops waiting does not stop the others', async () => {
  const { tokens, seen } = await center(() => good(TOKEN));
  const stopped = new AbortController();
  const [one, other] = [tokens.get(APP, { signal: stopped.signal }), tokens.get(APP)];
  stopped.abort();
  await expect(one).rejects.toThrow('aborted');
  expect(await other).toBe(TOKEN);
  expect(seen).toHaveLength(1);
});

test.each([
  ['HTTP 401', { status: 401, text: good(TOKEN) }, 'permission', /tokens\.http\.header/],
  ['HTTP 404', { status: 404 }, 'permission', /tokens\.http\.address/],
  ['HTTP 302', { status: 302, location: 'http://127.0.0.1:1/' }, 'permission', /redirects/],
  ['HTTP 503', { status: 503 }, 'retryAfter', /tried again/],
  ['HTTP 429', { status: 429 }, 'retryAfter', /tried again/],
  ['no JSON', '<html>', 'retryAfter', /something between/],
  ['no token at data.access_token', '{"data":{}}', 'permission', /jsonPath/],
  ['no token at data.access_token', '{"data":null}', 'permission', /jsonPath/],
  ['no token at data.access_token', `{"data":{"access_token":{"it":"${TOKEN}"}}}`, 'permission', /jsonPath/],
  ['no token at data.access_token', '{"data":{"access_token":""}}', 'permission', /jsonPath/],
  ['no token at data.access_token', '{"data":{"access_token":"a b"}}', 'permission', /jsonPath/],
  ['more than 65536 bytes', good('x'.repeat(70_000)), 'retryAfter', /tried again/],
])('%s is told with what helps, and shows nothing secret', async (message, answer, action, remedy) => {
  const { tokens, url } = await center(() => answer, {
    header: { name: 'Authorization', value: 'env:CENTER' },
  });
  const error = await errorOf(tokens.get(APP));
  expect(error.failure).toMatchObject({ kind: 'credential', app: APP, endpoint: null, action });
  expect(error.failure.message).toContain(`the token center at ${new URL(url).host}/tokens/${APP}: `);
  expect(error.failure.message).toContain(message);
  expect(error.failure.remedy).toMatch(remedy);
  for (const secret of [TOKEN, HEADER, QUERY, 'must-not-show'])
    expect(`${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`).not.toContain(secret);
});

test('nobody there, and no answer in time, are tried again later', async () => {
  const address = `${await deadUrl()}/{{app}}`;
  const gone = await failureOf((await center(() => '', { address })).tokens.get(APP));
  expect(gone).toMatchObject({ action: 'retryAfter', retryAfterMs: 5_000 });
  expect(gone.message).toContain('ECONNREFUSED');
  const { url } = await fakeServer(() => {});
  const silent = await center(() => '', { address: `${url}/{{app}}`, timeoutMs: 50 });
  expect((await failureOf(silent.tokens.get(APP))).message).toContain('no answer within 50 ms');
});

test('a header whose reference leads to nothing, or to what no header may have, is named', async () => {
  const header = { name: 'Authorization', value: 'env:CENTER' };
  const missing = await failureOf((await center(() => '', { header, env: {} })).tokens.get(APP));
  expect(missing.message).toContain('the environment variable CENTER is not set');
  const broken = await errorOf(
    (await center(() => '', { header, env: { CENTER: `${TOKEN}\r\nX: y` } })).tokens.get(APP),
  );
  expect(broken.failure.message).toContain('the header Authorization has characters');
  expect(`${broken.stack}`).not.toContain(TOKEN);
});

test.each(['../admin', 'wx1/../../x', 'wx1?x=1', 'wx 1', ''])(
  '%j is no appid and is not asked for',
  async (app) => {
    const { tokens, seen } = await center(() => good(TOKEN));
    expect(await failureOf(tokens.get(app))).toMatchObject({ kind: 'credential', action: 'permission' });
    expect(seen).toHaveLength(0);
  },
);
