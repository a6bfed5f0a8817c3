import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { endpoints } from '../../src/wechat/catalogue.js';
import { JSERR_LIMIT_MAX } from '../../src/wechat/endpoints/health.js';
import { APP, DAY, HOUR, open, worldWith } from './helpers.js';

/** Midnight in China, so that a day of the test is a day of the answer. */
const MIDNIGHT = Date.parse('2026-03-10T00:00:00+08:00');
const PAY = { message: 'TypeError: pay is not a function', stack: 'at pages/cart/cart' };

const world = worldWith({
  traffic: { users: 1_000, launches: 10_000 },
  jsErrors: [
    { version: '1.3.0', rate: 0.01, ...PAY },
    { version: '1.4.0', rate: 0.02, ...PAY },
    { version: '1.4.0', from: 10, rate: 0.08, userRate: 0.04, type: 2, message: 'Error: plugin' },
  ],
});

interface Row {
  errorMsg: string;
  pv: number;
  uv: number;
  pvPercent: string;
  uvPercent: string;
}

const ASK = {
  appVersion: '0',
  errType: '0',
  startTime: '2026-03-10',
  endTime: '2026-03-10',
  keyword: '',
  openid: '',
  orderby: 'uv',
  desc: '1',
  offset: 0,
  limit: 30,
};

/** A day of 1.3.0 alone, then half a day with 1.4.0 at 10 %. */
async function dayAndAHalf(of = world) {
  const simulator = await open(of, MIDNIGHT);
  await simulator.commit();
  simulator.pass(DAY);
  await simulator.call('submit_audit', {});
  simulator.pass(2_000);
  await simulator.gray(10);
  simulator.pass(DAY / 2 - 2_000);
  const ask = async (change: object = {}) => {
    const answer = await simulator.call('jserr_list', { ...ASK, ...change });
    expect(answer.errcode).toBe(0);
    const { data } = endpoints.jserr_list.response.parse(answer);
    expect(answer).toMatchObject({ success: true });
    return { answer, data: answer.data as Row[], read: data };
  };
  return { ...simulator, ask };
}

