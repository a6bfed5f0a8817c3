import { describe, expect, it } from 'vitest';
import type { CallFaultInput } from '../../src/simulator/control/faults.js';
import { APP, HOUR, ITEM, open, post, SECOND, TOKEN, worldWith } from './helpers.js';

/** An approved version, and a fault over the next grayrelease. */
async function under(fault: Omit<CallFaultInput, 'endpoint'>, world = worldWith()) {
  const simulator = await open(world);
  await simulator.approved();
  simulator.control.addFault({ endpoint: 'grayrelease', ...fault });
  const attempt = () =>
    fetch(`${simulator.url}/wxa/grayrelease?access_token=${TOKEN}`, {
      method: 'POST',
      body: '{"gray_percentage":10}',
    });
  const applied = () => simulator.control.state(APP).gray?.percentage === 10;
  const noted = () => simulator.control.ledger().requests.at(-1);
  return { ...simulator, attempt, applied, noted };
}

describe('a fault', () => {
  it('dropBeforeApplying: the connection breaks and nothing happened', async () => {
    const { attempt, applied, noted } = await under({ kind: 'dropBeforeApplying' });
    await expect(attempt()).rejects.toThrow();
    expect(applied()).toBe(false);
    expect(noted()).toMatchObject({ fault: 'dropBeforeApplying', errcode: null, applied: false });
  });

  it('dropAfterApplying: the connection breaks, but it happened', async () => {
    const { attempt, applied, noted } = await under({ kind: 'dropAfterApplying' });
    await expect(attempt()).rejects.toThrow();
    expect(applied()).toBe(true);
    expect(noted()).toMatchObject({ fault: 'dropAfterApplying', errcode: null, applied: true });
  });

  it('systemError: -1, not applied; or applied, by switch', async () => {
    const first = await under({ kind: 'systemError' });
    expect(await (await first.attempt()).json()).toMatchObject({ errcode: -1 });
    expect(first.applied()).toBe(false);
    const second = await under(
      { kind: 'systemError' },
      worldWith({}, { switches: { systemError: 'applied' } }),
    );
    expect(await (await second.attempt()).json()).toMatchObject({ errcode: -1 });
    expect(second.applied()).toBe(true);
  });

  it('http502: a page of HTML', async () => {
    const { attempt, applied } = await under({ kind: 'http502' });
    const response = await attempt();
    expect(response.status).toBe(502);
    expect(await response.text()).toContain('<html>');
    expect(applied()).toBe(false);
  });

  it('hang: no answer, until the simulator closes', async () => {
    const { url, close, applied } = await under({ kind: 'hang' });
    const signal = AbortSignal.timeout(50);
    const init = { method: 'POST', body: '{"gray_percentage":10}', signal };
    await expect(fetch(`${url}/wxa/grayrelease?access_token=${TOKEN}`, init)).rejects.toThrow(
      /abort|timeout/i,
    );
    expect(applied()).toBe(false);
    await close();
  });

  it('slow: the right answer, later; it happened at once', async () => {
    const { attempt, applied, noted } = await under({ kind: 'slow', delayMs: 50 });
    const began = performance.now();
    expect(await (await attempt()).json()).toEqual({ errcode: 0, errmsg: 'ok' });
    expect(performance.now() - began).toBeGreaterThan(45);
    expect(applied()).toBe(true);
    expect(noted()).toMatchObject({ errcode: 0, fault: 'slow' });
  });

  it('invalidJson: half an answer', async () => {
    const { attempt, applied } = await under({ kind: 'invalidJson' });
    await expect((await attempt()).json()).rejects.toThrow();
    expect(applied()).toBe(true);
  });

  it('emptyBody: nothing', async () => {
    const { attempt, applied } = await under({ kind: 'emptyBody' });
    expect(await (await attempt()).text()).toBe('');
    expect(applied()).toBe(true);
  });

  it('tokenExpired: 42001 although the token is good', async () => {
    const { attempt, applied } = await under({ kind: 'tokenExpired' });
    expect(await (await attempt()).json()).toMatchObject({ errcode: 42001 });
    expect(applied()).toBe(false);
  });

  it.each([
    ['minuteQuota', 45011],
    ['dailyQuota', 45009],
    ['concurrent', 9402202],
  ] as const)('%s: %i, not applied', async (kind, errcode) => {
    const { attempt, applied, noted } = await under({ kind });
    expect(await (await attempt()).json()).toEqual({
      errcode,
      errmsg: expect.stringMatching(/.+ rid: [0-9a-f]{8}(-[0-9a-f]{8}){2}$/) as string,
    });
    expect(applied()).toBe(false);
    expect(noted()).toMatchObject({ fault: kind, errcode, applied: false });
  });

  it('httpStatus: any status from 400 to 599, with a page of HTML', async () => {
    const { attempt, applied } = await under({ kind: 'httpStatus', status: 504 });
    const response = await attempt();
    expect(response.status).toBe(504);
    expect(await response.text()).toContain('<h1>504 Gateway Timeout</h1>');
    expect(applied()).toBe(false);
  });

  it('errcode: any code, with any words', async () => {
    const first = await under({ kind: 'errcode', errcode: 87009, errmsg: 'what nobody has seen' });
    expect(await (await first.attempt()).json()).toMatchObject({
      errcode: 87009,
      errmsg: expect.stringMatching(/^what nobody has seen rid: /) as string,
    });
    const second = await under({ kind: 'errcode', errcode: 85015 });
    expect(await (await second.attempt()).json()).toMatchObject({ errcode: 85015 });
    expect(second.noted()).toMatchObject({ errcode: 85015 });
  });

  it('can be told whether the call takes effect', async () => {
    const { attempt, applied } = await under({ kind: 'http502', applies: true });
    expect((await attempt()).status).toBe(502);
    expect(applied()).toBe(true);
  });

  it('leaves the refusals of the call alone', async () => {
    const { attempt, call, applied } = await under({ kind: 'slow', delayMs: 0 });
    await call('release');
    expect(await (await attempt()).json()).toMatchObject({ errcode: 85080 });
    expect(applied()).toBe(false);
  });
});

