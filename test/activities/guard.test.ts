/** The guard: it watches health and the staged release, and returns only when something must be decided. */
import { beforeEach, describe, expect, it } from 'vitest';
import { fakeServer } from '../wechat/fake-server.js';
import { Attempts, pass, stopClock } from './support/attempts.js';
import { answers } from './support/fake-effect.js';
import { givenStaged, metric } from './support/guarded.js';
import { APP, givenWechat, type Simulated } from './support/simulated.js';

type GuardInput = Parameters<Simulated['activities']['guard']>[0];

let wechat: Simulated;
beforeEach(async () => {
  stopClock();
  wechat = await givenWechat();
});
const guard = (input: GuardInput) => new Attempts(() => wechat.activities.guard(input));
/** What Prometheus says from now on. */
const measured = (value: number) =>
  wechat.simulator.control.metrics({ app: APP, name: 'js_error_rate', version: '1.4.0', value });
const press = (action: 'pause' | 'resume' | 'delete') =>
  wechat.simulator.control.console({ app: APP, action });
const plansRead = () => wechat.requests('getgrayreleaseplan');

describe('a healthy stage', () => {
  it('is watched on and on: measured once per interval, with nothing to decide', async () => {
    const watching = guard(await givenStaged(wechat));
    for (let turn = 0; turn < 20; turn++) await watching.delay();
    expect(new Set(watching.delays)).toEqual(new Set([5_000]));
    // Each measurement asks twice: for the value and for how many samples it is made of.
    expect(wechat.requests('query')).toBe(40);
  });

  it('says what it saw last', async () => {
    const ended = await guard(await givenStaged(wechat)).next();
    expect(ended).toMatchObject({ again: { why: 'js-error-rate: 0.002 is ≤ 0.01' } });
  });

  it('is measured first when the initial delay is over', async () => {
    const watching = guard(await givenStaged(wechat, 1, [metric({ initialDelayMs: 90_000 })]));
    expect(await watching.delay()).toBe(90_000);
    expect(wechat.requests('query')).toBe(0);
    expect(await watching.delay()).toBe(5_000);
    expect(wechat.requests('query')).toBe(2);
  });

  it('has each metric measured in its own interval', async () => {
    const slow = metric({ name: 'slow', intervalMs: 60_000 });
    const watching = guard(await givenStaged(wechat, 1, [metric(), slow]));
    for (let turn = 0; turn < 12; turn++) await watching.delay();
    expect(wechat.requests('query')).toBe(2 * (12 + 1));
  });

  it('has its staged release looked at first, and then every two minutes', async () => {
    const input = await givenStaged(wechat);
    const before = plansRead();
    const watching = guard(input);
    await watching.delay();
    expect(plansRead() - before).toBe(1);
    for (let turn = 0; turn < 24; turn++) await watching.delay();
    expect(plansRead() - before).toBe(2);
  });

  it('is not asked for without a pause, even by a plan that nobody checked', async () => {
    const watching = guard(await givenStaged(wechat, 1, [metric({ intervalMs: 0 })]));
    expect([await watching.delay(), await watching.delay()]).toEqual([100, 100]);
  });

  it('without metrics is looked at every two minutes', async () => {
    const watching = guard(await givenStaged(wechat, 1, []));
    expect([await watching.delay(), await watching.delay()]).toEqual([120_000, 120_000]);
  });
});

