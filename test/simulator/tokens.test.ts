/** How long tokens live, and what takes their place. */
import { describe, expect, it } from 'vitest';
import { APP, HOUR, OTHER, SECOND } from './helpers.js';
import { openPlatforms, PLATFORM, platformWorld, REFRESH, SECRET, TICKET } from './platform-helpers.js';

const MINUTE = 60 * SECOND;

describe('an access token', () => {
  it('of a Mini Program is good for two hours, then 42001', async () => {
    const { call, componentToken, refresh, pass } = await openPlatforms();
    const { token } = await refresh(await componentToken());
    pass(2 * HOUR - 1);
    expect(await call('queryquota', {}, { token })).toMatchObject({ errcode: 0 });
    pass(1);
    expect(await call('queryquota', {}, { token })).toMatchObject({ errcode: 42001 });
  });

  it('of the platform is good for two hours, then 42001', async () => {
    const { call, componentToken, pass } = await openPlatforms();
    const token = await componentToken();
    pass(2 * HOUR - 1);
    expect(await call('gettemplatelist', {}, { token })).toMatchObject({ errcode: 0 });
    pass(1);
    expect(await call('gettemplatelist', {}, { token })).toMatchObject({ errcode: 42001 });
  });

  it('stays good for five minutes after a newer one was made, then 40001', async () => {
    const { call, componentToken, refresh, pass } = await openPlatforms();
    const component = await componentToken();
    const { token: first } = await refresh(component);
    const { token: second } = await refresh(component);
    expect(second).not.toBe(first);
    pass(5 * MINUTE - 1);
    expect(await call('queryquota', {}, { token: first })).toMatchObject({ errcode: 0 });
    pass(1);
    expect(await call('queryquota', {}, { token: first })).toMatchObject({
      errcode: 40001,
      errmsg: expect.stringMatching(
        /^invalid credential, access_token is invalid or not latest rid: /,
      ) as string,
    });
    expect(await call('queryquota', {}, { token: second })).toMatchObject({ errcode: 0 });
  });

  it('is not kept alive by the grace: when its own two hours are over, 42001', async () => {
    const { call, componentToken, refresh, pass } = await openPlatforms();
    const component = await componentToken();
    const { token: first } = await refresh(component);
    pass(2 * HOUR - MINUTE);
    await refresh(await componentToken());
    pass(MINUTE);
    expect(await call('queryquota', {}, { token: first })).toMatchObject({ errcode: 42001 });
  });

  it('loses its grace when the world says so', async () => {
    const { call, componentToken } = await openPlatforms(
      platformWorld({ switches: { tokenGraceSeconds: 0 } }),
    );
    const first = await componentToken();
    await componentToken();
    expect(await call('gettemplatelist', {}, { token: first })).toMatchObject({ errcode: 40001 });
  });

  it.each([
    ['none', undefined, 41001],
    ['one that cannot be', 'a b', 40014],
    ['one that nobody made', '71_nobody', 40001],
  ])('missing, malformed or unknown: %s', async (_what, token, errcode) => {
    const { call } = await openPlatforms();
    const fields = { component_appid: PLATFORM };
    expect(await call('api_create_preauthcode', fields, { token })).toMatchObject({ errcode });
  });

  it('of the wrong kind is 61014, either way round', async () => {
    const { call, componentToken, refresh } = await openPlatforms();
    const component = await componentToken();
    const { token } = await refresh(component);
    expect(await call('queryquota', {}, { token: component })).toMatchObject({ errcode: 61014 });
    expect(await call('gettemplatelist', {}, { token })).toMatchObject({ errcode: 61014 });
    const fields = { component_appid: PLATFORM };
    expect(await call('api_create_preauthcode', fields, { token })).toMatchObject({
      errcode: 61014,
      errmsg: expect.stringMatching(/^must use component token for component api/) as string,
    });
  });

  it.each(['access_token', 'component_access_token'])('of the platform is taken as %s', async (field) => {
    const { call, componentToken } = await openPlatforms();
    const token = await componentToken();
    const answer = await call('api_create_preauthcode', { component_appid: PLATFORM }, { token, field });
    expect(answer.pre_auth_code).toMatch(/^preauthcode@@@/);
  });

  it('that the world file gives an app is good beside those made by refreshing', async () => {
    const { call, componentToken, refresh, pass } = await openPlatforms(
      platformWorld({}, { token: 'token-of-the-world' }),
    );
    const { token } = await refresh(await componentToken());
    pass(HOUR);
    for (const one of [token, 'token-of-the-world']) {
      expect(await call('queryquota', {}, { token: one })).toMatchObject({ errcode: 0 });
    }
  });
});

