/** What a Mini Program's authorization allows, and to which platform. */
import { describe, expect, it } from 'vitest';
import { APP, OTHER, SECOND } from './helpers.js';
import { openPlatforms, PLATFORM, platformWorld, REFRESH, SECRET, TICKET } from './platform-helpers.js';

const _MINUTE = 60 * SECOND;

describe('an authorization', () => {
  it('taken back ends the tokens with 61003, also for a refresh', async () => {
    const { simulation, call, componentToken, refresh, now } = await openPlatforms();
    const component = await componentToken();
    const { token } = await refresh(component);
    expect(simulation.platforms.unauthorize(APP, now())).toBe(true);
    expect(simulation.platforms.unauthorize(APP, now())).toBe(false);
    expect(await call('queryquota', {}, { token })).toMatchObject({ errcode: 61003 });
    expect(await refresh(component)).toMatchObject({ errcode: 61003 });
    expect(simulation.ledger.view(APP).events).toMatchObject([{ what: 'unauthorized' }]);
  });

  it('given again begins anew: old tokens stay dead, the refresh token is another', async () => {
    const { simulation, call, componentToken, refresh, now } = await openPlatforms();
    const component = await componentToken();
    const { token } = await refresh(component);
    simulation.platforms.unauthorize(APP, now());
    const again = simulation.platforms.authorize(APP, now());
    expect(again).toMatchObject({ event: 'authorized', componentAppid: PLATFORM, app: APP });
    expect(await call('queryquota', {}, { token })).toMatchObject({ errcode: 40001 });
    expect(await refresh(component)).toMatchObject({ errcode: 61023 });
    const fields = { component_appid: PLATFORM, authorization_code: again?.authorizationCode };
    const { authorization_info: info } = (await call('api_query_auth', fields, { token: component })) as {
      authorization_info?: { authorizer_refresh_token: string; authorizer_access_token: string };
    };
    expect((await refresh(component, info?.authorizer_refresh_token)).errcode).toBeUndefined();
    expect(await call('queryquota', {}, { token: info?.authorizer_access_token })).toMatchObject({
      errcode: 0,
    });
  });

  it('renewed while it stands is an update only when the permission sets changed', async () => {
    const { simulation, now } = await openPlatforms();
    const { platforms } = simulation;
    expect(platforms.authorize(APP, now(), [18, 17])).toMatchObject({ event: 'updateauthorized' });
    expect(platforms.authorize(APP, now(), [17, 18, 18])).toMatchObject({ event: null });
    expect(platforms.authorize('wx-unknown', now())).toBeUndefined();
  });

  it('without permission set 18 has no code management: 61007', async () => {
    const { simulation, call, componentToken, refresh, now } = await openPlatforms(
      platformWorld({}, { permissions: [17, 19] }),
    );
    const { token } = await refresh(await componentToken());
    expect(await call('release', {}, { token })).toMatchObject({
      errcode: 61007,
      errmsg: expect.stringMatching(/^api is unauthorized to component rid: /) as string,
    });
    simulation.platforms.authorize(APP, now(), [17, 18, 19]);
    expect(await call('release', {}, { token })).toMatchObject({ errcode: 85019 });
  });

  it('that the world begins without', async () => {
    const { componentToken, refresh } = await openPlatforms(platformWorld({}, { authorized: false }));
    expect(await refresh(await componentToken())).toMatchObject({ errcode: 61003 });
  });
});

describe('two platforms', () => {
  const SECOND_PLATFORM = 'wxp2bbbbbbbbbbbbbb';
  const world = () =>
    platformWorld({
      components: {
        [PLATFORM]: { secret: SECRET, ticket: TICKET },
        [SECOND_PLATFORM]: { secret: 'secret-of-the-other-0002' },
      },
      apps: {
        [APP]: { component: PLATFORM, refreshToken: REFRESH },
        [OTHER]: { component: SECOND_PLATFORM, refreshToken: 'refreshtoken@@@0002' },
      },
      quotas: { audit: { limit: 1 } },
      privacyScanSeconds: 0,
      templates: [{ id: 42, component: PLATFORM }, { id: 43 }],
      drafts: [{ id: 1, component: SECOND_PLATFORM }],
    });
  const secret = 'secret-of-the-other-0002';

  it('know nothing of each other', async () => {
    const { call, componentToken, refresh } = await openPlatforms(world());
    const [first, second] = [await componentToken(), await componentToken(SECOND_PLATFORM, secret)];
    expect(await refresh(second)).toMatchObject({ errcode: 40013 });
    expect(await refresh(second, REFRESH, APP, SECOND_PLATFORM)).toMatchObject({ errcode: 61003 });
    const list = { component_appid: PLATFORM, offset: 0, count: 10 };
    expect(await call('api_get_authorizer_list', list, { token: first })).toMatchObject({
      total_count: 1,
      list: [{ authorizer_appid: APP }],
    });
    expect(await call('api_get_authorizer_list', list, { token: second })).toMatchObject({ errcode: 40013 });
    const foreign = {
      component_appid: PLATFORM,
      component_appsecret: secret,
      component_verify_ticket: TICKET,
    };
    expect(await call('api_component_token', foreign)).toMatchObject({ errcode: 40125 });
    const ticket = {
      component_appid: SECOND_PLATFORM,
      component_appsecret: secret,
      component_verify_ticket: TICKET,
    };
    expect(await call('api_component_token', ticket)).toMatchObject({ errcode: 61006 });
  });

  it('have a template library and an audit quota each', async () => {
    const { call, componentToken, refresh } = await openPlatforms(world());
    const second = await componentToken(SECOND_PLATFORM, secret);
    const mine = await refresh(await componentToken());
    const theirs = await refresh(second, 'refreshtoken@@@0002', OTHER, SECOND_PLATFORM);
    const commit = { ext_json: '{}', user_version: '1.0.0', user_desc: '' };
    expect(await call('commit', { ...commit, template_id: 42 }, { token: theirs.token })).toMatchObject({
      errcode: 85014,
    });
    const audits: unknown[] = [];
    for (const { token } of [mine, theirs]) {
      await call('commit', { ...commit, template_id: 43 }, { token });
      expect(await call('queryquota', {}, { token })).toMatchObject({ rest: 1, limit: 1 });
      audits.push((await call('submit_audit', {}, { token })).auditid);
      expect(await call('queryquota', {}, { token })).toMatchObject({ rest: 0, limit: 1 });
    }
    expect(new Set(audits).size).toBe(2);
  });
});
