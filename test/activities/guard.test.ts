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
/** Counts with so many failures. */
const failed = (failures: number) => ({
  'js-error-rate': { failures, inconclusive: 0, consecutiveErrors: 0, last: null },
});

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
    expect(await guard({ ...input, counters: failed(2) }).next()).toMatchObject({
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
    const few = metric({ minSamples: { query: 'no_such_metric', atLeast: 1 }, inconclusiveLimit: 1 });
    const watching = guard(await givenStaged(wechat, 1, [few]));
    await watching.delay();
    expect(watching.heartbeats.at(-1)).toMatchObject({ counters: { 'js-error-rate': { inconclusive: 1 } } });
    const started = wechat.requests('query');
    await watching.dies(Promise.resolve());
    expect(await watching.result()).toMatchObject({ counters: { 'js-error-rate': { inconclusive: 2 } } });
    expect(wechat.requests('query') - started).toBeLessThanOrEqual(4);
  });

  it('tells each failure, so that a count outlives the guard, until it is acted on', async () => {
    const input = await givenStaged(wechat, 1, [metric({ failureLimit: 5, onFailure: 'notify' })]);
    measured(0.5);
    expect(await guard({ ...input, counters: failed(2) }).next()).toMatchObject({
      result: { decisions: [], counters: { 'js-error-rate': { failures: 3 } } },
    });
    const acted = ['js-error-rate (told)'];
    for (const known of [
      { counters: failed(5), acted },
      { counters: failed(9), acted: ['js-error-rate'] },
    ])
      await guard({ ...input, ...known }).delay();
  });

  it('is told at once, while another metric and WeChat are still being asked', async () => {
    const service = await fakeServer(() => undefined);
    const slow = metric({
      name: 'slow',
      provider: { kind: 'web', address: service.url, jsonPath: 'rate' },
    });
    const input = await givenStaged(wechat, 1, [slow, metric()]);
    measured(0.5);
    wechat.simulator.control.addFault({ endpoint: 'getgrayreleaseplan', kind: 'hang' });
    const since = process.hrtime.bigint();
    expect(await guard(input).next()).toMatchObject({
      result: { decisions: [{ metric: 'js-error-rate', action: 'revert' }], observed: null },
    });
    expect(Number(process.hrtime.bigint() - since) / 1e6).toBeLessThan(1_900);
    expect(service.seen).toHaveLength(1);
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

  it('that was only told pauses when its provider goes down too', async () => {
    const input = await givenStaged(wechat, 1, [metric({ onFailure: 'notify', consecutiveErrorLimit: 0 })]);
    wechat.simulator.control.addFault({ endpoint: 'query', kind: 'http502', times: 1 });
    const known = { counters: failed(1), acted: ['js-error-rate (told)'] };
    expect(await guard({ ...input, ...known }).next()).toMatchObject({
      result: { decisions: [{ action: 'pause', verdict: 'error' }] },
    });
  });
});

describe('a dry run', () => {
  it('is measured and shown, and decides nothing however bad it is', async () => {
    const dry = metric({ name: 'dry', dryRun: true });
    const watching = guard(await givenStaged(wechat, 1, [dry]));
    measured(0.5);
    for (let turn = 0; turn < 5; turn++) await watching.delay();
    expect(watching.heartbeats.at(-1)).toMatchObject({
      counters: { dry: { failures: 5, last: { message: 'dry: 0.5 > max 0.01' } } },
    });
  });
});

describe('a metric with a count', () => {
  it('is measured so many times; that it is done is told', async () => {
    const input = await givenStaged(wechat, 1, [metric({ count: 3 })]);
    const watching = guard(input);
    await watching.delay();
    await watching.delay();
    const ended = await watching.next();
    expect(ended).toMatchObject({ result: { counters: { 'js-error-rate': { measurements: 3 } } } });
    const asked = wechat.requests('query');
    const counters = 'result' in ended ? ended.result.counters : {};
    expect(await guard({ ...input, counters }).delay()).toBe(120_000);
    expect(wechat.requests('query')).toBe(asked);
  });

  it('does not count what the provider did not answer', async () => {
    const watching = guard(await givenStaged(wechat, 1, [metric({ count: 2 })]));
    wechat.simulator.control.addFault({ endpoint: 'query', kind: 'http502', times: 2 });
    for (let turn = 0; turn < 3; turn++) await watching.delay();
    expect(await watching.next()).toMatchObject({
      result: { decisions: [], counters: { 'js-error-rate': { measurements: 2 } } },
    });
  });

  it('taken without enough passes in a row is inconclusive, and does as the plan says', async () => {
    const input = await givenStaged(wechat, 1, [
      metric({ count: 3, consecutiveSuccessLimit: 2, failureLimit: 2, onInconclusive: 'revert' }),
    ]);
    const counters = { 'js-error-rate': { ...failed(0)['js-error-rate'], measurements: 2 } };
    measured(0.5);
    expect(await guard({ ...input, counters }).next()).toMatchObject({
      result: {
        decisions: [
          {
            action: 'revert',
            verdict: 'inconclusive',
            message: 'js-error-rate: 0.5 > max 0.01 (3 measurements, and not 2 passes in a row at their end)',
          },
        ],
      },
    });
  });
});

