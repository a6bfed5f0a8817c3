/** Tokens made here: on demand, ahead of their end, once, and never twice for one reason. */
import { expect, it } from 'vitest';
import { describeWithPostgres } from '../support/postgres.js';
import { failureOf } from '../wechat/fake-server.js';
import { APP, COMPONENT } from './support/fake-platform.js';
import { authorised, MINUTE, START, scene, storeApp } from './support/opened.js';

const OTHER = 'wxfedcba9876543210';
const REFRESH = 'api_authorizer_token';

describeWithPostgres('an authorizer token', (postgres) => {
  it('is made when it is first needed, and then answered from the store', async () => {
    const { platform, wechat } = await authorised(postgres());
    const token = await platform.tokens.get(APP);
    expect(token).toBe(wechat.apps.get(APP)?.accessTokens[0]);
    expect(await platform.tokens.get(APP)).toBe(token);
    expect([wechat.calls(REFRESH), wechat.calls('api_component_token')]).toEqual([1, 1]);
  });

  it('is made once for all who ask at the same moment', async () => {
    const { platform, wechat } = await authorised(postgres());
    const tokens = await Promise.all(Array.from({ length: 20 }, () => platform.tokens.get(APP)));
    expect(new Set(tokens).size).toBe(1);
    expect(wechat.calls(REFRESH)).toBe(1);
  });

  it('of more apps than there are connections are all made', async () => {
    const { platform, wechat } = await authorised(postgres());
    const apps = Array.from({ length: 20 }, (_, index) => `wxapp${index}`);
    for (const app of apps) {
      wechat.addApp(app);
      await storeApp(platform, wechat, app);
    }
    const tokens = await Promise.all(apps.map((app) => platform.tokens.get(app)));
    expect(new Set(tokens).size).toBe(apps.length);
    expect([wechat.calls(REFRESH), wechat.calls('api_component_token')]).toEqual([20, 1]);
  });

  it('is renewed ten minutes before its end, or as the configuration says', async () => {
    const made = await authorised(postgres());
    const { platform, wechat, clock, config } = made;
    const first = await platform.tokens.get(APP);
    clock.advance(109 * MINUTE);
    expect(await platform.tokens.get(APP)).toBe(first);
    const eager = await made.open({}, { ...config, tokens: { component: { refreshAhead: '12m' } } });
    const second = await eager.tokens.get(APP);
    expect(second).not.toBe(first);
    clock.advance(111 * MINUTE);
    expect(await platform.tokens.get(APP)).not.toBe(second);
    expect(wechat.calls(REFRESH)).toBe(3);
  });

  it('that lives shorter than that is still used for half its life', async () => {
    const { platform, wechat, clock } = await authorised(postgres());
    wechat.expiresIn = 600;
    const first = await platform.tokens.get(APP);
    clock.advance(4 * MINUTE);
    expect(await platform.tokens.get(APP)).toBe(first);
    clock.advance(2 * MINUTE);
    expect(await platform.tokens.get(APP)).not.toBe(first);
  });

  it('is good to its end when its renewal fails, which is not tried again at once', async () => {
    const { platform, wechat, clock } = await authorised(postgres());
    const first = await platform.tokens.get(APP);
    clock.advance(112 * MINUTE);
    wechat.trouble(REFRESH, { kind: 'code', code: 45009 }, { kind: 'broken' });
    expect(await platform.tokens.get(APP)).toBe(first);
    expect(await platform.tokens.get(APP)).toBe(first);
    expect(wechat.calls(REFRESH)).toBe(2);
    clock.advance(2 * MINUTE);
    expect(await platform.tokens.get(APP)).toBe(first);
    clock.advance(2 * MINUTE);
    expect(await platform.tokens.get(APP)).not.toBe(first);
    expect(wechat.calls(REFRESH)).toBe(4);
    expect(clock.warnings).toHaveLength(2);
    expect(clock.warnings[0]).toMatch(
      /^the token of wx0123456789abcdef could not be renewed and is good until 2026-11-22T14:00:00.000Z: .*45009/,
    );
    expect(clock.warnings.join()).not.toContain('must-not-show');
  });

  it.each([0, -1, 1e13])(
    'of a life of %i seconds, as WeChat says, is not renewed with each call',
    async (life) => {
      const { platform, wechat, clock } = await authorised(postgres());
      wechat.expiresIn = life;
      for (let second = 0; second < 60; second += 1) {
        await platform.tokens.get(APP);
        clock.advance(1_000);
      }
      expect(wechat.calls(REFRESH)).toBeLessThanOrEqual(5);
    },
  );

  it('that comes back empty is not stored, and an empty refresh token does not replace the one there is', async () => {
    const { platform, wechat } = await authorised(postgres());
    const used = wechat.apps.get(APP)?.refreshTokens[0];
    wechat.trouble(REFRESH, { kind: 'without', fields: ['authorizer_access_token'] });
    expect(await failureOf(platform.tokens.get(APP))).toMatchObject({ action: 'retryAfter' });
    wechat.trouble(REFRESH, { kind: 'without', fields: ['authorizer_refresh_token'] });
    expect(await platform.tokens.get(APP)).toContain('access@@@');
    const stored = await platform.store.authorizers.read({ component: COMPONENT, app: APP });
    expect(stored?.refreshToken).toBe(used);
  });

  it('keeps the refresh token that comes back, each time', async () => {
    const { platform, wechat, clock } = await authorised(postgres());
    wechat.rotate = true;
    for (let round = 0; round < 5; round += 1) {
      await platform.tokens.get(APP);
      clock.advance(3 * 60 * MINUTE);
    }
    const stored = await platform.store.authorizers.read({ component: COMPONENT, app: APP });
    expect(wechat.apps.get(APP)?.refreshTokens).toHaveLength(6);
    expect(stored?.refreshToken).toBe(wechat.apps.get(APP)?.refreshTokens.at(-1));
    expect(wechat.calls('api_get_authorizer_info')).toBe(0);
  });

  it('whose answer was lost is asked for again with the old refresh token', async () => {
    const { platform, wechat } = await authorised(postgres());
    wechat.rotate = true;
    wechat.trouble(REFRESH, { kind: 'lost' });
    expect(await platform.tokens.get(APP)).toBe(wechat.apps.get(APP)?.accessTokens.at(-1));
    expect(wechat.calls(REFRESH)).toBe(2);
    const stored = await platform.store.authorizers.read({ component: COMPONENT, app: APP });
    expect(stored?.refreshToken).toBe(wechat.apps.get(APP)?.refreshTokens.at(-1));
  });

  it('whose answers stay away is given up after three, to be tried again later', async () => {
    const { platform, wechat } = await authorised(postgres());
    wechat.trouble(REFRESH, { kind: 'broken' }, { kind: 'broken' }, { kind: 'code', code: -1 });
    expect(await failureOf(platform.tokens.get(APP))).toMatchObject({
      kind: 'credential',
      app: APP,
      action: 'retryAfter',
      code: -1,
    });
    expect(wechat.calls(REFRESH)).toBe(3);
  });

  it('whose refresh token is not the latest (61023) is had with the one that WeChat tells', async () => {
    const { platform, wechat } = await authorised(postgres());
    wechat.apps.get(APP)?.refreshTokens.push('refreshtoken@@@a', 'refreshtoken@@@b');
    expect(await platform.tokens.get(APP)).toBe(wechat.apps.get(APP)?.accessTokens[0]);
    const stored = await platform.store.authorizers.read({ component: COMPONENT, app: APP });
    expect(stored?.refreshToken).toBe('refreshtoken@@@b');
  });
});

