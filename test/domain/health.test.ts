/** Judging health: no measurement is never a pass; every other system's trap is a row here. */
import { describe, expect, it } from 'vitest';
import {
  count,
  decideHealth,
  freshForMs,
  isFresh,
  judge,
  type Measurement,
  NO_COUNTS,
  nextDue,
  renderQuery,
} from '../../src/domain/health.js';
import { counters, judgement, MINUTE, metric, NOW, SECOND } from './support/given.js';

const measured = (changes: Partial<Measurement> = {}): Measurement => ({
  at: NOW,
  value: 0.001,
  samples: 1_000,
  ...changes,
});

describe('the verdict of one measurement', () => {
  it.each([
    ['a value within the range', {}, 'pass', '0.001 is ≤ 0.01'],
    ['a value at the limit', { value: 0.01 }, 'pass', '0.01 is ≤ 0.01'],
    ['a value beyond it', { value: 0.02 }, 'fail', '0.02 > max 0.01'],
    ['no data at all', { value: null }, 'error', 'no data'],
    [
      'no data of too little traffic',
      { value: null, samples: 3 },
      'inconclusive',
      '3 samples, fewer than 200',
    ],
    ['too little traffic, however good', { samples: 199 }, 'inconclusive', '199 samples, fewer than 200'],
    [
      'too little traffic, however bad',
      { value: 0.9, samples: 3 },
      'inconclusive',
      '3 samples, fewer than 200',
    ],
    ['samples that nobody counted', { samples: null }, 'inconclusive', 'no samples, fewer than 200'],
    ['samples that are no number', { samples: Number.NaN }, 'inconclusive', 'NaN samples, fewer than 200'],
    ['a provider that is down', { error: 'connection refused' }, 'error', 'connection refused'],
    ['a provider that is down and yet has a value', { error: 'timeout', value: 0 }, 'error', 'timeout'],
    ['NaN', { value: Number.NaN }, 'error', 'not a finite number'],
    ['infinity', { value: Number.POSITIVE_INFINITY }, 'error', 'not a finite number'],
  ] as const)('%s', (_what, changes, verdict, words) => {
    const judged = judge(metric(), measured(changes));
    expect(judged).toMatchObject({ metric: 'js-error-rate', verdict, at: NOW });
    expect(judged.message).toContain(words);
  });

  it('without a threshold is never a pass', () => {
    expect(judge(metric({ thresholdRange: {} }), measured()).verdict).toBe('inconclusive');
  });

  it('is judged by a minimum too', () => {
    const up = metric({ thresholdRange: { min: 0.99 } });
    expect(judge(up, measured({ value: 0.5 }))).toMatchObject({ verdict: 'fail' });
    expect(judge(up, measured({ value: 1 }))).toMatchObject({ verdict: 'pass' });
  });

  it('is plain JSON, whatever the value was', () => {
    const judged = judge(metric(), measured({ value: Number.NaN }));
    expect(JSON.parse(JSON.stringify(judged))).toEqual(judged);
  });
});

describe('counting', () => {
  it('errors count in a row and by themselves; failures and inconclusive ones over the whole stage', () => {
    const verdicts = ['fail', 'error', 'error', 'inconclusive', 'error', 'pass', 'fail'] as const;
    const counted = verdicts.reduce((sum, verdict) => count(sum, judgement(verdict)), NO_COUNTS);
    expect(counted).toMatchObject({ failures: 2, inconclusive: 1, consecutiveErrors: 0 });
    expect(counted.last?.verdict).toBe('fail');
  });
});

describe('what counters ask for', () => {
  const limited = metric({ failureLimit: 2, inconclusiveLimit: 3, consecutiveErrorLimit: 4 });
  it.each([
    ['nothing measured', NO_COUNTS, null],
    ['failures at the limit', counters({ failures: 2 }), null],
    ['failures over the limit', counters({ failures: 3 }), 'revert'],
    ['inconclusive at the limit', counters({ inconclusive: 3 }), null],
    ['inconclusive over the limit', counters({ inconclusive: 4 }), 'pause'],
    ['errors at the limit', counters({ consecutiveErrors: 4 }), null],
    ['errors over the limit', counters({ consecutiveErrors: 5 }), 'pause'],
    [
      'everything over: failure first',
      counters({ failures: 3, inconclusive: 9, consecutiveErrors: 9 }),
      'revert',
    ],
    ['however many errors, no failure', counters({ consecutiveErrors: 1_000 }), 'pause'],
  ] as const)('%s', (_what, counted, action) => {
    expect(decideHealth(limited, counted)?.action ?? null).toBe(action);
  });

  it.each(['revert', 'pause', 'notify'] as const)(
    'a failure asks for what the plan says: %s',
    (onFailure) => {
      const decision = decideHealth(
        metric({ onFailure }),
        counters({ failures: 1, last: judgement('fail') }),
      );
      expect(decision).toMatchObject({ action: onFailure, verdict: 'fail' });
      expect(decision?.message).toBe('said fail (1 failure, limit 0)');
    },
  );
});

describe('when a metric is measured', () => {
  it('first after its initial delay, then once per interval', () => {
    const slow = metric({ initialDelayMs: 5 * MINUTE, intervalMs: 2 * MINUTE });
    expect(nextDue(slow, NO_COUNTS, NOW)).toBe(NOW + 5 * MINUTE);
    const last = judgement('pass', { at: NOW + 5 * MINUTE });
    expect(nextDue(slow, counters({ last }), NOW)).toBe(NOW + 7 * MINUTE);
  });

  it('a pass is fresh for two intervals and no longer', () => {
    const each = metric({ intervalMs: MINUTE });
    expect(isFresh(each, judgement('pass'), NOW + 2 * MINUTE)).toBe(true);
    expect(isFresh(each, judgement('pass'), NOW + 2 * MINUTE + 1)).toBe(false);
  });

  it('a confirmation of several is as fresh as the fastest of them; of none, a minute', () => {
    const two = [metric({ intervalMs: 5 * MINUTE }), metric({ intervalMs: 30 * SECOND })];
    expect(freshForMs(two)).toBe(MINUTE);
    expect(freshForMs([])).toBe(MINUTE);
  });
});

describe('a query', () => {
  it('takes a version literally, whatever a replacement text would mean by it', () => {
    const query = renderQuery('e{v="{{version}}"} / 2', { app: 'wx', version: "1$'0$&" });
    expect(query).toBe(`e{v="1$'0$&"} / 2`);
  });

  it('gets the app and the version, quoted for PromQL', () => {
    const text = renderQuery('x{app="{{app}}",version="{{version}}"} / y{version="{{version}}"}', {
      app: 'wx1',
      version: '1"4\\0\n',
    });
    expect(text).toBe('x{app="wx1",version="1\\"4\\\\0\\n"} / y{version="1\\"4\\\\0\\n"}');
  });
});