describe('the verify ticket', () => {
  it('is good for twelve hours, then 61005; a newer one does not end it', async () => {
    const { simulation, call, pass, now } = await openPlatforms();
    const fields = {
      component_appid: PLATFORM,
      component_appsecret: SECRET,
      component_verify_ticket: TICKET,
    };
    pass(11 * HOUR);
    const { ticket } = simulation.platforms.issueTicket(PLATFORM, now());
    expect(ticket).toMatch(/^ticket@@@/);
    expect(await call('api_component_token', fields)).toMatchObject({ expires_in: 7200 });
    pass(HOUR);
    simulation.platforms.issueTicket(PLATFORM, now());
    expect(await call('api_component_token', fields)).toMatchObject({ errcode: 61005 });
    const newer = { ...fields, component_verify_ticket: ticket };
    expect(await call('api_component_token', newer)).toMatchObject({ expires_in: 7200 });
  });
});

describe('the refresh token', () => {
  it('comes back unchanged from every refresh', async () => {
    const { componentToken, refresh } = await openPlatforms();
    const component = await componentToken();
    expect((await refresh(component)).refreshToken).toBe(REFRESH);
    expect((await refresh(component)).refreshToken).toBe(REFRESH);
  });

  it('rotates when the world says so; the old one is taken for five minutes more, then 61023', async () => {
    const { componentToken, refresh, pass } = await openPlatforms(
      platformWorld({ switches: { rotateRefreshToken: 'onRefresh' } }),
    );
    const component = await componentToken();
    const { refreshToken: second } = await refresh(component);
    expect(second).not.toBe(REFRESH);
    pass(5 * MINUTE - 1);
    // A process that lost the answer, or a second one, comes with the old one; what comes back is newer still.
    const { refreshToken: third } = await refresh(component, REFRESH);
    expect([REFRESH, second]).not.toContain(third);
    pass(1);
    expect(await refresh(component, REFRESH)).toMatchObject({ errcode: 61023 });
    pass(5 * MINUTE);
    expect(await refresh(component, second)).toMatchObject({ errcode: 61023 });
    expect((await refresh(component, third)).errcode).toBeUndefined();
  });

  it('two processes that refresh at once both get tokens that work', async () => {
    const { call, componentToken, refresh } = await openPlatforms();
    const component = await componentToken();
    const both = await Promise.all([refresh(component), refresh(component)]);
    for (const { token } of both) {
      expect(await call('queryquota', {}, { token })).toMatchObject({ errcode: 0 });
    }
  });

  it.each([
    ['a wrong one', 'refreshtoken@@@wrong', APP, 61023],
    ["another Mini Program's", REFRESH, OTHER, 61023],
    ['for a Mini Program that never authorised', REFRESH, 'wx-unknown', 61003],
  ])('%s', async (_what, refreshToken, app, errcode) => {
    const { componentToken, refresh } = await openPlatforms();
    expect(await refresh(await componentToken(), refreshToken, app)).toMatchObject({ errcode });
  });
});

describe('a seed', () => {
  it('makes the same credentials in every run; without one they differ', async () => {
    const tokens = async (world = platformWorld()) => {
      const { componentToken, refresh } = await openPlatforms(world);
      const component = await componentToken();
      return [component, (await refresh(component)).token];
    };
    const seeded = platformWorld({ tokenSeed: 7 });
    expect(await tokens(seeded)).toEqual(await tokens(seeded));
    expect(await tokens(seeded)).not.toEqual(await tokens(platformWorld({ tokenSeed: 8 })));
    expect(await tokens()).not.toEqual(await tokens());
  });
});
