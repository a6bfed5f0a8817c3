import { describe, expect, it } from 'vitest';
import { DEBUG_URLS_MAX } from '../../src/wechat/endpoints/jump.js';
import { DAY, open, worldWith } from './helpers.js';

/** The rule of the page of 2018, as it is sent there: numbers as text and as numbers. */
const RULE = {
  prefix: 'https://weixin.qq.com/qrcodejump',
  permit_sub_rule: '1',
  path: 'pages/index/index',
  open_version: '1',
  debug_url: ['https://weixin.qq.com/qrcodejump?a=1', 'https://weixin.qq.com/qrcodejump?a=2'],
  is_edit: 0,
};
const testLinks = (count: number) => ({ debug_url: Array(count).fill(RULE.debug_url[0]) });
const PREFIX = { prefix: RULE.prefix };

describe('qrcodejumpadd', () => {
  it('adds a rule, unpublished, which qrcodejumpget answers in numbers', async () => {
    const { call } = await open();
    expect(await call('qrcodejumpadd', RULE)).toEqual({ errcode: 0, errmsg: 'ok' });
    expect(await call('qrcodejumpget')).toEqual({
      errcode: 0,
      errmsg: 'ok',
      rule_list: [
        {
          prefix: RULE.prefix,
          permit_sub_rule: 1,
          path: RULE.path,
          open_version: 1,
          debug_url: RULE.debug_url,
          state: 1,
        },
      ],
      qrcodejump_open: 0,
      qrcodejump_pub_quota: 100,
      list_size: 1,
      total_count: 1,
    });
  });

  it.each([
    ['the same again', RULE, 0],
    ['no prefix', { prefix: null }, 40097],
    ['no path', { path: '' }, 40097],
    ['a sub rule of another kind', { permit_sub_rule: 3 }, 40097],
    ['a test range that does not exist', { open_version: '4' }, 40097],
    ['as many test links as the catalogue allows', testLinks(DEBUG_URLS_MAX), 0],
    ['one more', testLinks(DEBUG_URLS_MAX + 1), 40097],
    ['test links that are no list', { debug_url: RULE.debug_url[0] }, 47001],
    ['no test links', { debug_url: null }, 0],
    ['no web link', { prefix: 'weixin.qq.com/qrcodejump', debug_url: [] }, 85066],
    ['a test link elsewhere', { debug_url: ['https://weixin.qq.com/other'] }, 85068],
  ])('%s', async (_what, change, errcode) => {
    const { call } = await open();
    expect(await call('qrcodejumpadd', { ...RULE, ...change })).toMatchObject({ errcode });
  });

  it.each([
    ['its server has no check file', { fileInPlace: false }, 85069],
    ['the link is on the black list', { blacklisted: ['https://weixin.qq.com/'] }, 85070],
    ['the link is of another app', { occupied: [RULE.prefix] }, 85072],
    ['the link has no ICP registration', { withoutIcp: ['https://weixin.qq.com/'] }, 85076],
    ['there are as many rules as can be', { rulesMax: 0 }, 85073],
  ])('is refused when %s', async (_what, jump, errcode) => {
    const { call } = await open(worldWith({ jump }));
    expect(await call('qrcodejumpadd', RULE)).toMatchObject({ errcode });
  });

  it('does not add a prefix twice: 85071; changing it is is_edit 1', async () => {
    const { call } = await open();
    await call('qrcodejumpadd', RULE);
    expect(await call('qrcodejumpadd', RULE)).toMatchObject({ errcode: 85071 });
    const change = { ...RULE, path: 'pages/cart/cart', is_edit: '1' };
    expect(await call('qrcodejumpadd', change)).toMatchObject({ errcode: 0 });
    const { rule_list } = await call('qrcodejumpget');
    expect(rule_list).toMatchObject([{ path: 'pages/cart/cart' }]);
  });

  it('does not change what is not there: 85066, or 40097 by switch', async () => {
    const edit = { ...RULE, is_edit: 1 };
    expect(await (await open()).call('qrcodejumpadd', edit)).toMatchObject({ errcode: 85066 });
    const switched = await open(worldWith({}, { switches: { jumpRuleUnknown: '40097' } }));
    expect(await switched.call('qrcodejumpadd', edit)).toMatchObject({ errcode: 40097 });
  });

  it('takes a published rule back to unpublished when it is changed, unless the switch says otherwise', async () => {
    const states: unknown[] = [];
    for (const jumpRuleEdited of ['unpublished', 'published'] as const) {
      const { call } = await open(worldWith({}, { switches: { jumpRuleEdited } }));
      await call('qrcodejumpadd', RULE);
      await call('qrcodejumppublish', PREFIX);
      await call('qrcodejumpadd', { ...RULE, is_edit: 1 });
      states.push(((await call('qrcodejumpget')).rule_list as { state: number }[])[0]?.state);
    }
    expect(states).toEqual([1, 2]);
  });
});

