/** What a provider answers that is no number is an error with a budget of its own, and so is no answer to the question. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Counters, count, judge, NO_COUNTS } from '../../src/domain/health.js';
import type { Metric } from '../../src/domain/plan.js';
import { measure } from '../../src/health/measure.js';
import { metric } from '../plan/plans.js';
import { always, deadUrl, fakeServer } from '../wechat/fake-server.js';

const { minSamples: _none, ...uncounted } = metric();
const PROMETHEUS: Metric = uncounted;
const WEB: Metric = {
  ...uncounted,
  provider: { kind: 'web', address: 'env:PLAN_PROMETHEUS_URL', jsonPath: 'rate' },
};

const series = (...values: string[]) =>
  JSON.stringify({
    status: 'success',
    data: { resultType: 'vector', result: values.map((value) => ({ metric: {}, value: [1, value] })) },
  });

type Start = () => Promise<{ url: string }>;
const answers =
  (text: string): Start =>
  () =>
    fakeServer(always(text));
const status =
  (code: number, text: string): Start =>
  () =>
    fakeServer((response) => response.writeHead(code, { location: '/elsewhere' }).end(text));
const dies: Start = () => fakeServer((_response, _request, message) => message.socket.destroy());
const drips: Start = () =>
  fakeServer(async (response) => {
    for (; !response.destroyed; await sleep(10)) response.write(' ');
  });
const nobody: Start = async () => ({ url: await deadUrl() });
const HTML = '<!doctype html><title>Login</title>';
const huge = `{"rate":0,"x":"${'x'.repeat(1_100_000)}"}`;

/** Rubbish by what it is: from Prometheus, from a web service, and what is told of each. */
const RUBBISH: [string, Metric, Start, string][] = [
  ['a page of HTML', PROMETHEUS, answers(HTML), 'no JSON'],
  ['a page of HTML', WEB, answers(HTML), 'HTML or XML'],
  ['NaN', PROMETHEUS, answers(series('NaN')), 'no finite number'],
  ['NaN', WEB, answers('{"rate":NaN}'), 'NaN or Infinity'],
  ['infinity', PROMETHEUS, answers(series('+Inf')), 'no finite number'],
  ['infinity', WEB, answers('{"rate":1e999}'), 'beyond all bounds'],
  ['two values', PROMETHEUS, answers(series('0', '1')), '2 series'],
  ['two values', WEB, answers('{"rate":0}{"rate":1}'), 'more than one JSON value'],
  ['nothing', PROMETHEUS, answers(''), 'no JSON'],
  ['nothing', WEB, answers(''), 'the answer is empty'],
  ['half an answer', PROMETHEUS, answers(series('0').slice(0, 60)), 'no JSON'],
  ['half an answer', WEB, answers('{"rate":0.0'), 'no JSON'],
  ['something else', PROMETHEUS, answers('{"rate":0}'), 'in no known form'],
  ['something else', WEB, answers('{"value":0}'), 'nothing is at rate'],
  ['text for a number', PROMETHEUS, answers(series('many')), 'no finite number'],
  ['text for a number', WEB, answers('{"rate":"0"}'), 'text, not a number'],
  ['null', PROMETHEUS, answers('null'), 'in no known form'],
  ['null', WEB, answers('{"rate":null}'), 'null, not a number'],
  ['a huge answer', PROMETHEUS, answers(huge), 'more than 1000000 bytes'],
  ['a huge answer', WEB, answers(huge), 'more than 1000000 bytes'],
  ['a good answer under HTTP 500', PROMETHEUS, status(500, series('0')), 'HTTP 500'],
  ['a good answer under HTTP 500', WEB, status(500, '{"rate":0}'), 'HTTP 500'],
  ['a redirect', PROMETHEUS, status(302, series('0')), 'HTTP 302'],
  ['a redirect', WEB, status(302, '{"rate":0}'), 'redirects are never followed'],
  ['a connection that breaks', PROMETHEUS, dies, 'ECONNRESET'],
  ['a connection that breaks', WEB, dies, 'ECONNRESET'],
  ['nobody there', PROMETHEUS, nobody, 'ECONNREFUSED'],
  ['nobody there', WEB, nobody, 'ECONNREFUSED'],
  ['an answer without an end', PROMETHEUS, drips, 'no answer within 5 s'],
  ['an answer without an end', WEB, drips, 'no answer within 5 s'],
];

/** Measures twice, judges and counts, as a guard does. */
async function countedOf(of: Metric, start: Start): Promise<Counters> {
  const { url } = await start();
  const access = { references: { env: { PLAN_PROMETHEUS_URL: url } }, allowedHosts: ['127.0.0.1'] };
  const clock = { now: () => 1_000, signal: new AbortController().signal };
  let counters = NO_COUNTS;
  for (let turn = 0; turn < 2; turn++) {
    const measurement = await measure(of, { app: 'wx0123456789abcdef', version: '1.4.0' }, access, clock);
    counters = count(counters, judge(of, measurement));
  }
  return counters;
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('rubbish', () => {
  it.each(RUBBISH.map(([what, of, ...rest]) => [what, of.provider.kind, of, ...rest] as const))(
    '%s from %s spends the budget of errors and no other',
    async (_what, kind, of, start, told) => {
      if (start === drips)
        vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => {
          const controller = new AbortController();
          setTimeout(() => controller.abort(new DOMException('', 'TimeoutError')), 60);
          return controller.signal;
        });
      const { last, ...budgets } = await countedOf(of, start);
      expect(budgets).toEqual({
        failures: 0,
        inconclusive: 0,
        consecutiveErrors: 2,
        measurements: 0,
        consecutiveSuccesses: 0,
      });
      expect(last).toMatchObject({ verdict: 'error', value: null });
      expect(last?.message).toContain(`js-error-rate: ${kind} at env:PLAN_PROMETHEUS_URL`);
      expect(last?.message).toContain(told);
      expect(last?.message.length).toBeLessThan(300);
    },
  );

  it('an empty vector is no data, and an error: a query that is misnamed finds as much', async () => {
    expect(await countedOf(PROMETHEUS, answers(series()))).toMatchObject({
      inconclusive: 0,
      consecutiveErrors: 2,
      last: { verdict: 'error', message: 'js-error-rate: no data: the query found no value' },
    });
  });

  it('of the samples is an error too, whatever the value', async () => {
    const server = () =>
      fakeServer((response, { body }) =>
        response.end(new URLSearchParams(body).get('query')?.startsWith('errors') ? series('0') : HTML),
      );
    expect(await countedOf(metric(), server)).toMatchObject({
      consecutiveErrors: 2,
      last: { verdict: 'error' },
    });
  });
});

describe('a measurement that conditions judge', () => {
  const by = (successCondition: string): Metric => ({
    ...PROMETHEUS,
    thresholdRange: null,
    successCondition,
  });

  it('carries what they say', async () => {
    expect((await countedOf(by('result <= 0.01'), answers(series('0.05')))).last).toMatchObject({
      verdict: 'fail',
      message: 'js-error-rate: 0.05, not result <= 0.01',
    });
  });

  it('is an error when they cannot be evaluated', async () => {
    expect(await countedOf(by('[1].all(x, x > result)'), answers(series('0')))).toMatchObject({
      consecutiveErrors: 2,
      last: { message: expect.stringContaining('successCondition is too long or deep, or has a list') },
    });
  });
});
