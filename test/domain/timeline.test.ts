import { describe, expect, it } from 'vitest';
import { FINISH_MS, RAISE_MS, timeline, worstLadder } from '../../src/domain/timeline.js';
import { DAY, HOUR, MINUTE, metric, plan, stage } from '../plan/plans.js';

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

  it('once the first stage began, allows each its its raising, its soak and two intervals to confirm', () => {
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
});