describe('concurrent with landsAfterMs', () => {
  const ORDER = { endpoint: 'commit', kind: 'concurrent', landsAfterMs: 60 * SECOND } as const;

  it('breaks the connection of a commit that takes effect a minute later; until then 9402202', async () => {
    const { control, call, commit, pass, now } = await open();
    control.addFault(ORDER);
    const sentAt = now();
    await expect(commit('1.4.0')).rejects.toThrow();
    pass(59 * SECOND);
    expect((await commit('1.4.0')).errcode).toBe(9402202);
    expect((await call('getversioninfo')).exp_info).toBeUndefined();
    pass(SECOND);
    expect((await call('getversioninfo')).exp_info).toMatchObject({ exp_version: '1.4.0' });
    expect((await commit('1.4.1')).errcode).toBe(0);
    expect(control.ledger(APP).effects).toMatchObject([
      { endpoint: 'commit', version: '1.4.0', at: sentAt + 60 * SECOND },
      { endpoint: 'commit', version: '1.4.1' },
    ]);
  });

  it('lands at its time although nobody looks until much later: the scan is over by then', async () => {
    const { control, call, commit, pass } = await open();
    control.addFault(ORDER);
    await expect(commit('1.4.0')).rejects.toThrow();
    pass(HOUR);
    expect((await call('submit_audit', { item_list: [ITEM] })).errcode).toBe(0);
  });

  it('lands once, though two broke', async () => {
    const { control, commit, pass, call } = await open();
    control.addFault({ ...ORDER, times: 2 });
    await expect(commit('1.4.0')).rejects.toThrow();
    await expect(commit('1.4.1')).rejects.toThrow();
    pass(HOUR);
    expect((await call('getversioninfo')).exp_info).toMatchObject({ exp_version: '1.4.0' });
    expect(control.ledger(APP).effects).toHaveLength(1);
  });

  it('leaves other apps alone, and a commit that WeChat refuses never lands', async () => {
    const { control, call, commit, pass } = await open();
    control.addFault(ORDER);
    await expect(commit('1.4.0', { template_id: 999 })).rejects.toThrow();
    const other = { template_id: 42, ext_json: '{}', user_version: '1', user_desc: '' };
    expect((await call('commit', other, 'token-unhealthy')).errcode).toBe(0);
    pass(HOUR);
    expect((await call('getversioninfo')).exp_info).toBeUndefined();
  });
});

