/** The confirmation before each step up: a fresh measurement of every active metric, and the plan is still ours. */
import { beforeEach, describe, expect, it } from 'vitest';
import { Attempts, stopClock } from './support/attempts.js';
import { answers } from './support/fake-effect.js';
import { givenStaged, metric } from './support/guarded.js';
import { APP, givenWechat, type Simulated } from './support/simulated.js';

type ConfirmInput = Parameters<Simulated['activities']['confirm']>[0];

let wechat: Simulated;
beforeEach(async () => {
  stopClock();
  wechat = await givenWechat();
});
const confirm = (input: ConfirmInput) => new Attempts(() => wechat.activities.confirm(input));
const measured = (value: number) =>
  wechat.simulator.control.metrics({ app: APP, name: 'js_error_rate', version: '1.4.0', value });

describe('a confirmation', () => {
  it('measures every metric now, whatever was measured before', async () => {
    const second = metric({ name: 'second' });
    const input = await givenStaged(wechat, 1, [metric(), second]);
    expect(await confirm(input).next()).toMatchObject({
      result: {
        at: Date.now(),
        observed: { kind: 'ours' },
        judgements: [
          { metric: 'js-error-rate', verdict: 'pass' },
          { metric: 'second', verdict: 'pass' },
        ],
      },
    });
    expect(wechat.requests('query')).toBe(4);
  });

  it('without metrics only looks whether the plan is ours', async () => {
    const input = await givenStaged(wechat, 1, []);
    expect(await confirm({ ...input, patient: true }).next()).toMatchObject({
      result: { observed: { kind: 'ours' }, judgements: [] },
    });
  });

  it('does not pass for want of data, samples or an answer', async () => {
    const nothing = metric({
      name: 'nothing',
      provider: { kind: 'prometheus', address: 'env:PLAN_PROMETHEUS_URL', query: 'no_such_metric' },
    });
    const few = metric({ name: 'few', minSamples: { query: 'no_such_metric', atLeast: 1 } });
    const nowhere = metric({
      name: 'nowhere',
      provider: { kind: 'prometheus', address: 'env:PLAN_NONE', query: 'up' },
    });
    expect(await confirm(await givenStaged(wechat, 1, [nothing, few, nowhere])).next()).toMatchObject({
      result: {
        judgements: [
          { verdict: 'error', message: 'nothing: no data: the query found no value' },
          { verdict: 'inconclusive', message: 'few: no samples, fewer than 1' },
          { verdict: 'error', message: expect.stringContaining('env:PLAN_NONE') },
        ],
      },
    });
  });

  it('that is impatient tells a failure at once', async () => {
    const input = await givenStaged(wechat);
    measured(0.5);
    expect(await confirm(input).next()).toMatchObject({ result: { judgements: [{ verdict: 'fail' }] } });
  });

  it('that is patient asks again once per interval until all pass', async () => {
    const input = await givenStaged(wechat, 1, [metric(), metric({ name: 'slow', intervalMs: 60_000 })]);
    measured(0.5);
    const waiting = confirm({ ...input, patient: true });
    expect([await waiting.delay(), await waiting.delay()]).toEqual([5_000, 5_000]);
    measured(0.001);
    expect(await waiting.result()).toMatchObject({
      judgements: [{ verdict: 'pass' }, { verdict: 'pass' }],
    });
  });

  it('that is patient still tells at once that the plan is no longer ours', async () => {
    const input = await givenStaged(wechat);
    measured(0.5);
    wechat.simulator.control.console({ app: APP, action: 'delete' });
    expect(await confirm({ ...input, patient: true }).next()).toMatchObject({
      result: { observed: { kind: 'cancelled' } },
    });
  });

  it('repeats a reading of WeChat that failed, and gives it up after five', async () => {
    const input = await givenStaged(wechat);
    wechat.simulator.control.addFault({ endpoint: 'getgrayreleaseplan', kind: 'systemError', times: 5 });
    const confirming = confirm(input);
    expect(await confirming.result()).toMatchObject({ observed: { kind: 'unreadable' } });
    expect(confirming.delays).toEqual([15_000, 15_000, 15_000, 15_000]);
  });

  it('waits as told when WeChat has had too many calls', async () => {
    const input = await givenStaged(wechat);
    wechat.instead.getgrayreleaseplan = answers(45011);
    expect(await confirm(input).delay()).toBe(60_000);
  });
});

describe('a confirmation beside a dry run', () => {
  it('neither asks for it nor waits for it', async () => {
    const dry = metric({
      name: 'dry',
      dryRun: true,
      provider: { kind: 'prometheus', address: 'env:PLAN_NONE', query: 'up' },
    });
    const input = await givenStaged(wechat, 1, [metric(), dry]);
    expect(await confirm({ ...input, patient: true }).next()).toMatchObject({
      result: { judgements: [{ metric: 'js-error-rate', verdict: 'pass' }] },
    });
    expect(await confirm({ ...input, metrics: [dry], patient: true }).next()).toMatchObject({
      result: { judgements: [] },
    });
  });
});

describe('a metric that was measured as often as its count says', () => {
  const last = { metric: 'js-error-rate', verdict: 'pass', value: 0, at: 0, message: 'fine' } as const;
  const counts = { failures: 1, inconclusive: 0, consecutiveErrors: 0, consecutiveSuccesses: 3, last };
  const done = { counters: { 'js-error-rate': { ...counts, measurements: 5 } } };
  const counted = (changes = {}) => metric({ count: 5, failureLimit: 1, ...changes });

  it('is measured once more, and its failure is counted on', async () => {
    const input = await givenStaged(wechat, 1, [counted()]);
    measured(0.5);
    expect(await confirm({ ...input, ...done, patient: true }).next()).toMatchObject({
      result: {
        judgements: [{ verdict: 'fail' }],
        decisions: [{ action: 'revert', message: expect.stringContaining('2 failures, limit 1') }],
        counters: { 'js-error-rate': { failures: 2 } },
      },
    });
  });

  it('is given its interval before it may fail again', async () => {
    const input = await givenStaged(wechat, 1, [counted({ failureLimit: 4 })]);
    measured(0.5);
    const first = await confirm({ ...input, ...done }).next();
    expect(first).toMatchObject({
      result: { decisions: [], counters: { 'js-error-rate': { failures: 2 } } },
    });
    const counters = 'result' in first ? (first.result.counters ?? {}) : {};
    const again = confirm({ ...input, counters, patient: true });
    expect(await again.delay()).toBe(5_000);
    measured(0.001);
    expect(await again.next()).toMatchObject({ result: { judgements: [{ verdict: 'pass' }] } });
  });

  it('has to pass in a row again, when it did and does no more', async () => {
    const input = await givenStaged(wechat, 1, [counted({ consecutiveSuccessLimit: 3, failureLimit: 4 })]);
    measured(0.5);
    expect(await confirm({ ...input, ...done }).next()).toMatchObject({
      result: {
        decisions: [{ action: 'pause', verdict: 'inconclusive' }],
        counters: { 'js-error-rate': { consecutiveSuccesses: 0 } },
      },
    });
  });

  it('that could not be measured spends the budget of errors, over the attempts', async () => {
    const input = await givenStaged(wechat, 1, [counted({ consecutiveErrorLimit: 1 })]);
    wechat.simulator.control.addFault({ endpoint: 'query', kind: 'http502', times: 2 });
    const waiting = confirm({ ...input, ...done, patient: true });
    expect(await waiting.delay()).toBe(5_000);
    expect(await waiting.next()).toMatchObject({
      result: { decisions: [{ action: 'pause', verdict: 'error' }] },
    });
  });
});
