import { describe, expect, test } from 'vitest';
import { endpointNames, endpoints } from '../../src/wechat/catalogue.js';
import { createWechatClient } from '../../src/wechat/client.js';
import { accountCodes } from '../../src/wechat/error-codes/account.js';
import { errorCodes, lookUpCode, type WechatAction } from '../../src/wechat/error-codes.js';
import { printedCodes } from './examples.js';
import { APP, always, clientOf, failureOf, fakeServer, oneToken } from './fake-server.js';

describe('the table', () => {
  test.each(endpointNames)('%s: every code it names is in the table, with the same meaning', (name) => {
    const own = Object.entries(endpoints[name].errors);
    expect(own.length).toBeGreaterThan(0);
    for (const [code, meaning] of own) expect(errorCodes[Number(code)]?.meaning).toBe(meaning);
  });

  test('every row says what it means and what can be done', () => {
    for (const row of Object.values(errorCodes)) {
      expect(row.meaning).not.toBe('');
      expect(row.remedy).toMatch(/^[A-Z].*\.$/);
      if (row.action === 'retryAfter' || row.action === 'notNow') expect(row.retryAfterMs).toBeGreaterThan(0);
    }
  });

  const actions: [WechatAction, number[]][] = [
    ['unknownOutcome', [-1, 89401, 9402202]],
    ['refreshToken', [40001, 40014, 42001, 42006]],
    ['retryAfter', [45011]],
    ['quota', [45009, 48006, 85085, 87013, 89405, 886000]],
    ['notNow', [61039]],
    ['alreadyDone', [85009, 85052, 85071, 85082, 89404]],
  ];

  test.each(actions)('of the calls made here, %s is asked for by exactly these codes', (action, codes) => {
    const found = Object.entries(errorCodes).filter(
      ([code, row]) => row.action === action && !Object.hasOwn(accountCodes, code),
    );
    expect(found.map(([code]) => Number(code)).sort((a, b) => a - b)).toEqual(
      [...codes].sort((a, b) => a - b),
    );
  });

  test('codes of calls that are not made here belong to no row', () => {
    const own = endpointNames.flatMap((name) => Object.keys(endpoints[name].errors));
    expect(own.filter((code) => Object.hasOwn(accountCodes, code))).toEqual([]);
  });

  test.each([61003, 61007, 48001, 48004])('%i is a permission, and names the set', (code) => {
    expect(lookUpCode(code)).toMatchObject({
      action: 'permission',
      meaning: expect.stringContaining('set 18'),
    });
  });
});

describe('every code of the documents', () => {
  const ownOf = (name: string) => {
    const row = endpointNames.find((one) => one === name);
    return row === undefined ? [] : Object.keys(endpoints[row].errors).map(Number);
  };

  test.each(printedCodes.pages)('$page: all of them belong to $row', ({ row, codes }) => {
    expect(ownOf(row)).toEqual(expect.arrayContaining(Object.keys(codes).map(Number)));
  });

  test.each(Object.entries(printedCodes.later.rows))('later pages: %s has its codes', (row, codes) => {
    expect(ownOf(row)).toEqual(expect.arrayContaining(codes));
  });

  test('codes that any call may answer are known', () => {
    expect(printedCodes.later.anyCall.filter((code) => errorCodes[code] === undefined)).toEqual([]);
  });

  test.each(printedCodes.later.ranges)('$from to $to are known', ({ from, to, unassigned }) => {
    const all = Array.from({ length: to - from + 1 }, (_, index) => from + index);
    expect(all.filter((code) => errorCodes[code] === undefined)).toEqual(unassigned);
  });
});

describe('what a caller gets', () => {
  const call = async (errcode: number | string, errmsg: string, now = 0) => {
    const { url } = await fakeServer(always(JSON.stringify({ errcode, errmsg })));
    const client = createWechatClient({ baseUrl: url, tokens: oneToken, now: () => now });
    return failureOf(client.call('submit_audit', { app: APP, params: {} }));
  };

  test('an error names the call, the app, WeChat’s text, its meaning and a remedy', async () => {
    const { url } = await fakeServer(
      always('{"errcode":85009,"errmsg":"already submit a version under auditing"}'),
    );
    const error = await clientOf(url)
      .client.call('submit_audit', { app: APP, params: {} })
      .catch((caught: Error) => caught.message);
    expect(error).toBe(
      'submit_audit of wx0123456789abcdef: a version of this Mini Program is under audit already ' +
        '(85009 already submit a version under auditing). ' +
        'Read get_latest_auditstatus: it may be ours, or somebody else submitted it.',
    );
  });

  test('a code in a string counts like a number', async () => {
    expect(await call('61007', 'api unauthorized')).toMatchObject({ code: 61007, action: 'permission' });
  });

  test('an unknown code is permanent, with the raw answer', async () => {
    expect(await call(99999, 'brand new')).toMatchObject({
      ...{ kind: 'api', code: 99999, action: 'permanent', meaning: 'unknown code 99999' },
      answer: '{"errcode":99999,"errmsg":"brand new"}',
    });
  });

  test('the privacy scan is waited for, without a new commit', async () => {
    const failure = await call(61039, '隐私接口检查任务未完成');
    expect(failure).toMatchObject({ action: 'notNow', retryAfterMs: 20_000 });
    expect(failure.remedy).toContain('Do not commit again');
  });

  test('a minute’s limit is over in a minute', async () => {
    expect(await call(45011, 'api minute-quota reach limit')).toMatchObject({ retryAfterMs: 60_000 });
  });

  test('a daily limit is over after midnight in China', async () => {
    const failure = await call(
      45009,
      'reach max api daily quota limit',
      Date.parse('2026-03-01T23:30:00+08:00'),
    );
    expect(failure).toMatchObject({ action: 'quota', retryAfterMs: 31 * 60_000 });
  });

  test('the message of an answer decides nothing', async () => {
    expect(await call(0, 'system error')).toMatchObject({ kind: 'invalidAnswer' });
    expect(await call(-1, 'ok')).toMatchObject({ kind: 'api', action: 'unknownOutcome' });
  });
});