describeWithPostgres('a rejected token', (postgres) => {
  it('is replaced once by a new one', async () => {
    const { platform, wechat, clock } = await authorised(postgres());
    const first = await platform.tokens.get(APP);
    clock.advance(MINUTE);
    const second = await platform.tokens.get(APP, { rejected: first });
    expect(second).not.toBe(first);
    expect(wechat.calls(REFRESH)).toBe(2);
  });

  it('is replaced by the stored one when another process has renewed it', async () => {
    const made = await authorised(postgres());
    const [one, other] = [made.platform, await made.open()];
    const first = await one.tokens.get(APP);
    made.clock.advance(MINUTE);
    const second = await other.tokens.get(APP, { rejected: first });
    expect(await one.tokens.get(APP, { rejected: first })).toBe(second);
    expect(made.wechat.calls(REFRESH)).toBe(2);
  });

  it('that was just made is answered again, so that nothing turns in a circle', async () => {
    const { platform, wechat, clock } = await authorised(postgres());
    let token = await platform.tokens.get(APP);
    for (let round = 0; round < 100; round += 1) {
      token = await platform.tokens.get(APP, { rejected: token });
      clock.advance(1_000);
    }
    // 100 seconds: at most one renewal every thirty.
    expect(wechat.calls(REFRESH)).toBeLessThanOrEqual(5);
  });

  it('of twenty callers at once is renewed once', async () => {
    const { platform, wechat, clock } = await authorised(postgres());
    const first = await platform.tokens.get(APP);
    clock.advance(MINUTE);
    const again = await Promise.all(
      Array.from({ length: 20 }, () => platform.tokens.get(APP, { rejected: first })),
    );
    expect(new Set(again).size).toBe(1);
    expect(wechat.calls(REFRESH)).toBe(2);
  });
});

