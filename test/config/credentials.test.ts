/** Which tokens a configuration may ask for, and what it must then have. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ConfigError, loadWorkerConfig, parseWorkerConfig } from '../../src/config/worker-config.js';

const SECRET = 'appsecret-that-somebody-pasted';
const COMPONENT = { appid: 'wxcomponent0000001', secret: 'env:WEAPP_COMPONENT_SECRET' };
const KEYS = [{ id: '2026-11', key: 'env:WEAPP_STORE_KEY' }];
const ADDRESS = 'https://tokens.example/v1/{{app}}';

function refusalOf(input: unknown): string {
  try {
    parseWorkerConfig(input);
  } catch (error) {
    if (error instanceof ConfigError) {
      expect(error.message).not.toContain(SECRET);
      return error.message;
    }
  }
  throw new Error('expected a ConfigError');
}

describe('a token center', () => {
  it('has defaults for all but its address, and times in milliseconds', () => {
    expect(parseWorkerConfig({ tokens: { http: { address: ADDRESS } } }).tokens.http).toEqual({
      address: ADDRESS,
      method: 'GET',
      jsonPath: 'access_token',
      cacheFor: 300_000,
    });
  });

  it('takes all that is documented', () => {
    const http = {
      address: `${ADDRESS}?from=rollout`,
      method: 'POST',
      header: { name: 'Authorization', value: 'env:CENTER' },
      platformAddress: 'https://tokens.example/v1/platform?from=rollout',
      jsonPath: 'data.0.access_token',
      cacheFor: '1m30s',
    };
    expect(parseWorkerConfig({ tokens: { http } }).tokens.http).toEqual({ ...http, cacheFor: 90_000 });
  });

  it.each([
    ['an address without the app', { address: 'https://tokens.example/' }, '{{app}}'],
    [
      'an app in the address of the platform’s token',
      { address: ADDRESS, platformAddress: ADDRESS },
      'must be without {{app}}',
    ],
    [
      'a user in the address of the platform’s token',
      { address: ADDRESS, platformAddress: `https://me:${SECRET}@tokens.example/` },
      'without user',
    ],
    ['no address in its place', { address: ADDRESS, platformAddress: SECRET }, 'http or https'],
    ['an app in the host', { address: 'https://{{app}}.example/' }, 'behind the host'],
    ['an app in the port', { address: 'https://tokens.example:{{app}}/' }, 'http or https'],
    ['a user in the address', { address: `https://me:${SECRET}@tokens.example/{{app}}` }, 'without user'],
    ['another protocol', { address: 'ftp://tokens.example/{{app}}' }, 'http or https'],
    ['a fragment', { address: `${ADDRESS}#x` }, 'fragment'],
    ['a header’s value itself', { address: ADDRESS, header: { name: 'A', value: SECRET } }, 'never a token'],
    [
      'a header’s name with a line break',
      { address: ADDRESS, header: { name: 'A\nB', value: 'env:X' } },
      'header',
    ],
    ['a path of JSON with brackets', { address: ADDRESS, jsonPath: '$.data[0]' }, 'dots'],
    ['a time in milliseconds', { address: ADDRESS, cacheFor: 5000 }, 'cacheFor'],
    ['a time longer than a token lives', { address: ADDRESS, cacheFor: '3h' }, 'from 1s to 2h'],
    ['another method', { address: ADDRESS, method: 'PUT' }, 'method'],
  ])('is refused with %s', (_what, http, words) => {
    const message = refusalOf({ tokens: { http } });
    expect(message).toContain('tokens.http');
    expect(message).toContain(words);
  });
});

describe("the platform's own token", () => {
  it.each([[{}], [{ default: 'env:T' }], [{ http: { address: ADDRESS } }]])(
    'may be a reference beside other kinds: %j',
    (others) => {
      const { tokens } = parseWorkerConfig({ tokens: { ...others, platform: 'file:/run/secrets/platform' } });
      expect(tokens.platform).toBe('file:/run/secrets/platform');
    },
  );

  it('has one source', () => {
    const platform = 'env:P';
    const http = { address: ADDRESS, platformAddress: 'https://tokens.example/platform' };
    expect(refusalOf({ tokens: { platform, http } })).toContain('platform and http.platformAddress');
    const made = { component: COMPONENT, database: { keys: KEYS } };
    expect(refusalOf({ ...made, tokens: { platform, component: {} } })).toContain('platform and component');
    expect(refusalOf({ tokens: { platform: SECRET } })).toContain('tokens.platform: must be env:NAME');
  });
});

describe('tokens made here', () => {
  it('need a platform, its secret and a key', () => {
    const tokens = { component: {} };
    expect(refusalOf({ tokens })).toMatch(/component: .*needs the appid.*database\.keys: .*needs a key/);
    expect(refusalOf({ tokens, component: { appid: COMPONENT.appid }, database: { keys: KEYS } })).toContain(
      'component.secret: tokens.component needs the component_appsecret',
    );
    const config = parseWorkerConfig({ tokens, component: COMPONENT, database: { keys: KEYS } });
    expect(config.tokens.component).toEqual({ refreshAhead: 600_000 });
    expect(config.component).toEqual({ ...COMPONENT, messageKeys: [] });
    expect(config.database).toEqual({ keys: KEYS, poolSize: 5 });
  });

  it.each([
    [{ default: 'env:T', http: { address: ADDRESS } }, 'default and http'],
    [{ default: 'env:T', component: {} }, 'default and component'],
    [{ http: { address: ADDRESS }, component: {} }, 'http and component'],
  ])('and other kinds for all other apps exclude each other (%#)', (tokens, words) => {
    const config = { tokens, component: COMPONENT, database: { keys: KEYS } };
    expect(refusalOf(config)).toContain(`tokens: has ${words}`);
  });

  it.each([
    ['the secret', { component: { ...COMPONENT, secret: SECRET } }, 'component.secret'],
    ['the message token', { component: { ...COMPONENT, messageToken: SECRET } }, 'component.messageToken'],
    ['a message key', { component: { ...COMPONENT, messageKeys: [SECRET] } }, 'component.messageKeys.0'],
    ['a key of the store', { database: { keys: [{ id: 'a', key: SECRET }] } }, 'database.keys.0.key'],
    ['the address of the database', { database: { url: `postgres://me:${SECRET}@host/db` } }, 'database.url'],
  ])('never have %s in the file itself', (_what, input, field) => {
    expect(refusalOf(input)).toContain(`${field}: must be env:NAME or file:/path`);
  });

  it.each([
    [
      'three message keys',
      { component: { ...COMPONENT, messageKeys: ['env:A', 'env:B', 'env:C'] } },
      'messageKeys',
    ],
    ['an appid that is none', { component: { ...COMPONENT, appid: 'a b' } }, 'component.appid'],
    ['two keys of one id', { database: { keys: [...KEYS, ...KEYS] } }, 'database.keys'],
    ['a key’s id with a colon', { database: { keys: [{ id: 'a:b', key: 'env:K' }] } }, 'database.keys.0.id'],
    ['a pool of one', { database: { poolSize: 1 } }, 'database.poolSize'],
  ])('are refused with %s', (_what, input, field) => {
    expect(refusalOf(input)).toContain(field);
  });
});

it('another base address from the environment leaves durations as they are', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'worker-config-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'worker.yaml');
  await writeFile(file, `tokens: { http: { address: '${ADDRESS}', cacheFor: 2m } }`);
  const config = await loadWorkerConfig({ WEAPP_CONFIG: file, WECHAT_API_BASE: 'http://127.0.0.1:1' });
  expect(config.wechat.baseUrl).toBe('http://127.0.0.1:1');
  expect(config.tokens.http?.cacheFor).toBe(120_000);
});
