import { describe, expect, it } from 'vitest';
import type { Metric } from '../../src/domain/plan.js';
import { lintPlan } from '../../src/plan/lint.js';
import {
  errorsOf,
  HOUR,
  hintsOf,
  MINIMAL,
  MINUTE,
  metric,
  plan,
  planOf,
  problemsOf,
  stage,
  withMetricField,
} from './plans.js';

const withMetric = (changes: Partial<Metric>) => plan({ health: [metric(changes)] });
const errors = (changes: Partial<Metric>) => errorsOf(withMetric(changes));
const byConditions = (
  successCondition: string | null,
  failureCondition: string | null = null,
): Partial<Metric> => ({
  thresholdRange: null,
  successCondition,
  failureCondition,
});

describe('a metric is judged in exactly one way', () => {
  it('by a range, by a condition, or by two', () => {
    expect(errors({})).toEqual([]);
    expect(errors(byConditions('result <= 0.01'))).toEqual([]);
    expect(errors(byConditions(null, 'result > 0.05'))).toEqual([]);
    expect(errors(byConditions('result <= 0.01', 'result > 0.05 && samples > 500.0'))).toEqual([]);
  });

  it('by nothing is refused, with both ways out', () => {
    expect(lintPlan(withMetric(byConditions(null))).errors).toMatchObject([
      {
        path: 'health[0].thresholdRange',
        rule: 'judged-one-way',
        message: 'is missing, and there is no condition either: nothing would judge the value',
        remedy: 'write for example thresholdRange: { max: 0.01 }, or successCondition: result <= 0.01',
      },
    ]);
  });

  it('by a range and a condition is refused', () => {
    expect(errors({ successCondition: 'result < 1.0' })).toEqual([
      'health[0].thresholdRange: and successCondition would both judge the value',
    ]);
  });

  it('and a pushed one by a range only, since the release itself judges it', () => {
    const pushed = { provider: { kind: 'push' }, minSamples: { atLeast: 1 } } as const;
    expect(errors({ ...pushed, ...byConditions('result < 1.0') })[0]).toContain(
      'health[0].successCondition: a pushed value is judged within the release',
    );
    expect(errors(pushed)).toEqual([]);
  });

  it('as it is written in a file, with everything that counts', () => {
    const text = `${MINIMAL.replace('    thresholdRange: { max: 0.01 }\n', '').replace(
      'push: {}',
      'web: { address: env:PLAN_H, jsonPath: rate, query: { v: "{{version}}" } }',
    )}    failureCondition: result > 0.05
    minSamples: { jsonPath: launches, atLeast: 200 }
    count: 5
    consecutiveSuccessLimit: 3
    onInconclusive: notify
    onError: revert
    dryRun: true
`;
    expect(planOf(text).health).toMatchObject([
      {
        thresholdRange: null,
        successCondition: null,
        failureCondition: 'result > 0.05',
        count: 5,
        consecutiveSuccessLimit: 3,
        onInconclusive: 'notify',
        onError: 'revert',
        dryRun: true,
      },
    ]);
  });

  it.each([
    'count: -1',
    'consecutiveSuccessLimit: 1.5',
    'onError: resume',
    'dryRun: maybe',
    'successCondition: ""',
  ])('and what no field may hold is refused: %s', (line) => {
    const [field] = line.split(':');
    expect(problemsOf(withMetricField(line))).toMatchObject([{ path: `health[0].${field}` }]);
  });
});

describe('a condition', () => {
  it.each([
    [
      'result <',
      'is no CEL expression: Unexpected token: EOF at character 9',
      'write for example result <= 0.01',
    ],
    ['result = 1', 'is no CEL expression: Unexpected character: = at character 8', 'result <= 0.01'],
    ['resutl < 1', 'knows only result and samples (Unknown variable: resutl)', 'write result for the value'],
    ['result', 'is double, and not true or false', 'compare it'],
    ['true', 'does not look at result, so that every value would be judged alike', 'result <= 0.01'],
    ['samples > 10.0', 'does not look at result', 'result <= 0.01'],
    [
      'result == 0',
      'compares or combines what does not belong together (no such overload: double == int)',
      'write 0.0 for 0',
    ],
    [
      'result < "a"',
      'compares or combines what does not belong together',
      'result and samples have decimals',
    ],
    [
      '[1, 2].exists(x, x > result)',
      'has a list, a map or a call, which conditions do not have',
      'use numbers',
    ],
    ['"a".matches("(a+)+$") || result < 1', 'has a list, a map or a call', 'use numbers'],
    [`${'('.repeat(60)}result < 1${')'.repeat(60)}`, 'is too long or deep', 'use numbers'],
    [`result < 1 // ${'x'.repeat(500)}`, 'is longer than 500 characters', 'let the query compute the number'],
  ])('is refused when it could not work: %s', (condition, message, remedy) => {
    for (const field of ['successCondition', 'failureCondition'] as const) {
      const given = { ...byConditions(null), [field]: condition };
      const [error, ...more] = lintPlan(withMetric(given)).errors;
      expect(more).toEqual([]);
      expect(error).toMatchObject({ path: `health[0].${field}`, value: condition, rule: 'condition' });
      expect(error?.message).toContain(message);
      expect(error?.remedy).toContain(remedy);
    }
  });

  it.each([
    'result <= 0.01',
    'result<=0',
    ' result < 1e-3 ',
    'result >= 0.99 && samples > 1000.0',
    '!(result > 0.05) || result * 100.0 < 5.0',
    'samples > 5000 ? result < 0.01 : result < 0.02',
    '-result < 0.0',
  ])('may be %s', (condition) => {
    expect(errors(byConditions(condition))).toEqual([]);
  });

  it('that looks at samples needs them counted', () => {
    const { minSamples: _none, ...rest } = metric(byConditions('result < 1 && samples > 5'));
    expect(errorsOf(plan({ health: [rest] }))).toEqual([
      'health[0].successCondition: looks at samples, and nothing counts them',
    ]);
  });
});

