import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReleasePlan } from '../../src/domain/plan.js';
import type { Opening } from '../../src/domain/status.js';
import { FINISH_MS, RAISE_MS, timeline, worstLadder } from '../../src/domain/timeline.js';
import { firstOpen, type NextOpening, nextIn } from '../../src/domain/windows.js';
import { approval, DAY, HOUR, MINUTE, metric, plan, stage } from '../plan/plans.js';

const START = Date.parse('2025-01-06T10:00:00Z');

const ladder = plan({
  stages: [stage(1, { soakMs: HOUR }), stage(10, { soakMs: 2 * HOUR }), stage(100)],
  bakeMs: DAY,
  health: [metric({ intervalMs: MINUTE })],
});

describe('the timeline of a release', () => {
  it('goes from the audit over every stage to the bake and the end', () => {
    const steps = timeline(ladder, START).map(({ step, percentage }) => [step, percentage]);
    expect(steps).toEqual([
      ['audit', null],
      ['stage', 1],
      ['stage', 10],
      ['stage', 100],
      ['bake', 100],
      ['end', 100],
    ]);
  });

  it('at the earliest lasts its soaks and its bake, and nothing else', () => {
    const earliest = timeline(ladder, START).map((row) => row.earliest - START);
    expect(earliest).toEqual([0, 0, HOUR, 3 * HOUR, 3 * HOUR, 3 * HOUR + DAY]);
  });

  it('has no latest moment after the audit, since nobody knows how long WeChat takes', () => {
    const [audit, ...rest] = timeline(ladder, START);
    expect(audit?.latest).toEqual({ at: START });
    for (const row of rest) expect(row.latest).toEqual({ at: null, why: 'audit' });
  });

  it('is bounded when the plan withdraws an overdue audit', () => {
    const bounded = plan({ ...ladder, audit: { onDeadline: 'withdraw', deadlineMs: 3 * DAY } });
    expect(timeline(bounded, START)[1]?.latest).toEqual({ at: START + 3 * DAY });
  });

  it('once the first stage began, allows each its raising, its soak and two intervals to confirm', () => {
    const begun = START + DAY;
    const rows = timeline(ladder, START, { firstStageAt: begun });
    const first = RAISE_MS + HOUR + 2 * MINUTE;
    const second = RAISE_MS + 2 * HOUR + 2 * MINUTE;
    expect(rows.slice(1).map((row) => row.latest.at)).toEqual([
      begun,
      begun + first,
      begun + first + second,
      begun + first + second + FINISH_MS,
      begun + first + second + FINISH_MS + DAY + 2 * MINUTE,
    ]);
  });

  it('allows a stage the time to its first measurement when that is longer than its soak', () => {
    const slow = plan({
      stages: [stage(1, { soakMs: MINUTE }), stage(100)],
      health: [metric({ initialDelayMs: 5 * MINUTE, intervalMs: MINUTE })],
    });
    expect(worstLadder(slow).ms).toBe(RAISE_MS + 6 * MINUTE + 2 * MINUTE + FINISH_MS);
  });

  it('has no latest moment after a hold, since it waits for a person', () => {
    const held = plan({ stages: [stage(1, { soakMs: HOUR, hold: true }), stage(100)] });
    const rows = timeline(held, START, { firstStageAt: START });
    expect(rows.map((row) => [row.step, row.latest])).toEqual([
      ['audit', { at: START }],
      ['stage', { at: START }],
      ['stage', { at: null, why: 'hold' }],
      ['bake', { at: null, why: 'hold' }],
      ['end', { at: null, why: 'hold' }],
    ]);
    expect(rows[2]?.earliest).toBe(START + HOUR);
    expect(worstLadder(held).holds).toEqual([1]);
  });

  it('allows a metric the passes in a row that it needs, and waits for no dry run', () => {
    const stages = [stage(1, { soakMs: MINUTE }), stage(100)];
    const row = metric({ intervalMs: MINUTE, consecutiveSuccessLimit: 5 });
    const dry = metric({ name: 'dry', intervalMs: HOUR, dryRun: true });
    expect(worstLadder(plan({ stages, health: [row, dry] })).ms).toBe(
      RAISE_MS + 5 * MINUTE + 2 * MINUTE + FINISH_MS,
    );
  });
});

/** When each step begins at the latest, milliseconds after START; or why that cannot be said. */
const latestOf = (given: ReleasePlan, ...more: [{ firstStageAt?: number }?, (NextOpening | null)?]) =>
  timeline(given, START, ...more).map(({ latest }) => (latest.at === null ? latest.why : latest.at - START));