describe('passes in a row', () => {
  it('are told when they are enough, and when they break', async () => {
    const input = await givenStaged(wechat, 1, [metric({ consecutiveSuccessLimit: 2, failureLimit: 9 })]);
    const watching = guard(input);
    await watching.delay();
    const steady = await watching.next();
    expect(steady).toMatchObject({
      result: { decisions: [], counters: { 'js-error-rate': { consecutiveSuccesses: 2 } } },
    });
    pass(5_000);
    const counters = 'result' in steady ? steady.result.counters : {};
    const next = guard({ ...input, counters });
    await next.delay();
    wechat.simulator.control.addFault({ endpoint: 'query', kind: 'http502', times: 1 });
    expect(await next.next()).toMatchObject({
      result: { decisions: [], counters: { 'js-error-rate': { consecutiveSuccesses: 0 } } },
    });
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

describe('a guard that a worker of 0.1 began', () => {
  it('is gone on with as it would have been then', async () => {
    const known = ['name', 'provider', 'intervalMs', 'initialDelayMs', 'thresholdRange', 'failureLimit'];
    const older = [...known, 'inconclusiveLimit', 'consecutiveErrorLimit', 'from', 'onFailure'];
    const old = Object.fromEntries(Object.entries(metric()).filter(([field]) => older.includes(field)));
    const input = await givenStaged(wechat);
    wechat.simulator.control.addFault({ endpoint: 'query', kind: 'http502', times: 'always' });
    const metrics = [{ ...old, consecutiveErrorLimit: 0 } as unknown as (typeof input.metrics)[number]];
    expect(await guard({ ...input, metrics }).next()).toMatchObject({
      result: { decisions: [{ action: 'pause', verdict: 'error' }] },
    });
  });

  it.each([
    [1, null],
    [0, 1],
  ])('at %i %%, with one percentage pending or none (%s), sees its own', async (percentage, pending) => {
    const input = await givenStaged(wechat);
    const old = { ...input, percentage, pending: pending as unknown as number[] };
    expect(await guard(old).next()).toHaveProperty('again');
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

  it('that is followed by another of the same kind is told again', async () => {
    const input = await givenStaged(wechat, 1, []);
    press('pause');
    const known = { observed: 'paused' as const, observedText: 'someone paused something else' };
    expect(await guard({ ...input, ...known }).next()).toMatchObject({
      result: { observed: { kind: 'paused', text: expect.stringContaining('at 1 %') } },
    });
    // Releases begun before the text was kept know the kind only.
    expect(await guard({ ...input, observed: 'paused' }).delay()).toBe(15_000);
  });
});

describe('before the first stage', () => {
  const untouched = async () => {
    const input = await givenStaged(wechat, 1, []);
    const { baselineOnlineSec, auditId } = input;
    const before = {
      ...{ onlineSec: baselineOnlineSec, grayCreatedSec: input.createdSec ?? 0, auditId },
      ...{ trial: null, approved: true },
    };
    return { ...input, expect: 'untouched' as const, before };
  };

  it('WeChat is looked at every five minutes less ten seconds, and not at once', async () => {
    const watching = guard(await untouched());
    const before = plansRead();
    expect(await watching.delay()).toBe(290_000);
    expect(plansRead() - before).toBe(0);
    expect(await watching.delay()).toBe(290_000);
    expect(plansRead() - before).toBe(1);
  });

  it('what someone else did is told within five minutes, and then looked at every 15 seconds', async () => {
    const input = await untouched();
    const stale = { ...input, before: { ...input.before, onlineSec: 1 } };
    const watching = guard(stale);
    const since = Date.now();
    expect(await watching.result()).toMatchObject({ observed: { kind: 'otherVersion' } });
    expect(Date.now() - since).toBeLessThanOrEqual(300_000);
    expect(await guard({ ...stale, observed: 'otherVersion' }).delay()).toBe(15_000);
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
