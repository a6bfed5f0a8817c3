/** Authorizations as WeChat pushes them: late, twice, in the wrong order, and with codes that were used. */
import { expect, it } from 'vitest';
import { describeWithPostgres } from '../support/postgres.js';
import { failureOf } from '../wechat/fake-server.js';
import { APP, COMPONENT } from './support/fake-platform.js';
import { authorised, MINUTE, START, scene } from './support/opened.js';

const CODE = 'queryauthcode@@@one-must-not-show';

describeWithPostgres('authorization events', (postgres) => {
  /** Nothing stored but the ticket. */
  async function begun() {
    const made = await scene(postgres());
    const platform = await made.open();
    const { events, store } = platform;
    await events.ticket({ componentAppid: COMPONENT, ticket: made.wechat.ticket, at: START });
    made.wechat.codes.set(CODE, APP);
    return {
      ...made,
      platform,
      authorized: (at: number, authorizationCode = CODE) =>
        events.authorized({ componentAppid: COMPONENT, app: APP, authorizationCode, at }),
      unauthorized: (at: number) => events.unauthorized({ componentAppid: COMPONENT, app: APP, at }),
      stored: () => store.authorizers.read({ component: COMPONENT, app: APP }),
    };
  }

  it('authorized: tokens, permission sets, original id and name are stored, and no refresh is needed', async () => {
    const { authorized, stored, platform, wechat } = await begun();
    await authorized(START);
    expect(await stored()).toMatchObject({
      state: 'authorized',
      stateAt: START,
      permissionSets: [1, 18],
      originalId: 'gh_0123456789abcdef',
      nickName: 'Shop cdef',
    });
    expect(await platform.tokens.get(APP)).toBe(wechat.apps.get(APP)?.accessTokens[0]);
    expect(await platform.store.appOf('gh_0123456789abcdef')).toBe(APP);
    expect(await platform.store.appOf('gh_nobody')).toBeNull();
    expect(wechat.calls('api_authorizer_token')).toBe(0);
  });

  it('the same event twice, one after the other or at once, uses the code once', async () => {
    const { authorized, stored, wechat } = await begun();
    await Promise.all([authorized(START), authorized(START)]);
    await authorized(START);
    expect(await stored()).toMatchObject({ state: 'authorized', stateAt: START });
    expect((await stored())?.refreshToken).toBe(wechat.apps.get(APP)?.refreshTokens[0]);
  });

  it('a code that was used while its answer was lost: the tokens come from WeChat’s own record', async () => {
    const { authorized, stored, wechat, platform } = await begun();
    wechat.trouble('api_query_auth', { kind: 'lost' });
    await authorized(START);
    expect(await stored()).toMatchObject({
      state: 'authorized',
      stateAt: START,
      refreshToken: wechat.apps.get(APP)?.refreshTokens[0],
    });
    expect(wechat.calls('api_query_auth')).toBe(1);
    expect(await platform.tokens.get(APP)).toContain('access@@@');
  });

  it('the same when WeChat’s record could not be asked then, and the event comes again', async () => {
    const { authorized, stored, wechat } = await begun();
    wechat.trouble('api_query_auth', { kind: 'lost' });
    wechat.trouble('api_get_authorizer_info', { kind: 'code', code: -1 });
    await expect(authorized(START)).rejects.toThrow();
    expect(await stored()).toBeNull();
    await authorized(START);
    expect((await stored())?.refreshToken).toBe(wechat.apps.get(APP)?.refreshTokens[0]);
  });

  it('a code whose use is not known, of an app that WeChat does not know: nothing is stored of it', async () => {
    const { authorized, stored, wechat } = await begun();
    const app = wechat.apps.get(APP);
    if (app) app.authorized = false;
    wechat.trouble('api_query_auth', { kind: 'broken' });
    await expect(authorized(START)).rejects.toMatchObject({ failure: { action: 'unknownOutcome' } });
    expect(await stored()).toBeNull();
    await authorized(START);
    expect(await stored()).toMatchObject({ state: 'authorized', stateAt: START });
  });

  it('unauthorized: tokens are dropped, and whoever asks is told when', async () => {
    const { authorized, unauthorized, stored, platform, wechat } = await begun();
    await authorized(START);
    await unauthorized(START + MINUTE);
    expect(await stored()).toMatchObject({ state: 'unauthorized', refreshToken: null, access: null });
    const failure = await failureOf(platform.tokens.get(APP));
    expect(failure).toMatchObject({ code: 61003, action: 'permission', app: APP });
    expect(failure.message).toContain('2026-11-22T12:01:00.000Z');
    expect(wechat.calls('api_authorizer_token')).toBe(0);
  });

  it('an old unauthorized after a newer authorized changes nothing', async () => {
    const { authorized, unauthorized, stored } = await begun();
    await authorized(START);
    const before = await stored();
    await unauthorized(START - MINUTE);
    expect(await stored()).toEqual(before);
  });

  it('an old authorized after a newer unauthorized changes nothing, and does not use its code', async () => {
    const { authorized, unauthorized, stored, wechat } = await begun();
    await unauthorized(START + MINUTE);
    await authorized(START);
    expect(await stored()).toMatchObject({ state: 'unauthorized', stateAt: START + MINUTE });
    expect(wechat.calls('api_query_auth')).toBe(0);
  });

  it('a spent code of an app that has left meanwhile stores that it has left', async () => {
    const { authorized, stored, wechat } = await begun();
    wechat.codes.clear();
    const app = wechat.apps.get(APP);
    if (app) app.authorized = false;
    await authorized(START);
    expect(await stored()).toMatchObject({ state: 'unauthorized', stateAt: START });
  });

  it('authorising again after leaving works at once, also after a 61003', async () => {
    const { authorized, unauthorized, platform, wechat } = await begun();
    await authorized(START);
    await unauthorized(START + MINUTE);
    await failureOf(platform.tokens.get(APP));
    wechat.codes.set('again', APP);
    await authorized(START + 2 * MINUTE, 'again');
    expect(await platform.tokens.get(APP)).toBe(wechat.apps.get(APP)?.accessTokens[0]);
  });

  it('updateauthorized takes the new permission sets', async () => {
    const { authorized, stored, wechat } = await begun();
    await authorized(START);
    const app = wechat.apps.get(APP);
    if (app) app.permissionSets = [1];
    wechat.codes.set('update', APP);
    await authorized(START + MINUTE, 'update');
    expect(await stored()).toMatchObject({ permissionSets: [1], stateAt: START + MINUTE });
  });

  it('an event that could not be stored rejects, so that WeChat does not hear `success`', async () => {
    const { authorized, stored, wechat } = await begun();
    wechat.trouble('api_query_auth', { kind: 'code', code: 45009 });
    await expect(authorized(START)).rejects.toMatchObject({ failure: { code: 45009 } });
    expect(await stored()).toBeNull();
  });
});

