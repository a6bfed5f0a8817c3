import { describe, expect, it } from 'vitest';
import type { Approval, Windows } from '../../src/domain/plan.js';
import { lintPlan } from '../../src/plan/lint.js';
import { approval, DAY, errorsOf, HOUR, hintsOf, OFFICE, plan, stage } from './plans.js';

const ladder = (changes: Partial<Approval>) => [
  stage(1),
  stage(10),
  stage(99, { approval: approval(changes) }),
  stage(100),
];
const BOUNDED = { timeoutMs: DAY, onTimeout: 'abort' } as const;
const errors = (changes: Partial<Approval>) => errorsOf(plan({ stages: ladder({ ...BOUNDED, ...changes }) }));
const hints = (changes: Partial<Approval>) => hintsOf(plan({ stages: ladder({ ...BOUNDED, ...changes }) }));
const AT = 'rollout.stages[2].approval';

describe('an approval', () => {
  it('that people can give, and that ends: nothing to say', () => {
    expect(errors({ count: 2 })).toEqual([]);
    expect(hints({ count: 2 })).toEqual([]);
  });

  it('of nobody', () => {
    expect(errors({ approvers: [] })).toEqual([
      `${AT}.approvers: names nobody, so that the gate could never open`,
    ]);
  });

  it('that names someone twice', () => {
    expect(errors({ approvers: ['ann', 'bob', 'ann'] })).toEqual([
      `${AT}.approvers[2]: is named twice, and counts once`,
    ]);
  });

  it.each([0, 3, 1.5, Number.NaN])('that asks for %d of two', (count) => {
    expect(errors({ count })).toEqual([`${AT}.count: must be between 1 and the number of approvers (2)`]);
  });

  it('that asks for as many as there are names, but fewer people', () => {
    expect(
      lintPlan(plan({ stages: ladder({ ...BOUNDED, approvers: ['ann', 'ann'], count: 2 }) })).errors,
    ).toMatchObject([
      { path: `${AT}.approvers[1]` },
      { path: `${AT}.count`, value: '2', remedy: 'write count: 1, or name more approvers' },
    ]);
  });

  it('whose timeout does something, but never comes', () => {
    for (const onTimeout of ['abort', 'notify'] as const) {
      expect(errors({ timeoutMs: null, onTimeout })).toEqual([
        `${AT}.onTimeout: never happens, since there is no timeout`,
      ]);
    }
  });

  it('that anyone can claim: hint', () => {
    expect(hints({ claimed: true })).toEqual([
      `${AT}.claimed: anyone who can reach Temporal can claim an approver's name`,
    ]);
  });

  it('of the trial version is judged like any other', () => {
    const trial = { approval: approval({ approvers: ['ann'], count: 2 }) };
    expect(errorsOf(plan({ top: { trial } }))).toEqual([
      'trial.approval.count: must be between 1 and the number of approvers (1)',
    ]);
  });

  it('of the trial version or the first stage may wait for ever: the 15 days have not begun', () => {
    const stages = [stage(1, { approval: approval() }), stage(99), stage(100)];
    expect(lintPlan(plan({ stages, top: { trial: { approval: approval() } } }))).toEqual({
      errors: [],
      hints: [],
    });
  });

  it('of the first release of an app is fine', () => {
    const given = plan({ stages: ladder(BOUNDED), windows: OFFICE });
    const rollout = { ...given.rollout, firstRelease: 'full' as const };
    expect(lintPlan({ ...given, rollout })).toEqual({ errors: [], hints: [] });
  });
});

describe('a stage that nothing measures is left by people', () => {
  const none = (stages: ReturnType<typeof ladder>) => errorsOf(plan({ health: [], stages }));

  it('when it holds, or when the one after it has an approval', () => {
    const asked = { approval: approval() };
    expect(none([stage(1, { hold: true }), stage(99), stage(100, asked)])).toEqual([]);
    expect(none([stage(1), stage(99, asked), stage(100, asked)])).toEqual([]);
  });

  it('and not when it had an approval itself: nobody looked at it since', () => {
    expect(none([stage(1, { approval: approval() }), stage(99, { hold: true }), stage(100)])).toEqual([
      'rollout.stages[0].hold: health is none, so that nothing would stop a bad version at 1 %',
    ]);
  });
});