describe('the limits of a world', () => {
  const LIMITED = worldWith({}, { limits: { get_page: { perMinute: 2, perDay: 3 } } });

  it('are 45011 in the minute and 45009 on the day, of each app for itself', async () => {
    const { call, commit, pass } = await open(LIMITED);
    await commit();
    const errcodes = async (times: number) => {
      const answers = [];
      for (let time = 0; time < times; time++) answers.push((await call('get_page')).errcode);
      return answers;
    };
    expect(await errcodes(3)).toEqual([0, 0, 45011]);
    pass(60 * SECOND);
    expect(await errcodes(2)).toEqual([0, 45009]);
    expect((await call('get_page', {}, 'token-unhealthy')).errcode).toBe(86001);
    // The day of China's calendar begins at 16:00 UTC.
    pass(14 * HOUR);
    expect(await errcodes(1)).toEqual([0]);
  });

  it('begin anew after clear_quota', async () => {
    const { call, commit } = await open(LIMITED);
    await commit();
    await call('get_page');
    await call('get_page');
    expect((await call('get_page')).errcode).toBe(45011);
    expect((await call('clear_quota', { appid: APP })).errcode).toBe(0);
    expect((await call('get_page')).errcode).toBe(0);
  });
});

describe('a fault by chance', () => {
  const CHANCE = { endpoint: 'queryquota', kind: 'systemError', probability: 0.3 } as const;

  /** Which of a hundred calls it struck. */
  async function struck(fault: CallFaultInput) {
    const { call, control } = await open();
    const [ordered] = control.addFault(fault);
    const hits: number[] = [];
    for (let index = 0; index < 100; index++) if ((await call('queryquota')).errcode !== 0) hits.push(index);
    return { hits, ordered, left: control.faults() };
  }

  it('strikes the same calls for the same seed, about as often as it says', async () => {
    const [first, second] = [await struck({ ...CHANCE, seed: 7 }), await struck({ ...CHANCE, seed: 7 })];
    expect(first.hits).toEqual(second.hits);
    expect(first.hits.length).toBeGreaterThan(15);
    expect(first.hits.length).toBeLessThan(45);
    expect((await struck({ ...CHANCE, seed: 8 })).hits).not.toEqual(first.hits);
  });

  it('stays on order, tells its seed and how often it was tried', async () => {
    const { ordered, left } = await struck(CHANCE);
    expect(ordered).toMatchObject({ times: 'always', probability: 0.3, draws: 0 });
    const seed = ordered !== undefined && 'seed' in ordered ? ordered.seed : undefined;
    expect(seed).toBeTypeOf('number');
    expect(left).toMatchObject([{ times: 'always', seed, draws: 100 }]);
  });

  it('ends after as many strikes as it may have', async () => {
    const { hits, left } = await struck({ ...CHANCE, seed: 7, times: 3 });
    expect(hits).toHaveLength(3);
    expect(left).toEqual([]);
  });

  it('lets the next one on order have the calls that it spares', async () => {
    const { call, control } = await open();
    control.addFault({ ...CHANCE, probability: 0.5, seed: 1 });
    control.addFault({ endpoint: 'queryquota', kind: 'tokenExpired', times: 'always' });
    const answers = new Set<number>();
    for (let index = 0; index < 20; index++) answers.add((await call('queryquota')).errcode);
    expect(answers).toEqual(new Set([-1, 42001]));
  });
});

