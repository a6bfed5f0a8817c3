/** WeChat spells one thing in several ways; callers see one. What cannot be understood is no answer to build on. */
import { describe, expect, test } from 'vitest';
import type { EndpointName } from '../../src/wechat/catalogue.js';
import { APP, bothTokens, clientOf, failureOf, fakeServer } from './fake-server.js';
import { NEEDED, rule } from './sample-requests.js';

describe('answers in other spellings', () => {
  const ok = { errcode: 0, errmsg: 'ok' };
  const understood: [EndpointName, string, unknown, unknown][] = [
    [
      'get_latest_auditstatus',
      'ScreenShot',
      { ...ok, auditid: '7', status: '1', ScreenShot: 'a|b' },
      { auditid: 7, status: 1, screenshot: 'a|b' },
    ],
    [
      'get_auditstatus',
      'screenshot',
      { ...ok, status: 4, reason: 'later', screenshot: 'a' },
      { status: 4, screenshot: 'a' },
    ],
    [
      'getversioninfo',
      'nothing online',
      { ...ok, exp_info: { exp_time: '1', exp_version: 3, exp_desc: '' }, release_info: {} },
      { exp_info: { exp_time: 1, exp_version: '3' }, release_info: undefined },
    ],
    ['queryquota', 'numbers in strings', { ...ok, rest: '0', limit: '20' }, { rest: 0, limit: 20 }],
    [
      'getgrayreleaseplan',
      'camelCase all through',
      {
        errCode: 0,
        errMsg: 'ok',
        grayReleasePlan: { status: 1, createTimestamp: 5, grayPercentage: '8', supportDebugerFirst: 1 },
      },
      {
        errcode: 0,
        gray_release_plan: {
          status: 1,
          create_timestamp: 5,
          gray_percentage: 8,
          support_debuger_first: true,
        },
      },
    ],
    [
      'getgrayreleaseplan',
      'no plan at all: there was never one',
      ok,
      { gray_release_plan: { status: 0, create_timestamp: 0, gray_percentage: 0 } },
    ],
    [
      'getgrayreleaseplan',
      'an empty plan',
      { ...ok, gray_release_plan: {} },
      { gray_release_plan: { status: 0, create_timestamp: 0, gray_percentage: 0 } },
    ],
    ['getvisitstatus', 'a number in a string', { ...ok, status: '1' }, { status: 1 }],
    [
      'getweappsupportversion',
      'percentages in strings, and no users yet',
      { ...ok, now_version: '2.10.0', uv_info: { items: [{ version: '3.0', percentage: '12.5' }] } },
      { uv_info: { items: [{ version: '3.0', percentage: 12.5 }] } },
    ],
    [
      'get_code_privacy_info',
      'null or nothing for empty lists',
      { ...ok, without_auth_list: null },
      { without_auth_list: [], without_conf_list: [] },
    ],
    [
      'qrcodejumpget',
      'numbers in strings, a rule without links for testing',
      {
        ...{ ...ok, list_size: '1', qrcodejump_open: '1', qrcodejump_pub_quota: '20' },
        rule_list: [{ ...rule, state: '2', debug_url: null }],
      },
      { list_size: 1, rule_list: [{ state: 2, debug_url: [] }] },
    ],
    [
      'jserr_list',
      'no errcode: success says it',
      { success: true, totalCount: '0', data: [] },
      { errcode: 0, success: true, totalCount: 0, data: [] },
    ],
    ['gettemplatelist', 'null for no templates', { ...ok, template_list: null }, { template_list: [] }],
    [
      'api_component_token',
      'a lifetime in a string',
      { component_access_token: 'fresh', expires_in: '7200' },
      { component_access_token: 'fresh', expires_in: 7200 },
    ],
    [
      'api_get_authorizer_info',
      'an official account: no MiniProgramInfo',
      {
        authorizer_info: { nick_name: 'Shop', user_name: 'gh_1', service_type_info: { id: '2' } },
        authorization_info: { authorizer_appid: APP, func_info: null },
      },
      { authorizer_info: { service_type_info: { id: 2 } }, authorization_info: { func_info: [] } },
    ],
    [
      'quota_get',
      'no limits by the minute',
      { ...ok, quota: { daily_limit: '10', used: '1', remain: '9' }, rate_limit: {} },
      { quota: { daily_limit: 10, used: 1, remain: 9 } },
    ],
    [
      'get_auditstatus',
      'null for what is optional',
      { errcode: 0, errmsg: null, status: 0, reason: null, screenshot: null },
      { errmsg: 'ok', status: 0, reason: undefined, screenshot: undefined },
    ],
    [
      'getversioninfo',
      'null for a text that has a usual value',
      { ...ok, exp_info: null, release_info: { release_time: 1, release_version: '1', release_desc: null } },
      { release_info: { release_desc: '' } },
    ],
    [
      'jserr_list',
      'null all over',
      {
        ...{ errcode: null, errmsg: null, success: null, totalCount: 1 },
        data: [{ errorMsg: 'x', uv: 1, pv: 1, errorStack: null, uvPercent: null }],
      },
      { errcode: 0, errmsg: 'ok', data: [{ errorMsg: 'x' }] },
    ],
    [
      'api_get_authorizer_info',
      'null for a kind of account',
      {
        authorizer_info: {
          nick_name: null,
          user_name: 'gh_1',
          service_type_info: null,
          MiniProgramInfo: null,
        },
        authorization_info: { authorizer_appid: APP, func_info: null, authorizer_refresh_token: null },
      },
      { authorizer_info: { nick_name: '' } },
    ],
    ['get_history_version', 'null for no versions', { ...ok, version_list: null }, { version_list: [] }],
    [
      'get_page',
      'fields nobody knows',
      { ...ok, page_list: ['a'], new_field: { x: 1 } },
      { new_field: { x: 1 } },
    ],
  ];

  test.each(understood)('%s: %s', async (name, _what, sent, expected) => {
    const { url } = await fakeServer((response) => response.end(JSON.stringify(sent)));
    const params = (NEEDED[name] ?? {}) as never;
    expect(await clientOf(url, bothTokens).client.call(name, { app: APP, params })).toMatchObject(
      expected as object,
    );
  });

  const notUnderstood: [EndpointName, string, unknown][] = [
    ['get_history_version', 'no list: the answer of the write', ok],
    ['api_component_token', 'an empty object: a success has the token', {}],
    ['api_get_authorizer_list', 'no list', { total_count: 0 }],
    ['getvisitstatus', 'a third status', { ...ok, status: 2 }],
    ['uploadmedia', 'no mediaid', ok],
    ['get_qrcode', 'JSON that says ok and is no image', ok],
    [
      'getgrayreleaseplan',
      'a status of tomorrow',
      { ...ok, gray_release_plan: { status: 9, create_timestamp: 1, gray_percentage: 1 } },
    ],
    ['submit_audit', 'no auditid', ok],
    ['submit_audit', 'null for what is needed', { ...ok, auditid: null }],
    ['release', 'no errcode', {}],
  ];

  test.each(notUnderstood)('%s with %s is no answer to build on', async (name, _what, sent) => {
    const { url } = await fakeServer((response) => response.end(JSON.stringify(sent)));
    const params = (NEEDED[name] ?? {}) as never;
    const failure = await failureOf(clientOf(url, bothTokens).client.call(name, { app: APP, params }));
    expect(failure).toMatchObject({ kind: 'invalidAnswer', action: 'unknownOutcome' });
  });
});