describe('counting', () => {
  it('a failureLimit that count can never pass is refused', () => {
    expect(errors({ count: 3, failureLimit: 2 })).toEqual([]);
    expect(lintPlan(withMetric({ count: 3, failureLimit: 3 })).errors).toMatchObject([
      {
        path: 'health[0].failureLimit',
        value: '3',
        message: 'is not below count (3), so that the metric could never fail',
        remedy: 'write failureLimit: 2 or less, or leave count out',
      },
    ]);
  });

  it('passes in a row have to fit into count', () => {
    expect(errors({ count: 3, consecutiveSuccessLimit: 3 })).toEqual([]);
    expect(errors({ count: 3, consecutiveSuccessLimit: 4 })).toEqual([
      'health[0].consecutiveSuccessLimit: is above count (3), so that it could never be reached',
    ]);
  });

  it('passes in a row have to fit into every soak and the bake', () => {
    const slow = metric({
      initialDelayMs: 5 * MINUTE,
      intervalMs: 10 * MINUTE,
      consecutiveSuccessLimit: 5,
      from: 10,
    });
    const stages = [stage(1, { soakMs: 20 * MINUTE }), stage(10, { soakMs: 55 * MINUTE }), stage(100)];
    expect(errorsOf(plan({ stages, health: [metric(), slow].map(named) }))).toEqual([]);
    const short = [stage(1), stage(10, { soakMs: 54 * MINUTE }), stage(100)];
    expect(lintPlan(plan({ stages: short, health: [metric(), slow].map(named) })).errors).toMatchObject([
      {
        path: 'health[1].consecutiveSuccessLimit',
        value: '5',
        message:
          'the soak at 10 % (54m) has no room for so many passes: initialDelay 5m + 5 × interval 10m = 55m',
        remedy: 'lower it, shorten interval, or make the soak at 10 % at least 55m',
      },
    ]);
    expect(errorsOf(plan({ bakeMs: 50 * MINUTE, health: [{ ...slow, from: 1 }] }))).toEqual([
      'health[0].consecutiveSuccessLimit: the bake (50m) has no room for so many passes: initialDelay 5m + 5 × interval 10m = 55m',
    ]);
  });

  it('of a pushed metric is for its sender', () => {
    expect(errors({ provider: { kind: 'push' }, minSamples: { atLeast: 1 }, count: 3 })).toEqual([
      'health[0].count: a pushed metric is measured by its sender, as often as it likes',
    ]);
  });

  it('that ends long before the stage does: hint', () => {
    const stages = [stage(1, { soakMs: HOUR }), stage(99, { soakMs: HOUR }), stage(100)];
    const counted = (count: number) =>
      hintsOf(plan({ stages, bakeMs: HOUR, health: [metric({ count, failureLimit: 0 })] }));
    expect(counted(5)).toEqual([
      'health[0].count: after 5m nothing measures it, and the soak at 1 % lasts 1h: what goes bad after that is found only before the step up',
    ]);
    expect(counted(60)).toEqual([]);
  });
});

describe('a dry run', () => {
  it('guards no stage', () => {
    const [error] = lintPlan(withMetric({ dryRun: true })).errors;
    expect(error).toMatchObject({
      path: 'rollout.stages[0].hold',
      rule: 'every-stage-guarded',
      message:
        'every metric begins above 1 % or is a dry run, so that nothing would stop a bad version at 1 %',
    });
  });

  it('guards no stage of members either', () => {
    const stages = [stage(0, { members: ['testers'] }), stage(1, { hold: true }), stage(100)];
    const dry = plan({ stages, health: [metric({ dryRun: true })] });
    expect(errorsOf(dry)[0]).toContain('rollout.stages[0].hold: every metric begins above 0 %');
  });

  it('need not fit into a soak: nothing waits for it', () => {
    const slow = metric({ name: 'slow', dryRun: true, initialDelayMs: 3 * HOUR });
    expect(errorsOf(plan({ health: [metric(), slow] }))).toEqual([]);
  });

  it('stops nothing: hint when no other metric does', () => {
    const held = [stage(1, { hold: true }), stage(99, { hold: true }), stage(100)];
    const hints = hintsOf(plan({ stages: held, health: [metric({ dryRun: true })] }));
    expect(hints).toContain('health[0].dryRun: no metric stops this release; a failing one is only told');
  });
});

const named = (entry: Metric, index: number): Metric => ({ ...entry, name: `metric-${index}` });