describe('faults on order', () => {
  it('are used up one after the other, as often as they say, by endpoint and app', async () => {
    const { call, control } = await open();
    control.addFault({ endpoint: 'queryquota', kind: 'tokenExpired', times: 2 });
    control.addFault({ endpoint: '*', app: APP, kind: 'systemError' });
    expect((await call('get_category')).errcode).toBe(-1);
    expect((await call('queryquota', {}, 'token-unhealthy')).errcode).toBe(42001);
    expect((await call('queryquota')).errcode).toBe(42001);
    expect((await call('queryquota')).errcode).toBe(0);
    expect(control.faults()).toEqual([]);
  });

  it('stay for ever when they are for always', async () => {
    const { call, control } = await open();
    control.addFault({ endpoint: '*', kind: 'minuteQuota', times: 'always' });
    for (let index = 0; index < 5; index++) expect((await call('queryquota')).errcode).toBe(45011);
    control.clearFaults();
    expect((await call('queryquota')).errcode).toBe(0);
  });

  it.each([
    [{ endpoint: 'release', kind: 'errcode' }, /^errcode: write a whole number other than 0/],
    [{ endpoint: 'release', kind: 'httpStatus', status: 200 }, /^status: write a whole number from 400/],
    [
      { endpoint: 'release', kind: 'hang', status: 500 },
      /^status: belongs to the kind httpStatus; this is hang/,
    ],
    [{ endpoint: 'release', kind: 'concurrent', landsAfterMs: 1 }, /^landsAfterMs: belongs to the kind/],
    [{ endpoint: 'release', kind: 'hang', times: 0 }, /^times: write a whole number, 1 or more, or "always"/],
    [
      { endpoint: 'release', kind: 'hang', probability: 2 },
      /^probability: write a number above 0, at most 1/,
    ],
    [{ endpoint: 'release', kind: 'hang', seed: -1 }, /^seed: write a whole number from 0/],
    [{ endpoint: 'release', kind: 'lost' }, /^kind: write one of dropBeforeApplying/],
    [{ endpoint: 'push', kind: 'hang' }, /^kind: a push can be lost, duplicated, late/],
    [{ endpoint: 'push', kind: 'lost', applies: true }, /^applies: unknown field/],
  ])('are refused as %j', async (fault, error) => {
    const { url } = await open();
    const { status, body } = await post(url, 'faults', fault);
    expect(status).toBe(400);
    expect(body.error).toMatch(error);
  });

  it('disturb Prometheus too', async () => {
    const { url, control } = await open();
    const statuses = [];
    for (const kind of ['minuteQuota', 'http502', 'errcode'] as const) {
      control.addFault({ endpoint: 'query', kind, ...(kind === 'errcode' && { errcode: 5 }) });
      statuses.push((await fetch(`${url}/api/v1/query?query=a`)).status);
    }
    expect(statuses).toEqual([503, 502, 503]);
  });

  it('tell get_history_version from revertcoderelease, though they share a path', async () => {
    const { call, control } = await open();
    control.addFault({ endpoint: 'revertcoderelease', kind: 'systemError' });
    expect((await call('get_history_version')).errcode).toBe(0);
    expect((await call('revertcoderelease')).errcode).toBe(-1);
  });

  it('are ordered, listed and cancelled over HTTP', async () => {
    const { url, call } = await open();
    const fault = { endpoint: 'release', kind: 'hang', times: 3, delayMs: 1000 };
    expect(await post(url, 'faults', { endpoint: 'release', kind: 'hang', times: 3 })).toMatchObject({
      status: 200,
    });
    expect((await post(url, 'faults', null, 'GET')).body).toEqual({ faults: [fault] });
    expect((await post(url, 'faults', null, 'DELETE')).body).toEqual({ faults: [] });
    expect((await call('release')).errcode).toBe(85019);
  });
});