describeWithPostgres('a component token', (postgres) => {
  it('is made of the newest ticket, in whatever order tickets come', async () => {
    const { open, wechat } = await scene(postgres());
    const platform = await open();
    const ticket = (text: string, at: number) =>
      platform.events.ticket({ componentAppid: COMPONENT, ticket: text, at });
    await ticket(wechat.ticket, START);
    await ticket('ticket@@@old', START - 10 * MINUTE);
    expect(await platform.tokens.component?.()).toContain('component@@@');
  });

  it('that WeChat refuses is renewed on the way to an authorizer token', async () => {
    const { platform, wechat, clock } = await authorised(postgres());
    const component = await platform.tokens.component?.();
    clock.advance(MINUTE);
    // Somebody else made one meanwhile: ours is not the latest any more.
    await fetch(`${wechat.url}/cgi-bin/component/api_component_token`, {
      method: 'POST',
      body: JSON.stringify({
        component_appsecret: 'appsecret-that-must-not-show',
        component_verify_ticket: wechat.ticket,
      }),
    });
    expect(await platform.tokens.get(APP)).toContain('access@@@');
    expect(await platform.tokens.component?.()).not.toBe(component);
  });

  it.each([
    ['has never come', null],
    ['is too old', START - 13 * 60 * MINUTE],
  ])('is not to be had when the ticket %s, and the error says what to do', async (_what, at) => {
    const { open, wechat } = await scene(postgres());
    const platform = await open();
    if (at !== null) await platform.events.ticket({ componentAppid: COMPONENT, ticket: wechat.ticket, at });
    await storeApp(platform, wechat, APP);
    const failure = await failureOf(platform.tokens.get(APP));
    expect(failure).toMatchObject({ kind: 'credential', app: APP, action: 'permission' });
    expect(`${failure.message} ${failure.remedy}`).toMatch(
      /component_verify_ticket .*start the push receiver/,
    );
    expect(wechat.calls('api_component_token')).toBe(0);
  });
});

describeWithPostgres('no token', (postgres) => {
  it('is there for an app that is not stored, or whose appid is none', async () => {
    const { platform } = await authorised(postgres());
    expect(await failureOf(platform.tokens.get(OTHER))).toMatchObject({
      kind: 'credential',
      app: OTHER,
      remedy: expect.stringContaining('apps import'),
    });
    expect(await failureOf(platform.tokens.get('../secrets'))).toMatchObject({ kind: 'credential' });
  });

  it('is there for an app that WeChat does not know any more (61003); it is asked again only after a while', async () => {
    const made = await authorised(postgres());
    const { platform, wechat, clock } = made;
    const app = wechat.apps.get(APP);
    if (app) app.authorized = false;
    for (const asked of [platform, await made.open(), platform]) {
      const failure = await failureOf(asked.tokens.get(APP));
      expect(failure).toMatchObject({ kind: 'credential', code: 61003, action: 'permission' });
      expect(failure.remedy).toMatch(/authorise/);
    }
    expect(wechat.calls(REFRESH)).toBe(1);
    if (app) app.authorized = true;
    clock.advance(6 * MINUTE);
    expect(await platform.tokens.get(APP)).toContain('access@@@');
    expect((await platform.store.authorizers.list())[0]).toMatchObject({ refusedAt: null });
  });

  it.each([
    [61004, 'permission', 'allow-list'],
    [61005, 'permanent', 'ticket'],
    [61023, 'permission', 'authorise'],
    [45009, 'quota', 'next day'],
    [45011, 'retryAfter', 'minute'],
  ])(
    'is there after %i, told with its remedy and without asking again at once',
    async (code, action, remedy) => {
      const { platform, wechat } = await authorised(postgres());
      wechat.trouble(REFRESH, { kind: 'code', code }, { kind: 'code', code });
      for (const _ of [1, 2]) {
        const failure = await failureOf(platform.tokens.get(APP));
        expect(failure).toMatchObject({ kind: 'credential', app: APP, code, action });
        expect(failure.remedy).toContain(remedy);
      }
      expect(wechat.calls(REFRESH)).toBe(1);
    },
  );
});
