/**
 * WeChat completes a staged release on its 15th day, whatever we think of it: a warning three days before, and what the
 * plan says one hour before, in every kind of wait. (The simple cases: waiting.test.ts.)
 */
import { describe, expect, it } from 'vitest';
import type { ReleasePlan } from '../../../src/domain/plan.js';
import { begin, type Driver } from '../support/driver.js';
import { DAY, HOUR, MINUTE, metric, planWith, stage } from '../support/given.js';
import { asked, endpoints, grays, looking, waits } from './helpers.js';

/** Measured and looked at seldom: two weeks are long. */
const health = [metric({ intervalMs: 20 * MINUTE })];
const seldom = { driftEveryMs: 5 * MINUTE };
type Policy = ReleasePlan['rollout']['onPlatformDeadline'];

/** 10 % and then nothing by itself: a hold. */
const held = (onPlatformDeadline: Policy) =>
  begin(planWith({ stages: [stage(10, { hold: true }), stage(100)], onPlatformDeadline })).untilPercentage(
    10,
  );
const begunAt = ({ state }: Driver) => (state.ladder.createdSec ?? 0) * 1_000;

/** Every way in which a release can stand still at 10 %. */
const STANDS: Record<string, (policy: Policy) => Driver> = {
  'in a hold': held,
  paused: (policy) => {
    const release = held(policy);
    release.send('pause');
    return release;
  },
  'paused by a metric': (policy) => {
    const release = held(policy);
    release.measureBy(() => ({ error: 'connection refused' }));
    return release.run(3 * HOUR);
  },
  'while a person must look': (policy) => {
    const release = held(policy);
    release.wechat.submitOther(release.now);
    release.until(looking);
    // Theirs is over; but a newer one than ours stays what it is.
    return release;
  },
  frozen: (policy) => {
    const release = held(policy);
    release.send('freeze', { reason: 'holiday', for: '60d' });
    release.send('promote', { expect: 10 });
    return release;
  },
  'at a gate': (policy) => {
    const stages = [stage(10), stage(100, { approval: asked({ count: 3 }) })];
    return begin(planWith({ stages, onPlatformDeadline: policy, health }), seldom).until(waits);
  },
  'paused in the console': (policy) => {
    const release = held(policy);
    release.wechat.pause();
    return release.run(10 * MINUTE);
  },
  'raised in the console': (policy) => {
    const release = held(policy);
    release.wechat.advanceTo(30);
    return release.run(10 * MINUTE);
  },
};

describe.each(Object.keys(STANDS))('%s', (how) => {
  const given = (policy: Policy) => STANDS[how]?.(policy) as Driver;

  it('people are warned three days before, once, and status says when', () => {
    const release = given('revert');
    const finishesAt = begunAt(release) + 15 * DAY;
    expect(release.status.platformDeadline).toEqual({ finishesAt, actsAt: finishesAt - HOUR });
    const warned = () =>
      release.status.notices.filter((text) => text.includes('completes this staged release'));
    release.run(finishesAt - 3 * DAY - MINUTE - release.now);
    expect(warned()).toEqual([]);
    release.run(2 * MINUTE);
    expect(warned()).toHaveLength(1);
    release.run(DAY);
    expect(warned()).toHaveLength(1);
  });

  it('revert: users are back before WeChat would have completed it', () => {
    const release = given('revert');
    const finishesAt = begunAt(release) + 15 * DAY;
    release.run(20 * DAY);
    expect(release.state.outcome).toBe('reverted');
    const before = finishesAt - (release.state.closedAt ?? 0);
    expect(before).toBeGreaterThan(50 * MINUTE);
    expect(before).toBeLessThanOrEqual(HOUR);
    expect(release.status.reason).toContain('one hour before WeChat completes the staged release by itself');
  });

  it('complete: everyone has it, by our hand or by WeChat’s, and the bake is kept', () => {
    const release = given('complete');
    const finishesAt = begunAt(release) + 15 * DAY;
    release.run(finishesAt + HOUR - release.now);
    expect(release.status).toMatchObject({ phase: 'baking', percentage: 100 });
    for (const { verb, json } of release.status.allowed) if (verb === 'resume') release.send('resume', json);
    release.measureBy(() => ({}));
    release.run(3 * DAY);
    expect(release.state.outcome).toBe('released');
  });
});

describe('a deadline that WeChat itself names', () => {
  it('goes before our own counting', () => {
    const release = begin(planWith({ stages: [stage(10, { hold: true }), stage(100)] }));
    release.wechat.finishesAfterMs = 7 * DAY;
    release.untilPercentage(10);
    expect(release.status.platformDeadline?.finishesAt).toBe(begunAt(release) + 7 * DAY);
    release.run(7 * DAY);
    expect(release.state.outcome).toBe('reverted');
  });
});

describe('a first stage whose outcome is not known', () => {
  it('may have begun its fifteen days: users are taken back before they are over', () => {
    const release = begin(planWith());
    release.faults.set('grayRelease', ['lost']);
    release.until(looking);
    const sent = release.wechat.ledger.at(-1)?.at ?? 0;
    expect(release.status.platformDeadline?.finishesAt).toBeGreaterThanOrEqual(sent + 15 * DAY - 10 * MINUTE);
    release.run(20 * DAY);
    expect(release.state.outcome).toBe('reverted');
    expect((release.state.closedAt ?? 0) - sent).toBeLessThan(15 * DAY);
    expect(endpoints(release).at(-1)).toBe('revertGray');
  });

  it('that never began ends as aborted then, with nothing written', () => {
    const release = begin(planWith());
    release.faults.set('grayRelease', ['unknown']);
    release.until(looking).run(20 * DAY);
    expect(release.state.outcome).toBe('aborted');
    expect(grays(release)).toEqual([]);
  });
});

it('no worker is up at the deadline: what the plan says is done as soon as one is, if it is not too late', () => {
  const release = held('revert');
  release.run(begunAt(release) + 15 * DAY - 2 * HOUR - release.now);
  release.clock.goDown(HOUR + 30 * MINUTE);
  release.run(5 * HOUR);
  expect(release.state.outcome).toBe('reverted');
});

it('no worker is up until WeChat has completed it: everyone has it, and the way back is the other one', () => {
  const release = held('revert');
  release.run(begunAt(release) + 15 * DAY - 2 * HOUR - release.now);
  release.clock.goDown(5 * HOUR);
  release.run(20 * DAY);
  expect(release.state.outcome).toBe('rolledBack');
  expect(endpoints(release).at(-1)).toBe('revertCode');
});
