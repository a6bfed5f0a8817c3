/** Conditions are text from a plan: whatever they say, a verdict comes of it and the worker goes on. */
import { describe, expect, it } from 'vitest';
import type { Metric } from '../../src/domain/plan.js';
import { askConditions, ConditionError, conditionTrouble, withinTime } from '../../src/health/conditions.js';
import { metric } from '../plan/plans.js';

const by = (
  successCondition: string | null,
  failureCondition: string | null = null,
  changes: Partial<Metric> = {},
) => metric({ thresholdRange: null, successCondition, failureCondition, ...changes });

describe('conditions', () => {
  it.each([
    ['result <= 0.01', 0.01, true],
    ['result <= 0.01', 0.011, false],
    ['result < 1', 0, true],
    ['result > -1 && samples >= 1000', 0, true],
    ['result * 100.0 / 2.0 == 25.0', 0.5, true],
    ['samples > 5000 ? result < 0.01 : result < 0.1', 0.05, true],
    ['!(result > 0.05) || samples < 10', 0.9, false],
    ['1.0 / result > 5.0', 0, true],
  ])('%s of %d', (condition, value, holds) => {
    expect(askConditions(by(condition), value, 1_000)).toEqual({ success: holds, failure: null });
    expect(askConditions(by(null, condition), value, 1_000)).toEqual({ success: null, failure: holds });
  });

  it('are both asked', () => {
    const both = by('result <= 0.01', 'result > 0.05');
    expect(askConditions(both, 0.02, 1_000)).toEqual({ success: false, failure: false });
  });

  it('are not asked without something to judge, or when the plan has none', () => {
    expect(askConditions(by('result <= 0.01'), null, 1_000)).toBeUndefined();
    expect(askConditions(by('result <= 0.01'), 0, 199)).toBeUndefined();
    expect(askConditions(by('result <= 0.01'), 0, null)).toBeUndefined();
    expect(askConditions(metric(), 0, 1_000)).toBeUndefined();
  });
});

describe('a condition of a plan that nobody checked', () => {
  const nested = (depth: number): string =>
    depth === 0 ? 'result > 0' : `[1,2,3,4,5,6,7,8,9].all(x${depth}, ${nested(depth - 1)})`;

  it.each([
    ['nested comprehensions', nested(9), 'has a list, a map or a call'],
    [
      'a pattern that backtracks for ever',
      '"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!".matches("^(a+)+$")',
      'a call',
    ],
    [
      'text that doubles',
      `["aaaaaaaa"]${'.map(a, a + a)'.repeat(30)}.size() > 0`,
      'has a list, a map or a call',
    ],
    ['endless text', 'result < 1 && '.repeat(10_000), 'is longer than 500 characters'],
    ['deep brackets', `${'('.repeat(240)}result < 1${')'.repeat(240)}`, 'is too long or deep'],
    ['nothing', '', 'is no CEL expression'],
    ['no truth', 'result', 'is double, and not true or false'],
    ['JavaScript', 'process.exit()', 'knows only result and samples'],
    ['the way to JavaScript', 'result.constructor.constructor("return 1")()', 'a call'],
  ])('is an error and takes no time: %s', (_what, condition, told) => {
    const since = performance.now();
    const asking = () => askConditions(by(condition), 0.5, 1_000);
    expect(asking).toThrow(ConditionError);
    expect(asking).toThrow(told);
    expect(performance.now() - since).toBeLessThan(20_000);
    expect(conditionTrouble(by(null, condition))).toContain(told);
  });

  it('that asks for samples that nobody counted is an error', () => {
    const { minSamples: _none, ...uncounted } = by('samples > 10 && result < 1');
    expect(() => askConditions(uncounted, 0.5, null)).toThrow('successCondition cannot be evaluated');
  });

  it('is told by its field, with what to write', () => {
    expect(conditionTrouble(by('result <= 0.01'))).toBeNull();
    expect(conditionTrouble(by('result <= 0.01', 'resutl > 1'))).toBe(
      'failureCondition knows only result and samples (Unknown variable: resutl); write result for the value, and samples for the number of samples',
    );
  });
});

describe('the time limit', () => {
  it('interrupts work wherever it is', () => {
    const since = performance.now();
    const endless = () => {
      for (;;);
    };
    expect(() => withinTime(20, endless)).toThrow(
      expect.objectContaining({ code: 'ERR_SCRIPT_EXECUTION_TIMEOUT' }),
    );
    expect(() => withinTime(20, () => /^(a+)+$/.test(`${'a'.repeat(40)}!`))).toThrow('timed out');
    expect(performance.now() - since).toBeLessThan(20_000);
  });

  it('is a second for a condition', () => {
    // What the linter lets pass is fast: a text that is slow to look at stands for one that is slow to evaluate.
    const since = performance.now();
    const slow = {
      get length() {
        while (performance.now() - since < 30_000);
        return 0;
      },
    };
    const asking = () => askConditions(by(slow as unknown as string), 0, 1_000);
    expect(asking).toThrow('successCondition gave no answer within 1000 ms');
    expect(performance.now() - since).toBeLessThan(20_000);
  });

  it('gives what the work gives, and throws what it throws', () => {
    expect(withinTime(1_000, () => 7)).toBe(7);
    const own = new RangeError('own');
    expect(() =>
      withinTime(1_000, () => {
        throw own;
      }),
    ).toThrow(own);
  });
});
