import { describe, expect, test } from 'vitest';
import type { TokenProvider } from '../../src/credentials/provider.js';
import { createWechatClient } from '../../src/wechat/client.js';
import { WechatError } from '../../src/wechat/errors.js';
import { APP, clientOf, failureOf, fakeServer } from './fake-server.js';

/** A provider that gives these tokens in turn, and remembers what was rejected. */
function tokensInTurn(...tokens: string[]): { provider: TokenProvider; rejected: (string | undefined)[] } {
  const rejected: (string | undefined)[] = [];
  const provider: TokenProvider = {
    get: async (_app, options) => {
      rejected.push(options?.rejected);
      return tokens[Math.min(rejected.length, tokens.length) - 1] ?? '';
    },
  };
  return { provider, rejected };
}

/** A server that accepts one token and answers the code to all others. */
const accepting = (token: string, code: number | string) =>
  fakeServer((response, { query }) => {
    const fine = query.access_token === token;
    response.end(
      JSON.stringify(fine ? { errcode: 0, errmsg: 'ok' } : { errcode: code, errmsg: 'invalid credential' }),
    );
  });

const release = { app: APP, params: {} } as const;

describe('a token that WeChat refuses', () => {
  test.each([40001, 40014, 42001, '42001'])(
    '%s: one fresh token is asked for and the call goes on',
    async (code) => {
      const { url, seen } = await accepting('fresh', code);
      const { provider, rejected } = tokensInTurn('stale', 'fresh');
      const { client, calls } = clientOf(url, provider);

      expect(await client.call('release', release)).toEqual({ errcode: 0, errmsg: 'ok' });

      expect(seen.map(({ query }) => query.access_token)).toEqual(['stale', 'fresh']);
      expect(rejected).toEqual([undefined, 'stale']);
      expect(calls.map(({ outcome, code }) => [outcome, code])).toEqual([
        ['credential', Number(code)],
        ['ok', 0],
      ]);
    },
  );

  test('the same one again: the call is not repeated', async () => {
    const { url, seen } = await accepting('fresh', 40001);
    const failure = await failureOf(
      clientOf(url, tokensInTurn('stale').provider).client.call('release', release),
    );
    expect(failure).toMatchObject({ kind: 'credential', endpoint: 'release', app: APP, code: 40001 });
    expect(failure.meaning).toContain('still gives the same one');
    expect(failure.remedy).toContain('authorizer_access_token');
    expect(seen).toHaveLength(1);
  });

  test('the fresh one as well: two requests and no more', async () => {
    const { url, seen } = await accepting('none', 42001);
    const { provider } = tokensInTurn('one', 'two', 'three');
    const failure = await failureOf(clientOf(url, provider).client.call('release', release));
    expect(failure).toMatchObject({ kind: 'credential', code: 42001, action: 'refreshToken' });
    expect(seen).toHaveLength(2);
  });

  test('any other code asks for no token', async () => {
    const { url, seen } = await accepting('none', 85019);
    const { provider, rejected } = tokensInTurn('one', 'two');
    const failure = await failureOf(clientOf(url, provider).client.call('release', release));
    expect(failure).toMatchObject({ kind: 'api', code: 85019, action: 'permanent' });
    expect([seen.length, rejected.length]).toEqual([1, 1]);
  });
});

describe('a provider that has none', () => {
  const failing = (error: unknown): TokenProvider => ({ get: () => Promise.reject(error) });

  test('its WechatError goes on, naming the call', async () => {
    const own = new WechatError({
      ...{ kind: 'credential', endpoint: null, app: APP, message: 'no token is configured' },
      ...{ meaning: 'there is no access token', remedy: 'Add one.', action: 'permission' },
    });
    const { client } = clientOf('http://127.0.0.1:9', failing(own));
    expect(await failureOf(client.call('release', release))).toEqual({ ...own.failure, endpoint: 'release' });
  });

  test('any other error is replaced, since its text may hold secrets', async () => {
    const { client } = clientOf('http://127.0.0.1:9', failing(new TypeError('refresh_token=secret')));
    const failure = await failureOf(client.call('release', release));
    expect(failure).toMatchObject({
      kind: 'credential',
      message: 'the token provider failed with TypeError',
    });
    expect(JSON.stringify(failure)).not.toContain('secret');
  });

  test('an empty token is none', async () => {
    const { client } = clientOf('http://127.0.0.1:9', { get: async () => '' });
    expect(await failureOf(client.call('release', release))).toMatchObject({ kind: 'credential' });
  });
});

test('a hook that throws does not turn an applied write into a failure', async () => {
  const { url } = await accepting('fine', 40001);
  const warned = new Promise<Error>((done) => process.once('warning', done));
  const client = createWechatClient({
    baseUrl: url,
    tokens: tokensInTurn('fine').provider,
    onCall: () => {
      throw new Error('metrics are down');
    },
  });
  expect(await client.call('release', release)).toEqual({ errcode: 0, errmsg: 'ok' });
  expect((await warned).message).toBe('onCall threw: metrics are down');
});