describe('a stage whose health fails', () => {
  it('is told when failures are more than the limit, with the numbers that decided', async () => {
    const input = await givenStaged(wechat, 1, [metric({ failureLimit: 2 })]);
    measured(0.5);
    const watching = guard(input);
    await watching.delay();
    await watching.delay();
    expect(await watching.next()).toMatchObject({
      result: {
        decisions: [
          {
            metric: 'js-error-rate',
            action: 'revert',
            message: 'js-error-rate: 0.5 > max 0.01 (3 failures, limit 2)',
          },
        ],
        counters: { 'js-error-rate': { failures: 3 } },
      },
    });
  });

  it('has its counts carried by heartbeat, whatever happens to the process', async () => {
    const input = await givenStaged(wechat, 1, [metric({ failureLimit: 1 })]);
    measured(0.5);
    const watching = guard(input);
    await watching.delay();
    expect(watching.heartbeats.at(-1)).toMatchObject({ counters: { 'js-error-rate': { failures: 1 } } });
    const started = wechat.requests('query');
    await watching.dies(Promise.resolve());
    expect(await watching.result()).toMatchObject({ counters: { 'js-error-rate': { failures: 2 } } });
    expect(wechat.requests('query') - started).toBeLessThanOrEqual(4);
  });

  it('goes on from the counts it was begun with', async () => {
    const input = await givenStaged(wechat, 1, [metric({ failureLimit: 2 })]);
    measured(0.5);
    const counts = { failures: 2, inconclusive: 0, consecutiveErrors: 0, last: null };
    expect(await guard({ ...input, counters: { 'js-error-rate': counts } }).next()).toMatchObject({
      result: { decisions: [{ action: 'revert' }] },
    });
  });

  it('that was acted on already counts again only to take users back', async () => {
    const patient = metric({ onFailure: 'pause', intervalMs: 5_000 });
    const input = await givenStaged(wechat, 1, [patient]);
    measured(0.5);
    const acted = guard({ ...input, acted: [patient.name] });
    for (let turn = 0; turn < 5; turn++) await acted.delay();
    const back = guard({ ...input, metrics: [metric()], acted: [patient.name] });
    expect(await back.next()).toMatchObject({ result: { decisions: [{ action: 'revert' }] } });
  });
});

describe('a provider that is down', () => {
  it('pauses after more errors in a row than allowed, and is never a pass', async () => {
    const input = await givenStaged(wechat, 1, [metric({ consecutiveErrorLimit: 2 })]);
    wechat.simulator.control.addFault({ endpoint: 'query', kind: 'http502', times: 3 });
    const watching = guard(input);
    await watching.delay();
    await watching.delay();
    expect(await watching.next()).toMatchObject({
      result: { decisions: [{ action: 'pause', verdict: 'error', message: expect.stringContaining('502') }] },
    });
  });

  it('for less than that is forgotten once it answers again', async () => {
    const input = await givenStaged(wechat, 1, [metric({ consecutiveErrorLimit: 2 })]);
    wechat.simulator.control.addFault({ endpoint: 'query', kind: 'http502', times: 2 });
    const watching = guard(input);
    for (let turn = 0; turn < 6; turn++) await watching.delay();
    expect(watching.heartbeats.at(-1)).toMatchObject({
      counters: { 'js-error-rate': { consecutiveErrors: 0 } },
    });
  });
});

describe('a button pressed in the console', () => {
  it('is told within two minutes', async () => {
    const watching = guard(await givenStaged(wechat));
    await watching.delay();
    press('pause');
    const since = Date.now();
    expect(await watching.result()).toMatchObject({
      decisions: [],
      observed: { kind: 'paused', text: expect.stringContaining('paused the staged release at 1 %') },
    });
    expect(Date.now() - since).toBeLessThanOrEqual(120_000);
  });

  it('is told once; then the staged release is looked at every 15 seconds until it is put right', async () => {
    const input = await givenStaged(wechat, 1, []);
    press('pause');
    const watching = guard({ ...input, observed: 'paused' });
    expect([await watching.delay(), await watching.delay()]).toEqual([15_000, 15_000]);
    press('resume');
    expect(await watching.next()).toMatchObject({ result: { observed: { kind: 'ours' } } });
  });

  it('and health that fails at the same moment are told together', async () => {
    const input = await givenStaged(wechat);
    measured(0.5);
    press('pause');
    expect(await guard(input).next()).toMatchObject({
      result: { decisions: [{ action: 'revert' }], observed: { kind: 'paused' } },
    });
  });
});