describe('an approval on the way', () => {
  const approved = (changes: Parameters<typeof approval>[0]) =>
    plan({
      stages: [
        stage(1, { soakMs: HOUR }),
        stage(99, { soakMs: HOUR, approval: approval(changes) }),
        stage(100),
      ],
    });
  const stageMs = RAISE_MS + HOUR + 2 * MINUTE;

  it('costs nothing at the earliest, and its timeout at the latest when that aborts', () => {
    const given = approved({ timeoutMs: DAY, onTimeout: 'abort' });
    const known = { firstStageAt: START };
    expect(timeline(given, START, known).map(({ earliest }) => earliest - START)).toEqual([
      ...[0, 0, HOUR, 2 * HOUR, 2 * HOUR, 2 * HOUR + DAY],
    ]);
    expect(latestOf(given, known).slice(1, 4)).toEqual([0, stageMs + DAY, 2 * stageMs + DAY]);
    expect(worstLadder(given)).toEqual({ ms: 2 * stageMs + DAY + FINISH_MS, holds: [], approvals: [] });
    expect(timeline(given, START)[2]?.approval).toMatchObject({ count: 1 });
  });

  it('has no latest moment when nothing ends it', () => {
    for (const changes of [{ timeoutMs: null }, { timeoutMs: DAY, onTimeout: 'notify' }] as const) {
      const given = approved(changes);
      expect(latestOf(given, { firstStageAt: START })).toEqual([0, 0, ...Array(4).fill('approval')]);
      expect(worstLadder(given).approvals).toEqual([99]);
    }
    // Two days to answer are foreseen, although the release then only pauses.
    const twoDays = approved({ timeoutMs: 2 * DAY, onTimeout: 'pause' });
    expect(worstLadder(twoDays).ms).toBe(2 * stageMs + 2 * DAY + FINISH_MS);
  });

  it('of the first stage or of the trial version comes before the ladder', () => {
    const stages = [stage(1, { approval: approval() }), stage(100)];
    const given = plan({ stages, top: { trial: { approval: approval() } } });
    expect(latestOf(given)).toEqual(Array(5).fill('approval'));
    expect(latestOf(given, { firstStageAt: START })[1]).toBe(0);
    expect(worstLadder(given).approvals).toEqual([]);
  });
});

describe('an audit', () => {
  it('that is rejected begins anew, as often as people correct it', () => {
    const audit = { onDeadline: 'withdraw', deadlineMs: DAY, onReject: 'wait' } as const;
    expect(latestOf(plan({ ...ladder, audit }))[1]).toBe('audit');
  });

  it('that has passed already is no step', () => {
    const given = plan({ top: { source: 'approved', template: null } });
    expect(timeline(given, START)[0]).toMatchObject({
      step: 'stage',
      earliest: START,
      latest: { at: START },
    });
  });
});

describe('windows', () => {
  /** Open each day from 10:00 to 18:00 UTC; START is 10:00. */
  const daily: NextOpening = (at) => {
    const day = Math.floor((at - START) / DAY) * DAY + START;
    const opensAt = at < day + 8 * HOUR ? day : day + DAY;
    return { opensAt, closesAt: opensAt + 8 * HOUR };
  };

  it('move a stage that would begin outside to the next opening, at the earliest and at the latest', () => {
    const given = plan({
      stages: [stage(1, { soakMs: 4 * HOUR }), stage(99, { soakMs: 4 * HOUR - 3 * MINUTE }), stage(100)],
    });
    const known = { firstStageAt: START };
    expect(timeline(given, START, known, daily).map(({ earliest }) => earliest - START)).toEqual([
      ...[0, 0, 4 * HOUR, 8 * HOUR - 3 * MINUTE, 8 * HOUR - 3 * MINUTE, 8 * HOUR - 3 * MINUTE + DAY],
    ]);
    // Three minutes later each, which for the last is after six in the evening.
    expect(latestOf(given, known, daily).slice(1, 5)).toEqual([
      0,
      4 * HOUR + 3 * MINUTE,
      DAY,
      DAY + FINISH_MS,
    ]);
  });

  it('hold up the first stage too, and neither the bake nor the end', () => {
    const rows = timeline(plan({ stages: [stage(100)], bakeMs: HOUR }), START + 9 * HOUR, {}, daily);
    expect(rows.map(({ step, earliest }) => [step, earliest - START])).toEqual([
      ['audit', 9 * HOUR],
      ['stage', DAY],
      ['bake', DAY],
      ['end', DAY + HOUR],
    ]);
  });
});

it('the longest way up a ladder is the longest there is, of all moments in which it may begin', () => {
  const openings = fc
    .uniqueArray(fc.nat(600), { minLength: 2, maxLength: 12 })
    .map((moments) => moments.sort((one, other) => one - other))
    .map((moments) =>
      moments.flatMap((opensAt, index): Opening[] => {
        const closesAt = moments[index + 1];
        return index % 2 === 1 || closesAt === undefined
          ? []
          : [{ opensAt: opensAt * MINUTE, closesAt: closesAt * MINUTE }];
      }),
    );
  const soaks = fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(openings, soaks, (given, minutes) => {
      const stages = [
        ...minutes.map((soak, index) => stage(index + 1, { soakMs: soak * MINUTE })),
        stage(100),
      ];
      const next = nextIn(given);
      let longest = minutes.reduce((sum, soak) => sum + soak * MINUTE + RAISE_MS, 0);
      for (let begin = 0; begin <= 600 * MINUTE; begin += MINUTE) {
        if (!given.some(({ opensAt, closesAt }) => opensAt <= begin && begin < closesAt)) continue;
        const end = minutes.reduce((at, soak) => firstOpen(next, at + soak * MINUTE + RAISE_MS), begin);
        longest = Math.max(longest, end - begin);
      }
      expect(worstLadder(plan({ stages, health: [] }), given).ms).toBe(longest + FINISH_MS);
    }),
  );
});

it('the next of a list of openings is the first that has not closed', () => {
  const list = [10, 30, 50].map((opensAt) => ({ opensAt, closesAt: opensAt + 10 }));
  const next = nextIn(list);
  expect([0, 10, 19, 20, 49, 59, 60].map((at) => next(at)?.opensAt)).toEqual([
    10,
    10,
    10,
    30,
    50,
    50,
    undefined,
  ]);
  expect([0, 15, 20, 60].map((at) => firstOpen(next, at))).toEqual([10, 15, 30, 60]);
});
