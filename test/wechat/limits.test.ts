/** WeChat's documented limits are checked before anything is sent. */
import { describe, expect, test } from 'vitest';
import { type EndpointName, endpoints } from '../../src/wechat/catalogue.js';
import { APP, bothTokens, clientOf, failureOf, fakeServer } from './fake-server.js';
import { commit, days, item, megabytes, mp4, page, png, rule, withTag } from './sample-requests.js';

describe('documented limits', () => {
  const refused: [EndpointName, string, unknown, string][] = [
    [
      'commit',
      'a user_version of 65 characters',
      { ...commit, user_version: 'x'.repeat(65) },
      'user_version',
    ],
    ['commit', 'an ext_json that is an object', { ...commit, ext_json: {} }, 'ext_json'],
    ['commit', 'a misspelled field', { ...commit, user_descr: 'x' }, ''],
    ['submit_audit', 'an empty item_list', { item_list: [] }, 'item_list'],
    ['submit_audit', 'six items', { item_list: Array(6).fill(item) }, 'item_list'],
    ['submit_audit', 'eleven tags', withTag(Array(11).fill('a').join(' ')), 'item_list.0.tag'],
    ['submit_audit', 'a tag of 21 characters', withTag(`工具 ${'长'.repeat(21)}`), 'item_list.0.tag'],
    ['submit_audit', 'a tag of 21 such characters', withTag('😀'.repeat(21)), 'item_list.0.tag'],
    [
      'submit_audit',
      'a title of 33 characters',
      { item_list: [{ ...item, title: 'x'.repeat(33) }] },
      'item_list.0.title',
    ],
    [
      'submit_audit',
      'ids that are texts',
      { item_list: [{ ...item, first_id: '1' }] },
      'item_list.0.first_id',
    ],
    ['submit_audit', 'six pictures of feedback', { feedback_stuff: '1|2|3|4|5|6' }, 'feedback_stuff'],
    ['submit_audit', 'a preview_info that is a list', { preview_info: [] }, 'preview_info'],
    ['grayrelease', 'half a percent', { gray_percentage: 0.5 }, 'gray_percentage'],
    ['grayrelease', 'more than all', { gray_percentage: 101 }, 'gray_percentage'],
    ['grayrelease', 'less than none', { gray_percentage: -1 }, 'gray_percentage'],
    [
      'grayrelease',
      '0 % for nobody',
      { gray_percentage: 0, support_debuger_first: false },
      'gray_percentage',
    ],
    ['grayrelease', 'the flag in right English', { gray_percentage: 0, support_debugger_first: true }, ''],
    ['get_auditstatus', 'no audit', {}, 'auditid'],
    ['release', 'a field where none is', { version: '1.4.0' }, ''],
    ['getversioninfo', 'a field where none is', { action: 'x' }, ''],
    ['revertcoderelease', 'a version that is no number', { app_version: '1.4.0' }, 'app_version'],
    ['get_qrcode', 'a page that is no text', { path: 1 }, 'path'],
    ['uploadmedia', 'a picture of more than 2 MB', { ...png, base64: megabytes(2, 1) }, 'base64'],
    ['uploadmedia', 'a video of more than 10 MB', { ...mp4, base64: megabytes(10, 1) }, 'base64'],
    ['uploadmedia', 'an empty file', { ...png, base64: '' }, 'base64'],
    ['uploadmedia', 'a text that is no base64', { ...png, base64: 'a picture' }, 'base64'],
    ['uploadmedia', 'a kind WeChat does not take', { ...png, contentType: 'image/webp' }, 'contentType'],
    ['uploadmedia', 'a name with folders', { ...png, filename: '../a.png' }, 'filename'],
    ['submit_audit', '201 characters of feedback', { feedback_info: 'x'.repeat(201) }, 'feedback_info'],
    ['speedupaudit', 'no audit', {}, 'auditid'],
    ['change_visitstatus', 'another action', { action: 'hide' }, 'action'],
    ['getvisitstatus', 'a field where none is', { action: 'open' }, ''],
    ['setweappsupportversion', 'no version', { version: '' }, 'version'],
    ['qrcodejumpadd', 'six links for testing', { ...rule, debug_url: Array(6).fill('x') }, 'debug_url'],
    ['qrcodejumpadd', 'another scope', { ...rule, permit_sub_rule: 3 }, 'permit_sub_rule'],
    ['qrcodejumpadd', 'another version', { ...rule, open_version: '4' }, 'open_version'],
    ['qrcodejumpdelete', 'no rule', {}, 'prefix'],
    ['qrcodejumppublish', 'an empty rule', { prefix: '' }, 'prefix'],
    ['jserr_list', '31 errors', { ...days, limit: 31 }, 'limit'],
    ['jserr_list', 'no errors', { ...days, limit: 0 }, 'limit'],
    ['jserr_list', 'a day that there is not', { ...days, endTime: '2026-02-30' }, 'endTime'],
    ['jserr_list', 'a moment', { ...days, startTime: '2026-02-01 10:00' }, 'startTime'],
    ['jserr_list', 'a fifth kind', { ...days, errType: '4' }, 'errType'],
    ['addtotemplate', 'a draft that is no number', { draft_id: '3' }, 'draft_id'],
    ['addtotemplate', 'a third kind of template', { draft_id: 3, template_type: 2 }, 'template_type'],
    ['deletetemplate', 'no template', {}, 'template_id'],
    ['api_get_authorizer_list', '501 entries', { ...page, count: 501 }, 'count'],
    ['api_get_authorizer_list', 'no entries', { ...page, count: 0 }, 'count'],
    ['api_get_authorizer_list', 'an offset before the first', { ...page, offset: -1 }, 'offset'],
    ['quota_get', 'an address', { cgi_path: 'https://api.weixin.qq.com/wxa/release' }, 'cgi_path'],
    ['quota_get', 'a path without its slash', { cgi_path: 'wxa/release' }, 'cgi_path'],
    ['rid_get', 'no rid', { rid: '' }, 'rid'],
  ];

  test.each(refused)('%s refuses %s before sending', async (name, _what, params, path) => {
    const { url, seen } = await fakeServer((response) => response.end('{"errcode":0}'));
    const failure = await failureOf(
      clientOf(url, bothTokens).client.call(name, { app: APP, params: params as never }),
    );
    expect(failure).toMatchObject({ kind: 'invalidRequest', endpoint: name, action: 'permanent' });
    expect('issues' in failure ? failure.issues.map((issue) => issue.path) : []).toContain(path);
    expect(seen).toHaveLength(0);
  });

  const allowed: [EndpointName, string, unknown][] = [
    [
      'commit',
      'a user_version of 64 characters and a template_id that is a text',
      { ...commit, template_id: '12', user_version: 'x'.repeat(64) },
    ],
    ['submit_audit', 'no items at all', {}],
    ['submit_audit', 'five items', { item_list: Array(5).fill(item) }],
    ['submit_audit', 'a tag of 20 characters that are two units each', withTag('😀'.repeat(20))],
    ['submit_audit', 'ten tags of 20 characters', withTag(Array(10).fill('长'.repeat(20)).join(' '))],
    ['submit_audit', 'a field of tomorrow', { something_new: 1 }],
    ['grayrelease', '0 % for testers', { gray_percentage: 0, support_experiencer_first: true }],
    ['grayrelease', '100 %', { gray_percentage: 100 }],
    ['revertcoderelease', 'no version: the one before', {}],
    ['revertcoderelease', 'a version of the history', { app_version: 123 }],
    ['uploadmedia', 'a picture of 2 MB', { ...png, base64: megabytes(2) }],
    ['uploadmedia', 'a video of 10 MB', { ...mp4, base64: megabytes(10) }],
    [
      'submit_audit',
      'five media of feedback',
      { feedback_stuff: '1|2|3|4|5', feedback_info: 'x'.repeat(200) },
    ],
    ['qrcodejumpadd', 'five links for testing', { ...rule, debug_url: Array(5).fill('x') }],
    ['api_get_authorizer_list', '500 entries', page],
    ['gettemplatelist', 'all kinds', {}],
  ];

  test.each(allowed)('%s allows %s', (name, _what, params) => {
    expect(endpoints[name].request.parse(params)).toEqual(params);
  });
});

test('what jserr_list is not told goes out as its defaults', () => {
  const full = {
    ...days,
    errType: '0',
    keyword: '',
    openid: '',
    orderby: 'uv',
    desc: '1',
    offset: 0,
    limit: 30,
  };
  expect(endpoints.jserr_list.request.parse(days)).toEqual(full);
});
