import { describe, expect, it } from 'vitest';
import { APP, HOUR, OTHER } from '../helpers.js';
import { openEasywechat } from './easywechat.js';
import { OK, PLATFORM, REFRESH_TOKEN } from './support.js';

const TICKET = /^ticket@@@/;

describe('the token flow of node-easywechat', () => {
  it('takes the ticket from a push, and gets the component token and a pre-auth code with it', async () => {
    const { platform, control, received } = await openEasywechat();
    const [push] = await control.push({ event: 'component_verify_ticket' });
    expect(push).toMatchObject({ outcome: 'accepted', attempts: 1 });

    expect(received.at(-1)).toMatchObject({ AppId: PLATFORM, InfoType: 'component_verify_ticket' });
    expect(await platform.getVerifyTicket().getTicket()).toMatch(TICKET);
    const token = await platform.getComponentAccessToken().getToken();
    expect(token).toMatch(/^[\w-]{20,512}$/);
    const code = await platform.createPreAuthorizationCode();
    expect(code).toEqual({ pre_auth_code: expect.stringMatching(/^preauthcode@@@/), expires_in: 1800 });
    const url = new URL(await platform.createPreAuthorizationUrl('http://127.0.0.1/back'));
    expect(url.searchParams.get('component_appid')).toBe(PLATFORM);
    expect(url.searchParams.get('pre_auth_code')).toMatch(/^preauthcode@@@/);
  });

  it('asks for tickets to be pushed, and is pushed one', async () => {
    const { platform, control, received } = await openEasywechat();
    const before = received.length;
    const answer = await platform.getHttpClient().request('post', 'cgi-bin/component/api_start_push_ticket', {
      data: { component_appid: PLATFORM, component_secret: platform.getAccount().getSecret() },
    });
    await control.idle();
    expect(answer.toObject()).toEqual(OK);
    expect(received.slice(before)).toMatchObject([{ InfoType: 'component_verify_ticket' }]);
  });

  it('changes an authorization code for tokens, and refreshes them', async () => {
    const { platform, control, received } = await openEasywechat();
    control.console({ app: APP, action: 'unauthorize' });
    control.console({ app: APP, action: 'authorize' });
    await control.idle();

    const [unauthorized, authorized] = received.slice(-2);
    expect(unauthorized).toMatchObject({ InfoType: 'unauthorized', AuthorizerAppid: APP });
    expect(authorized).toMatchObject({ InfoType: 'authorized', AuthorizerAppid: APP });
    const authorization = await platform.getAuthorization(String(authorized?.AuthorizationCode));
    expect(authorization.getAppId()).toBe(APP);
    const refreshToken = authorization.getRefreshToken();
    expect(refreshToken).toMatch(/^refreshtoken@@@/);

    const miniApp = platform.getMiniApp(authorization.getAccessToken());
    const quota = await miniApp.getClient().get('wxa/queryquota');
    expect(quota.toObject()).toMatchObject({ errcode: 0, rest: 100 });

    const refreshed = await platform.refreshAuthorizerToken(APP, refreshToken);
    expect(refreshed).toEqual({
      authorizer_access_token: expect.stringMatching(/^[\w-]{20,512}$/),
      expires_in: 7200,
      authorizer_refresh_token: refreshToken,
    });
  });

  it('reads who has authorised the platform, and their settings', async () => {
    const { platform } = await openEasywechat();
    const client = platform.getClient();
    const about = { component_appid: PLATFORM, authorizer_appid: APP };

    const list = await client.postJson('cgi-bin/component/api_get_authorizer_list', {
      component_appid: PLATFORM,
      offset: '0',
      count: '500',
    });
    expect(list.toObject()).toMatchObject({
      total_count: 2,
      list: [{ authorizer_appid: APP, refresh_token: REFRESH_TOKEN }, { authorizer_appid: OTHER }],
    });
    const info = await client.postJson('cgi-bin/component/api_get_authorizer_info', about);
    expect(info.toObject()).toMatchObject({
      authorizer_info: { user_name: expect.stringMatching(/^gh_/), MiniProgramInfo: {}, account_status: 1 },
      authorization_info: { authorizer_appid: APP },
    });
    const option = { ...about, option_name: 'voice_recognize' };
    await client.postJson('cgi-bin/component/set_authorizer_option', { ...option, option_value: '1' });
    const read = await client.postJson('cgi-bin/component/get_authorizer_option', option);
    expect(read.toObject()).toMatchObject({ authorizer_appid: APP, option_value: '1' });
  });

  it('resets its own quota on the path that EasyWeChat has for it', async () => {
    const { platform } = await openEasywechat();
    const reset = () =>
      platform
        .getClient()
        .postJson('cgi-bin/component/clear_quota', { component_appid: PLATFORM })
        .then((answer) => answer.toObject());
    for (let time = 1; time <= 10; time++) expect(await reset()).toEqual(OK);
    expect(await reset()).toMatchObject({ errcode: 48006 });
  });

  it('sees 42001 once its tokens have expired, and goes on with new ones', async () => {
    const { platform, pass } = await openEasywechat();
    const about = { component_appid: PLATFORM };
    const ask = () => platform.getClient().postJson('cgi-bin/component/api_create_preauthcode', { ...about });
    expect((await ask()).toObject()).toHaveProperty('pre_auth_code');

    pass(3 * HOUR);
    const expired = await ask();
    expect(expired.toObject()).toEqual({ errcode: 42001, errmsg: expect.stringContaining(' rid: ') });
    await platform.getCache().delete(`open_platform.component_access_token.${PLATFORM}`);
    expect((await ask()).toObject()).toHaveProperty('pre_auth_code');
  });

  it('is told why, when it is refused', async () => {
    const { platform, control } = await openEasywechat();
    await expect(platform.getAuthorization('queryauthcode@@@unknown')).rejects.toThrow('61009');
    await expect(platform.refreshAuthorizerToken(APP, 'refreshtoken@@@unknown')).rejects.toThrow('61023');
    control.console({ app: OTHER, action: 'unauthorize' });
    await expect(platform.refreshAuthorizerToken(OTHER, 'refreshtoken@@@two')).rejects.toThrow('61003');
  });
});