describe('jserr_list', () => {
  it('counts by launches, users and the share that was served', async () => {
    const { ask } = await dayAndAHalf();
    const { answer, data } = await ask();
    expect(answer).toMatchObject({ totalCount: 1, openid: '' });
    expect(data).toEqual([
      {
        errorMsgMd5: createHash('md5').update(PAY.message).digest('hex'),
        errorMsg: PAY.message,
        uv: 10,
        pv: 100,
        errorStackMd5: createHash('md5').update(PAY.stack).digest('hex'),
        errorStack: PAY.stack,
        pvPercent: '100.00',
        uvPercent: '100.00',
      },
    ]);
  });

  it('tells one version from the other, by user_version', async () => {
    const { ask } = await dayAndAHalf();
    const today = { startTime: '2026-03-11', endTime: '2026-03-11' };
    const counts = async (appVersion: string) =>
      (await ask({ ...today, appVersion })).data.map(({ errorMsg, pv, uv }) => [errorMsg, pv, uv]);
    // Half a day: 90 % of 5000 launches and 500 users with 1.3.0, 10 % with 1.4.0.
    expect(await counts('1.3.0')).toEqual([[PAY.message, 45, 5]]);
    expect(await counts('1.4.0')).toEqual([
      ['Error: plugin', 40, 2],
      [PAY.message, 10, 1],
    ]);
    expect(await counts('9.9.9')).toEqual([]);
    // The same error of two versions is one error.
    expect((await ask(today)).data.map(({ pv }) => pv)).toEqual([55, 40]);
  });

  it('covers whole days, the last of them as far as it has gone, and none to come', async () => {
    const { ask, pass } = await dayAndAHalf();
    const pv = async (startTime: string, endTime: string) =>
      (await ask({ startTime, endTime, appVersion: '1.3.0' })).data[0]?.pv;
    expect(await pv('2026-03-10', '2026-03-11')).toBe(145);
    expect(await pv('2026-03-09', '2026-03-10')).toBe(200);
    expect(await pv('2026-03-11', '2026-03-20')).toBe(45);
    expect(await pv('2026-03-12', '2026-03-20')).toBeUndefined();
    pass(6 * HOUR);
    expect(await pv('2026-03-11', '2026-03-11')).toBe(68);
  });

  it('counts users of the worst day, since many come again', async () => {
    const { ask } = await dayAndAHalf();
    const { data } = await ask({ startTime: '2026-03-01', appVersion: '1.3.0' });
    expect(data).toMatchObject([{ uv: 10, pv: 1_000 }]);
  });

  it('filters by kind and keyword, orders, and answers in pages', async () => {
    const { ask } = await dayAndAHalf();
    const today = { startTime: '2026-03-11', endTime: '2026-03-11', appVersion: '1.4.0' };
    const messages = async (change: object) =>
      (await ask({ ...today, ...change })).data.map(({ errorMsg }) => errorMsg);
    expect(await messages({ errType: '2' })).toEqual(['Error: plugin']);
    expect(await messages({ errType: 3 })).toEqual([]);
    expect(await messages({ keyword: 'pay' })).toEqual([PAY.message]);
    expect(await messages({ orderby: 'pv', desc: '1' })).toEqual(['Error: plugin', PAY.message]);
    expect(await messages({ orderby: 'pv', desc: '2' })).toEqual([PAY.message, 'Error: plugin']);
    expect(await messages({ offset: '1', limit: '1' })).toEqual([PAY.message]);
    expect((await ask({ ...today, limit: 1 })).answer.totalCount).toBe(2);
    expect(await messages({ openid: 'o-nobody' })).toEqual([]);
  });

  it('says what share of all errors each is, or of all launches and users by switch', async () => {
    const today = { startTime: '2026-03-11', endTime: '2026-03-11', appVersion: '1.4.0' };
    const percents = async (of: typeof world) =>
      (await (await dayAndAHalf(of)).ask(today)).data.map(({ pvPercent }) => pvPercent);
    expect(await percents(world)).toEqual(['80.00', '20.00']);
    expect(await percents({ ...world, switches: { errorPercentOf: 'traffic' } })).toEqual(['8.00', '2.00']);
  });

  it('has nothing of a closed Mini Program', async () => {
    const { call, ask, pass } = await dayAndAHalf();
    await call('change_visitstatus', { action: 'close' });
    const before = (await ask({ endTime: '2026-03-11' })).data;
    pass(DAY / 4);
    expect((await ask({ endTime: '2026-03-11' })).data).toEqual(before);
  });

  it.each([
    ['a day that is none', { startTime: '2026-02-30x' }, 40097],
    ['an end before the start', { endTime: '2026-03-01' }, 40097],
    ['another order', { orderby: 'name' }, 40097],
    ['a kind that does not exist', { errType: '4' }, 40097],
    ['more at once than the catalogue allows', { limit: JSERR_LIMIT_MAX + 1 }, 40097],
    ['a keyword of another kind', { keyword: {} }, 47001],
  ])('refuses %s', async (_what, change, errcode) => {
    const { call } = await open(world, MIDNIGHT);
    expect(await call('jserr_list', { ...ASK, ...change })).toMatchObject({ errcode });
  });

  it('takes what is absent, null or empty as clients mean it: all versions, today', async () => {
    const { call, pass } = await open(world, MIDNIGHT);
    pass(DAY / 2);
    const nulls = { appVersion: '', errType: null, keyword: null, orderby: '', desc: '', limit: '' };
    for (const params of [{}, nulls]) {
      const { data } = await call('jserr_list', params);
      expect(data).toMatchObject([{ pv: 50 }]);
    }
  });
});

describe('errors and metrics', () => {
  /** The value of each series by version. */
  async function series(url: string, name: string) {
    const response = await fetch(`${url}/api/v1/query?query=${name}`);
    const { data } = (await response.json()) as {
      data: { result: { metric: { version: string }; value: [number, string] }[] };
    };
    return Object.fromEntries(data.result.map(({ metric, value }) => [metric.version, Number(value[1])]));
  }

  it('are two views of the same: js_error_rate is the sum of the errors, launches the traffic', async () => {
    const { url } = await dayAndAHalf();
    expect(await series(url, 'js_error_rate')).toEqual({ '1.3.0': 0.01, '1.4.0': 0.1 });
    expect(await series(url, 'launches')).toEqual({ '1.3.0': 9_000, '1.4.0': 1_000 });
  });

  it('come from js_error_rate alone when the world names no error', async () => {
    const metrics = { js_error_rate: [{ version: '1.3.0', value: 0.05 }] };
    const { call, pass } = await open(worldWith({ metrics }), MIDNIGHT);
    pass(HOUR * 12);
    expect(await call('jserr_list', ASK)).toMatchObject({ totalCount: 1, data: [{ pv: 1_000, uv: 250 }] });
  });

  it('follow a js_error_rate that is changed at run time', async () => {
    const { control, ask } = await dayAndAHalf();
    control.metrics({ app: APP, name: 'js_error_rate', version: '1.4.0', value: 0.2, from: 10 });
    const { data } = await ask({ startTime: '2026-03-11', endTime: '2026-03-11', appVersion: '1.4.0' });
    expect(data.map(({ pv }) => pv)).toEqual([80, 20]);
    control.metrics({ app: APP, name: 'js_error_rate', version: '1.4.0', value: 'NaN', from: 10 });
    expect((await ask({ startTime: '2026-03-11', endTime: '2026-03-11', appVersion: '1.4.0' })).data).toEqual(
      [],
    );
  });
});