describeWithPostgres('a database backup', (postgres) => {
  it('has no secret in plain text, and no error or row shown to people has one', async () => {
    const { platform, wechat, url, env } = await authorised(postgres());
    wechat.rotate = true;
    await platform.tokens.get(APP);
    await platform.tokens.component?.();
    wechat.codes.set(CODE, APP);
    const event = { componentAppid: COMPONENT, app: APP, authorizationCode: CODE, at: START };
    await platform.events.authorized(event);
    await platform.store.pushes.keepUnmatched({
      receivedAt: START,
      app: null,
      originalId: 'gh_1',
      event: 'weapp_audit_fail',
      fields: { Reason: '1:类目', ComponentVerifyTicket: wechat.ticket, AuthorizationCode: CODE },
    });
    const dump = await postgres().dump(url);
    expect(dump).toContain('1:类目');
    expect(dump.match(/v1:2026-11:/g)?.length).toBe(4);
    for (const secret of [...wechat.secrets, CODE, env.STORE_KEY ?? '']) {
      expect(dump).not.toContain(secret);
      expect(dump).not.toContain(Buffer.from(secret).toString('base64url'));
      expect(dump).not.toContain(Buffer.from(secret).toString('hex'));
    }
    expect(JSON.stringify(await platform.store.authorizers.list())).not.toContain('must-not-show');
  });
});
