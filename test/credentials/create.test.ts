/** The configuration's kinds of tokens, put together. */
import { describe, expect, it } from 'vitest';
import { parseWorkerConfig } from '../../src/config/worker-config.js';
import { createTokens } from '../../src/credentials/create.js';
import { openPlatform } from '../../src/credentials/open.js';
import { describeWithPostgres } from '../support/postgres.js';
import { always, failureOf, fakeServer } from '../wechat/fake-server.js';
import { APP, COMPONENT } from './support/fake-platform.js';
import { authorised, settings } from './support/opened.js';

const FIXED = 'wx00000000000fixed';

describe('tokens', () => {
  it('of a token center leave the apps that have a reference of their own to it', async () => {
    const { url, seen } = await fakeServer(always('{"access_token":"from-the-center"}'));
    const tokens = { apps: { [FIXED]: 'env:FIXED' }, http: { address: `${url}/{{app}}` } };
    const opened = await createTokens(parseWorkerConfig({ tokens }), { FIXED: 'fixed' });
    expect([await opened.tokens.get(FIXED), await opened.tokens.get(APP)]).toEqual([
      'fixed',
      'from-the-center',
    ]);
    expect(seen.map(({ path }) => path)).toEqual([`/${APP}`]);
    expect(opened.tokens.component).toBeUndefined();
    await opened.close();
  });

  it.each([[{ default: 'env:FIXED' }], [{ http: { address: 'https://tokens.example/{{app}}' } }]])(
    "may have the platform's own beside them: %j",
    async (others) => {
      const config = parseWorkerConfig({ tokens: { ...others, platform: 'env:PLATFORM' } });
      const { tokens } = await createTokens(config, { PLATFORM: 'of-the-platform' });
      expect(await tokens.component?.()).toBe('of-the-platform');
    },
  );

  it("of a token center have the platform's own at an address of its own", async () => {
    const { url, seen } = await fakeServer((response, { path }) =>
      response.end(JSON.stringify({ access_token: `token of ${path}`.replaceAll(' ', '-') })),
    );
    const http = { address: `${url}/apps/{{app}}`, platformAddress: `${url}/platform` };
    const { tokens } = await createTokens(parseWorkerConfig({ tokens: { http } }), {});
    expect(await tokens.component?.()).toBe('token-of-/platform');
    expect(await tokens.get(APP)).toBe(`token-of-/apps/${APP}`);
    expect(await tokens.component?.()).toBe('token-of-/platform');
    expect(seen).toHaveLength(2);
  });

  it('without any kind for all others say so', async () => {
    const opened = await createTokens(parseWorkerConfig({}), {});
    expect(await failureOf(opened.tokens.get(APP))).toMatchObject({ app: APP, kind: 'credential' });
  });

  it.each([
    ['the secret', { COMPONENT_SECRET: '' }, 'the environment variable COMPONENT_SECRET is empty'],
    ['a key', { STORE_KEY: undefined }, 'the environment variable STORE_KEY is not set'],
    ['the database', { DATABASE_URL: undefined }, 'the configuration has no database.url'],
    ['a key that is one', { STORE_KEY: 'short' }, 'the key 2026-11 is not 32 bytes in base64'],
  ])('made here are refused at the start without %s', async (_what, more, message) => {
    const { env, config } = settings('http://127.0.0.1:1', 'postgres://127.0.0.1:1/none');
    await expect(createTokens(parseWorkerConfig(config), { ...env, ...more })).rejects.toThrow(message);
  });
});

describeWithPostgres('tokens made here', (postgres) => {
  it('are what the configuration opens, for apps and for the platform itself', async () => {
    const { env, config, wechat } = await authorised(postgres());
    const fixed = { ...config, tokens: { ...config.tokens, apps: { [FIXED]: 'env:FIXED' } } };
    // The scene's ticket is of its own time; this provider has the real clock.
    const late = await openPlatform(parseWorkerConfig(config), env);
    await late.events.ticket({ componentAppid: COMPONENT, ticket: wechat.ticket, at: Date.now() });
    await late.close();
    const { tokens, close } = await createTokens(parseWorkerConfig(fixed), { ...env, FIXED: 'fixed' });
    expect(await tokens.get(FIXED)).toBe('fixed');
    expect(await tokens.get(APP)).toBe(wechat.apps.get(APP)?.accessTokens[0]);
    expect(await tokens.component?.()).toContain('component@@@');
    await close();
  });
});