describe('qrcodejumpget', () => {
  it('finds by prefix and by page, as for official accounts', async () => {
    const rules = ['a', 'b', 'c'].map((name) => ({ prefix: `https://x.cn/${name}`, path: 'p' }));
    const { call } = await open(worldWith({ jump: { rules } }));
    const prefixes = async (params: object) => {
      const { rule_list, total_count } = await call('qrcodejumpget', { ...params });
      expect(total_count).toBe(3);
      return (rule_list as { prefix: string }[]).map(({ prefix }) => prefix.at(-1));
    };
    expect(await prefixes({})).toEqual(['a', 'b', 'c']);
    expect(await prefixes({ get_type: 1, prefix_list: ['https://x.cn/b'] })).toEqual(['b']);
    expect(await prefixes({ get_type: '2', page_num: 2, page_size: 2 })).toEqual(['c']);
  });
});

describe('qrcodejumpdownload', () => {
  it('answers one file for an app, another for another', async () => {
    const { call } = await open();
    const first = await call('qrcodejumpdownload');
    expect(first).toMatchObject({
      file_name: expect.stringMatching(/^\w+\.txt$/) as string,
      file_content: expect.stringMatching(/^\w{32}$/) as string,
    });
    expect(await call('qrcodejumpdownload')).toEqual(first);
    expect(await call('qrcodejumpdownload', {}, 'token-unhealthy')).not.toEqual(first);
  });
});

describe('qrcodejumpdelete', () => {
  it('deletes a rule, once', async () => {
    const { call } = await open();
    await call('qrcodejumpadd', RULE);
    expect(await call('qrcodejumpdelete', PREFIX)).toMatchObject({ errcode: 0 });
    expect(await call('qrcodejumpget')).toMatchObject({ rule_list: [], list_size: 0 });
    expect(await call('qrcodejumpdelete', PREFIX)).toMatchObject({ errcode: 85066 });
  });
});

describe('qrcodejumppublish', () => {
  it('publishes a rule, and uses one of the publications of the month', async () => {
    const { call } = await open();
    await call('qrcodejumpadd', RULE);
    expect(await call('qrcodejumppublish', PREFIX)).toMatchObject({ errcode: 0 });
    expect(await call('qrcodejumpget')).toMatchObject({
      rule_list: [{ state: 2 }],
      qrcodejump_open: 1,
      qrcodejump_pub_quota: 99,
    });
  });

  it('ends with the publications of the month, 886000, and begins again with the next', async () => {
    const { call, pass } = await open(worldWith({ jump: { publishQuota: 1 } }));
    await call('qrcodejumpadd', RULE);
    await call('qrcodejumppublish', PREFIX);
    expect(await call('qrcodejumppublish', PREFIX)).toMatchObject({ errcode: 886000 });
    pass(31 * DAY);
    expect(await call('qrcodejumpget')).toMatchObject({ qrcodejump_pub_quota: 1 });
    expect(await call('qrcodejumppublish', PREFIX)).toMatchObject({ errcode: 0 });
  });

  it('needs a Mini Program that was released, and a rule: 85074, 85066', async () => {
    const { call } = await open(worldWith({ online: undefined, history: [] }));
    expect(await call('qrcodejumppublish', PREFIX)).toMatchObject({ errcode: 85066 });
    await call('qrcodejumpadd', RULE);
    expect(await call('qrcodejumppublish', PREFIX)).toMatchObject({ errcode: 85074 });
  });
});

describe('the account of a person', () => {
  it.each([
    'qrcodejumpadd',
    'qrcodejumpget',
    'qrcodejumpdownload',
    'qrcodejumpdelete',
    'qrcodejumppublish',
  ] as const)('has no rules: %s is 85075', async (name) => {
    const { call } = await open(worldWith({ personal: true }));
    expect(await call(name, RULE)).toMatchObject({ errcode: 85075 });
  });
});
