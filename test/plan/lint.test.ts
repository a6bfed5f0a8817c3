import { describe, expect, it } from 'vitest';
import { lintPlan, RULES } from '../../src/plan/lint.js';
import { DAY, errorsOf, HOUR, hintsOf, MINUTE, metric, plan, stage } from './plans.js';

it('a good plan: lint has nothing to say', () => {
  expect(lintPlan(plan())).toEqual({ errors: [], hints: [] });
});

it('every rule has a name of its own and says what it asks for', () => {
  expect(new Set(RULES.map(({ name }) => name)).size).toBe(RULES.length);
  for (const { asks } of RULES) expect(asks).toMatch(/\.$/);
});

describe('the ladder', () => {
  it.each([10.5, -1, 101, Number.NaN])('a percentage of %d', (percentage) => {
    expect(errorsOf(plan({ stages: [stage(percentage), stage(100)] }))).toContain(
      'rollout.stages[0].percentage: must be a whole number from 0 to 100',
    );
  });

  it('percentages that do not rise', () => {
    const path = 'rollout.stages[1].percentage';
    const message = 'the stage before it: WeChat only ever raises a percentage';
    for (const [first, second] of [
      [50, 10],
      [10, 10],
    ] as const) {
      expect(errorsOf(plan({ stages: [stage(first), stage(second), stage(100)] }))).toEqual([
        `${path}: must be above ${first}, ${message}`,
      ]);
    }
  });

  it('a 0 % that is not the first', () => {
    const stages = [stage(1), stage(0, { members: ['testers'] }), stage(100)];
    expect(errorsOf(plan({ stages }))).toEqual([
      'rollout.stages[1].percentage: only the first stage can be 0 % (members only)',
    ]);
  });

  it('a last stage that is not 100', () => {
    expect(errorsOf(plan({ stages: [stage(1), stage(50)] }))).toEqual([
      'rollout.stages[1].percentage: the last stage must be 100: a rollout ends with all users',
    ]);
    expect(errorsOf(plan({ stages: [] }))).toContain(
      'rollout.stages: the last stage must be 100: a rollout ends with all users',
    );
  });

  it('a soak or a hold on the last stage', () => {
    const last = stage(100, { soakMs: HOUR, hold: true });
    expect(lintPlan(plan({ stages: [stage(99), last] })).errors).toMatchObject([
      {
        path: 'rollout.stages[1].soak',
        value: '1h',
        remedy: 'remove it; the watch after 100 % is rollout.bake',
      },
      { path: 'rollout.stages[1].hold', value: 'true', remedy: 'put hold: true on the stage before it' },
    ]);
  });

  it('0 % without members', () => {
    expect(errorsOf(plan({ stages: [stage(0), stage(99), stage(100)] }))).toEqual([
      'rollout.stages[0].members: 0 % without members is nobody, and WeChat refuses it',
    ]);
  });

  it('members elsewhere than at 0 %', () => {
    expect(
      lintPlan(plan({ stages: [stage(99, { members: ['developers'] }), stage(100)] })).errors,
    ).toMatchObject([{ path: 'rollout.stages[0].members', value: '[developers]' }]);
  });

  it('a stage that would be over at once', () => {
    expect(errorsOf(plan({ stages: [stage(99, { soakMs: 0 }), stage(100)] }))).toEqual([
      'rollout.stages[0].soak: the stage of 99 % has no soak, so that it would be over at once',
    ]);
    expect(errorsOf(plan({ stages: [stage(99, { soakMs: 0, hold: true }), stage(100)] }))).toEqual([]);
  });
});

describe('a stage that nothing watches', () => {
  it('with health none, every stage before the last has to hold', () => {
    const members = stage(0, { members: ['testers'] });
    expect(lintPlan(plan({ health: [], stages: [members, stage(50), stage(100)] })).errors).toMatchObject([
      { path: 'rollout.stages[0].hold', rule: 'every-stage-guarded' },
      {
        path: 'rollout.stages[1].hold',
        remedy:
          'write hold: true, so that a person promotes it, or an approval on the stage after it, or declare a metric',
      },
    ]);
    const held = [stage(0, { members: ['testers'], hold: true }), stage(50, { hold: true }), stage(100)];
    expect(errorsOf(plan({ health: [], stages: held }))).toEqual([]);
  });

  it('a stage below the percentage where every metric begins', () => {
    expect(errorsOf(plan({ health: [metric({ from: 10 })] }))).toEqual([
      'rollout.stages[0].hold: every metric begins above 1 %, so that nothing would stop a bad version at 1 %',
    ]);
  });

  it('0 % beside metrics is watched by its members', () => {
    const stages = [stage(0, { members: ['developers'] }), stage(99), stage(100)];
    expect(errorsOf(plan({ stages }))).toEqual([]);
  });
});

describe("WeChat's 15 days", () => {
  it('a ladder that in the worst case passes them', () => {
    const stages = [stage(1, { soakMs: 10 * DAY }), stage(99, { soakMs: 5 * DAY }), stage(100)];
    expect(lintPlan(plan({ stages })).errors).toMatchObject([
      {
        path: 'rollout.stages',
        value: '15d 11m 30s',
        remedy: 'shorten the soaks by 1h 12m',
        rule: 'within-15-days',
      },
    ]);
  });

  it('less one hour, since we act before WeChat does', () => {
    const atSoak = (soakMs: number) => errorsOf(plan({ stages: [stage(99, { soakMs }), stage(100)] }));
    expect(atSoak(15 * DAY - 70 * MINUTE)).toEqual([]);
    expect(atSoak(15 * DAY - HOUR)).toHaveLength(1);
  });

  it('a hold has no bound: a hint says what then decides, and when', () => {
    const [hint] = lintPlan(plan({ stages: [stage(99, { hold: true }), stage(100)] })).hints;
    expect(hint?.path).toBe('rollout.stages[0].hold');
    expect(hint?.message).toContain(
      'onPlatformDeadline (revert) decides 14d 23h after the first gray release',
    );
  });
});

describe('more hints', () => {
  it('a big last step spends the cheap way back', () => {
    const [hint] = lintPlan(plan({ stages: [stage(1), stage(50), stage(100)] })).hints;
    expect(hint).toMatchObject({
      path: 'rollout.stages[1].percentage',
      value: '50',
      rule: 'soaks-nearly-all',
    });
    expect(hint?.remedy).toContain('{ percentage: 99, soak: 2h }');
  });

  it('no ladder at all', () => {
    expect(hintsOf(plan({ stages: [stage(100)] }))).toEqual([
      'rollout.stages: all users get the version in one step',
    ]);
  });
});

it('an audit that would be overdue before it was read', () => {
  expect(errorsOf(plan({ audit: { pollMs: 2 * HOUR, deadlineMs: HOUR } }))).toEqual([
    'audit.poll: is longer than the deadline (1h), so that it would be overdue unread',
  ]);
});