describe('a WeChat that cannot be read', () => {
  const broken = (times: number) =>
    wechat.simulator.control.addFault({ endpoint: 'getgrayreleaseplan', kind: 'systemError', times });

  it('is told after five readings, 15 seconds apart, while health is measured on', async () => {
    const input = await givenStaged(wechat);
    broken(5);
    const since = Date.now();
    const watching = guard(input);
    expect(await watching.result()).toMatchObject({
      decisions: [],
      observed: { kind: 'unreadable', text: expect.stringContaining('WeChat cannot be read') },
    });
    expect(Date.now() - since).toBe(60_000);
    expect(wechat.requests('query')).toBeGreaterThanOrEqual(24);
  });

  it('for less than that is no news, and the count begins anew', async () => {
    const input = await givenStaged(wechat, 1, []);
    broken(4);
    const watching = guard(input);
    for (let turn = 0; turn < 5; turn++) await watching.delay();
    expect(watching.delays).toEqual([15_000, 15_000, 15_000, 15_000, 120_000]);
    expect(watching.heartbeats.at(-1)).toMatchObject({ unreadable: 0 });
  });

  it('for want of a token is told at once, with what to do and without the token', async () => {
    const input = await givenStaged(wechat);
    wechat.simulator.control.addFault({ endpoint: 'getgrayreleaseplan', kind: 'tokenExpired', times: 9 });
    const ended = await guard(input).next();
    expect(ended).toMatchObject({
      result: { observed: { kind: 'unreadable', text: expect.stringContaining('authorizer_access_token') } },
    });
    expect(JSON.stringify(ended)).not.toContain('must-never-be-seen');
  });

  it('because of too many calls is asked again only as WeChat told', async () => {
    const input = await givenStaged(wechat, 1, []);
    wechat.instead.getgrayreleaseplan = answers(45011);
    const watching = guard(input);
    expect([await watching.delay(), await watching.delay()]).toEqual([60_000, 60_000]);
  });

  it('until tomorrow, for its daily limit is used up, is told; someone may raise it sooner', async () => {
    const input = await givenStaged(wechat, 1, []);
    wechat.instead.getgrayreleaseplan = answers(45009);
    expect(await guard(input).next()).toMatchObject({ result: { observed: { kind: 'unreadable' } } });
    expect(await guard({ ...input, observed: 'unreadable' }).delay()).toBe(120_000);
  });

  it('costs no news twice: known as unreadable it is watched on', async () => {
    const input = await givenStaged(wechat, 1, []);
    broken(20);
    const watching = guard({ ...input, observed: 'unreadable' });
    for (let turn = 0; turn < 12; turn++) await watching.delay();
    pass(1);
    expect(new Set(watching.delays)).toEqual(new Set([15_000]));
  });
});

describe('a stage watched by a web service', () => {
  it('fails by its value, and its rubbish is an error with a budget of its own', async () => {
    let answer = '{"data":{"rate":0.001,"launches":500}}';
    const service = await fakeServer((response) => response.end(answer));
    const watched = metric({
      provider: { kind: 'web', address: service.url, query: { v: '{{version}}' }, jsonPath: 'data.rate' },
      minSamples: { jsonPath: 'data.launches', atLeast: 100 },
      consecutiveErrorLimit: 2,
      failureLimit: 0,
    });
    const watching = guard(await givenStaged(wechat, 1, [watched]));
    await watching.delay();
    expect(watching.heartbeats.at(-1)).toMatchObject({
      counters: { 'js-error-rate': { last: { verdict: 'pass', message: 'js-error-rate: 0.001 is ≤ 0.01' } } },
    });
    answer = '<html>';
    await watching.delay();
    await watching.delay();
    const host = new URL(service.url).host;
    expect(watching.heartbeats.at(-1)).toMatchObject({
      counters: {
        'js-error-rate': {
          failures: 0,
          consecutiveErrors: 2,
          last: { message: `js-error-rate: web at ${host}/ answered HTML or XML, and no JSON` },
        },
      },
    });
    answer = '{"data":{"rate":0.5,"launches":500}}';
    expect(await watching.next()).toMatchObject({
      result: { decisions: [{ action: 'revert', verdict: 'fail' }] },
    });
    expect(service.seen[0]?.query).toEqual({ v: '1.4.0' });
  });
});