describe('windows', () => {
  const given = (changes: Partial<Windows>) => plan({ windows: { ...OFFICE, ...changes } });

  it('that open and close: nothing to say', () => {
    expect(lintPlan(given({}))).toEqual({ errors: [], hints: [] });
    expect(lintPlan(given({ hours: { from: '22:00', to: '04:00' } }))).toEqual({ errors: [], hints: [] });
  });

  it('that are shorter than a stage: only its beginning needs one', () => {
    const minute = { from: '10:00', to: '10:01' };
    expect(errorsOf(given({ hours: minute }))).toEqual([]);
  });

  it('that never open', () => {
    expect(errorsOf(given({ days: [] }))).toEqual([
      'rollout.windows.days: no window ever opens, so that no stage would begin',
    ]);
  });

  it('in a place that is none', () => {
    expect(errorsOf(given({ timezone: 'Asia/Beijing' }))).toEqual([
      'rollout.windows.timezone: is no IANA time zone',
    ]);
  });

  it('that begin when they end', () => {
    expect(lintPlan(given({ hours: { from: '10:00', to: '10:00' } })).errors).toMatchObject([
      { path: 'rollout.windows.hours', value: '10:00-10:00', remedy: 'write 00:00-24:00 for all day' },
    ]);
  });

  it('that leave nothing out: hint', () => {
    const always = {
      days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
      hours: { from: '00:00', to: '24:00' },
    };
    expect(hintsOf(given(always as Partial<Windows>))).toEqual(['rollout.windows: is always open']);
  });
});

describe("WeChat's 15 days", () => {
  it('count the timeout of an approval', () => {
    const stages = (timeoutMs: number) => [
      stage(1, { soakMs: 7 * DAY }),
      stage(99, { soakMs: DAY, approval: approval({ timeoutMs, onTimeout: 'abort' }) }),
      stage(100),
    ];
    expect(lintPlan(plan({ stages: stages(6 * DAY) }))).toEqual({ errors: [], hints: [] });
    expect(lintPlan(plan({ stages: stages(7 * DAY) })).errors).toMatchObject([
      {
        path: 'rollout.stages',
        value: '15d 11m 30s',
        remedy: "shorten the soaks or the approvals' timeouts by 1h 12m",
      },
    ]);
  });

  it.each([
    ['has none', { timeoutMs: null }, 'timeout', undefined],
    ['only pauses', { timeoutMs: DAY, onTimeout: 'pause' }, 'onTimeout', 'pause'],
    ['is only told', { timeoutMs: DAY, onTimeout: 'notify' }, 'onTimeout', 'notify'],
  ] as const)('have no bound when the timeout of an approval %s: hint', (_, changes, field, value) => {
    const [hint, ...more] = lintPlan(plan({ stages: ladder(changes) })).hints;
    expect(more).toEqual([]);
    expect(hint).toMatchObject({ path: `${AT}.${field}`, ...(value && { value }), rule: 'within-15-days' });
    expect(hint?.message).toContain(
      'onPlatformDeadline (revert) decides 14d 23h after the first gray release',
    );
    expect(hint?.remedy).toContain('onTimeout: abort');
  });

  it('count what windows add when the ladder begins at the worst moment', () => {
    // One hour a week: each stage after the first waits for the next week.
    const windows = { ...OFFICE, days: ['tue'], hours: { from: '10:00', to: '11:00' } } satisfies Windows;
    const stages = [stage(1, { soakMs: 2 * HOUR }), stage(99, { soakMs: 2 * HOUR }), stage(100)];
    expect(lintPlan(plan({ windows, stages }))).toEqual({ errors: [], hints: [] });
    const more = [stage(1, { soakMs: 2 * HOUR }), stage(10, { soakMs: 2 * HOUR }), ...stages.slice(1)];
    expect(lintPlan(plan({ windows, stages: more })).errors).toMatchObject([
      {
        path: 'rollout.stages',
        // It begins as the window closes, and ends three weeks later as one opens.
        value: '21d 5m 30s',
        remedy:
          'open rollout.windows for more hours or days (always open it would be 6h 14m 30s), or shorten the soaks',
      },
    ]);
  });

  it('are not used up by waiting once for each stage, when one wait is enough for several', () => {
    // Four times Thursday evening to Monday morning would be more than 14 days, but there is one weekend a week.
    const stages = [stage(1), stage(10), stage(50), stage(99, { soakMs: 12 * HOUR }), stage(100)];
    expect(lintPlan(plan({ windows: OFFICE, stages }))).toEqual({ errors: [], hints: [] });
  });
});
