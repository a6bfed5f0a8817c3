import { describe, expect, test } from 'vitest';
import { type EndpointName, endpointNames, endpoints } from '../../src/wechat/catalogue.js';
import { APP, clientOf, failureOf, fakeServer } from './fake-server.js';

describe('the rows', () => {
  test.each(endpointNames)(
    '%s is called by its own name, and its fields go where its method allows',
    (name) => {
      const row = endpoints[name];
      expect(row.name).toBe(name);
      expect(row.in).toBe(row.method === 'POST' ? 'body' : 'query');
      expect(row.doc).toMatch(/^[A-Z].*\.$/);
      expect(row.permissionSet).toBe(18);
    },
  );

  test('what changes something in WeChat is marked as a write, even where it is a GET', () => {
    const writes = endpointNames.filter((name) => endpoints[name].kind === 'write');
    expect(writes.map((name) => `${endpoints[name].method} ${endpoints[name].path}`)).toEqual([
      'POST /wxa/commit',
      'POST /wxa/submit_audit',
      'GET /wxa/undocodeaudit',
      'POST /wxa/grayrelease',
      'GET /wxa/revertgrayrelease',
      'POST /wxa/release',
      'GET /wxa/revertcoderelease',
    ]);
  });

  test('one path has two rows: the read is told from the write by its fixed query', () => {
    expect(endpoints.get_history_version.path).toBe(endpoints.revertcoderelease.path);
    expect(endpoints.get_history_version.fixedQuery).toEqual({ action: 'get_history_version' });
    expect(endpoints.revertcoderelease.request.safeParse({ action: 'get_history_version' }).success).toBe(
      false,
    );
  });
});

const commit = { template_id: 42, ext_json: '{}', user_version: '1.4.0', user_desc: 'x' };
const item = { first_class: '工具', second_class: '备忘录', first_id: 1, second_id: 2 };
const withTag = (tag: string) => ({ item_list: [{ ...item, tag }] });

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
  ];

  test.each(refused)('%s refuses %s before sending', async (name, _what, params, path) => {
    const { url, seen } = await fakeServer((response) => response.end('{"errcode":0}'));
    const failure = await failureOf(clientOf(url).client.call(name, { app: APP, params: params as never }));
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
    ['submit_audit', 'ten tags of 20 characters', withTag(Array(10).fill('长'.repeat(20)).join(' '))],
    ['submit_audit', 'a field of tomorrow', { something_new: 1 }],
    ['grayrelease', '0 % for testers', { gray_percentage: 0, support_experiencer_first: true }],
    ['grayrelease', '100 %', { gray_percentage: 100 }],
    ['revertcoderelease', 'no version: the one before', {}],
    ['revertcoderelease', 'a version of the history', { app_version: 123 }],
  ];

  test.each(allowed)('%s allows %s', (name, _what, params) => {
    expect(endpoints[name].request.parse(params)).toEqual(params);
  });
});

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
    const params = name === 'get_auditstatus' ? { auditid: 7 } : {};
    expect(await clientOf(url).client.call(name, { app: APP, params: params as never })).toMatchObject(
      expected as object,
    );
  });

  const notUnderstood: [EndpointName, string, unknown][] = [
    ['get_history_version', 'no list: the answer of the write', ok],
    ['getgrayreleaseplan', 'no plan', ok],
    [
      'getgrayreleaseplan',
      'a status of tomorrow',
      { ...ok, gray_release_plan: { status: 9, create_timestamp: 1, gray_percentage: 1 } },
    ],
    ['submit_audit', 'no auditid', ok],
    ['release', 'no errcode', {}],
  ];

  test.each(notUnderstood)('%s with %s is no answer to build on', async (name, _what, sent) => {
    const { url } = await fakeServer((response) => response.end(JSON.stringify(sent)));
    const failure = await failureOf(clientOf(url).client.call(name, { app: APP, params: {} as never }));
    expect(failure).toMatchObject({ kind: 'invalidAnswer', action: 'unknownOutcome' });
  });
});
