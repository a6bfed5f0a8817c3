import 'reflect-metadata';
import type { IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import type { AxiosStatic } from 'axios';
import { ComponentService } from 'nest-wechat';
import { describe, expect, it } from 'vitest';
import { APP, ITEM, SECOND } from '../helpers.js';
import {
  afterwards,
  ENCODING_AES_KEY,
  MESSAGE_TOKEN,
  OK,
  openWorld,
  PLATFORM,
  type Push,
  REFRESH_TOKEN,
  SECRET,
} from './support.js';

/** The copy of axios that nest-wechat calls. */
const axios: AxiosStatic = createRequire(import.meta.url)('axios');

/** What is submitted, as a list. The library's type wants an object with the list in it, which WeChat refuses. */
const ITEMS = Object.assign([ITEM], { item_list: [ITEM] });

/** A world, and the service of its platform, which has its ticket already. */
async function open() {
  const service = new ComponentService({
    componentAppId: PLATFORM,
    componentSecret: SECRET,
    componentToken: MESSAGE_TOKEN,
    componentEncodingAESKey: ENCODING_AES_KEY,
  });
  const world = await openWorld((request) => serve(service, request));
  const redirect = axios.interceptors.request.use((config) => ({
    ...config,
    url: config.url?.replace('https://api.weixin.qq.com', world.url) ?? world.url,
  }));
  afterwards(async () => axios.interceptors.request.eject(redirect));
  return { ...world, service };
}

/** Its own handlers for pushes, with what they take of an Express request and response. */
async function serve(service: ComponentService, request: IncomingMessage): Promise<Push> {
  const query = Object.fromEntries(new URL(request.url ?? '', 'http://127.0.0.1').searchParams);
  const asExpress = Object.assign(request, { query });
  // It keeps tickets with one method and understands all other events with another.
  const ticket = await service.cacheAdapter.get(ComponentService.KEY_TICKET);
  if (!ticket) return { InfoType: 'component_verify_ticket', ticket: await service.pushTicket(asExpress) };
  return service.authChangedPush(asExpress, { send: () => undefined });
}

describe('nest-wechat', () => {
  it('takes the ticket from a push, and gets the component token and a pre-auth code with it', async () => {
    const { service, received, control } = await open();
    expect(received).toEqual([
      { InfoType: 'component_verify_ticket', ticket: expect.stringMatching(/^ticket@@@/) },
    ]);
    expect((await service.getComponentAccessToken()).componentAccessToken).toMatch(/^[\w-]{20,512}$/);
    expect((await service.createPreAuthCode()).data).toEqual({
      pre_auth_code: expect.stringMatching(/^preauthcode@@@/),
      expires_in: 1800,
    });
    expect((await service.startPushTicket()).data).toEqual(OK);
    await control.idle();
    expect(received.at(-1)).toMatchObject({ InfoType: 'component_verify_ticket', AppId: PLATFORM });
  });

  it('changes an authorization code for tokens, refreshes them, and reads who authorised', async () => {
    const { service, received, control } = await open();
    control.console({ app: APP, action: 'unauthorize' });
    control.console({ app: APP, action: 'authorize' });
    await control.idle();
    expect(received.slice(-2)).toMatchObject([
      { InfoType: 'unauthorized', AuthorizerAppid: APP },
      { InfoType: 'authorized', AuthorizerAppid: APP },
    ]);
    const { data } = await service.queryAuth(String(received.at(-1)?.AuthorizationCode));
    const { authorizer_appid, authorizer_refresh_token } = data.authorization_info;
    expect(authorizer_appid).toBe(APP);

    expect((await service.requestAuthorizerToken(APP, authorizer_refresh_token)).data).toEqual({
      authorizer_access_token: expect.any(String),
      expires_in: 7200,
      authorizer_refresh_token,
    });
    expect((await service.requestAuthorizerInfo(APP)).data).toMatchObject({
      authorizer_info: { user_name: expect.stringMatching(/^gh_/), service_type_info: { id: 0 } },
      authorization_info: { authorizer_appid: APP, func_info: expect.any(Array) },
    });
  });

  it('uploads code, submits it, and hears the verdict', async () => {
    const { service, received, control, pass } = await open();
    const token = (await service.requestAuthorizerToken(APP, REFRESH_TOKEN)).data.authorizer_access_token;
    const commit = (template: string) => service.codeCommit(token, template, '{}', '1.4.0', '新版');

    const { data: refused } = await commit('999');
    expect(refused).toMatchObject({ errcode: 85014 });
    const rid = refused.errmsg.split(' rid: ')[1] ?? '';
    expect((await service.getRid(rid, token)).data).toMatchObject({
      ...OK,
      request: { client_ip: '127.0.0.1' },
    });

    expect((await commit('42')).data).toEqual(OK);
    pass(2 * SECOND);
    const { auditid } = (await service.codeSubmitAudit(token, ITEMS)).data;
    expect((await service.codeAuditStatus(token, auditid)).data).toEqual({ ...OK, status: 2 });
    pass(2 * SECOND);
    control.clock();
    await control.idle();
    expect(received.at(-1)).toMatchObject({ MsgType: 'event', Event: 'weapp_audit_success' });
    expect((await service.codeAuditStatus(token, auditid)).data).toEqual({ ...OK, status: 0 });
    expect((await service.clearQuota(APP, token)).data).toEqual(OK);
  });
});
