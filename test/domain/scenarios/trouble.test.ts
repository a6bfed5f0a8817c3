/** Someone else's hand, writes of unknown outcome, a WeChat that cannot be read. */
import { describe, expect, it } from 'vitest';
import { apply } from '../../../src/domain/apply.js';
import { DEFAULT_DRIFT } from '../../../src/domain/plan-defaults.js';
import { begin, type Driver } from '../support/driver.js';
import type { Fault } from '../support/fake-effects.js';
import { DAY, HOUR, MINUTE, planWith, SECOND, stage } from '../support/given.js';

const grays = ({ wechat }: Driver) =>
  wechat.ledger.flatMap(({ endpoint, percentage }) => (endpoint === 'grayRelease' ? [percentage] : []));
/** A plan that leaves every button to a person. */
const plan = planWith({ onDrift: { ...DEFAULT_DRIFT, advanced: 'attention', paused: 'attention' } });
const looking = ({ state }: Driver) => state.attention !== null;

describe('a button in WeChat’s console', () => {
  it('paused: a person must look; when the console resumes it, it goes on by itself', () => {
    const release = begin(plan).untilPercentage(10);
    release.wechat.pause();
    release.run(5 * MINUTE);
    expect(release.status.attention).toMatchObject({ step: 'drift' });
    expect(release.status.reason).toContain('someone paused the staged release at 10 %');
    release.wechat.unpause();
    release.run(5 * MINUTE);
    expect(release.status.attention).toBeNull();
    expect(release.run().state.outcome).toBe('released');
  });

  it('paused just before a stage ends is seen by the confirmation, and cleared just so', () => {
    const release = begin(plan, { driftEveryMs: 4 * MINUTE }).untilPercentage(10);
    release.until(({ state }) => state.ladder.soak !== null);
    release.run(HOUR - 5 * SECOND);
    release.wechat.pause();
    release.until(looking).run(10 * SECOND);
    release.wechat.unpause();
    release.run(10 * MINUTE);
    expect(release.status.attention).toBeNull();
    expect(release.run().state.outcome).toBe('released');
  });

  it('raised: a person must look, and nothing is written over it', () => {
    const release = begin(plan).untilPercentage(10);
    release.wechat.advanceTo(30);
    release.until(looking).run(DAY);
    expect(release.status.reason).toContain('someone set the staged release to 30 %, we left it at 10 %');
    expect(grays(release)).toEqual([1, 10]);
    release.send('abort');
    expect(release.run().state.outcome).toBe('reverted');
  });

  it('cancelled: a person must look; giveUp closes, for no staged release runs', () => {
    const release = begin(plan).untilPercentage(10);
    release.wechat.cancel();
    release.until(looking);
    expect(release.status.reason).toContain('cancelled');
    expect(release.send('giveUp').accepted).toBe(true);
    expect(release.run().state.outcome).toBe('failed');
  });

  it('cancelled: abort finds that users are back', () => {
    const release = begin(plan).untilPercentage(10);
    release.wechat.cancel();
    release.until(looking).send('abort');
    expect(release.run().state.outcome).toBe('reverted');
  });

  it('cancelled between gray 100 and online: the full release is not pushed over it', () => {
    const release = begin(plan);
    release.wechat.fullReleaseMs = null;
    release.until(({ state }) => state.ladder.completingSince !== null);
    release.wechat.gray = { ...release.wechat.gray, status: 'deleted' };
    release.until(looking).run(HOUR);
    expect(release.status.reason).toContain('cancelled');
    expect(release.wechat.ledger.at(-1)?.endpoint).toBe('grayRelease');
  });

  it('finished: everyone has the version, and the bake begins', () => {
    const release = begin(plan).untilPercentage(10);
    release.wechat.finish(release.now);
    release.until(({ state }) => state.phase === 'baking');
    expect(release.status.notices[0]).toContain('someone finished the staged release');
    expect(release.run().state.outcome).toBe('released');
  });

  it('paused and then finished: what had to be looked at is over', () => {
    const release = begin(plan).untilPercentage(10);
    release.wechat.pause();
    release.until(looking);
    release.wechat.finish(release.now);
    release.until(({ state }) => state.phase === 'baking').run(MINUTE);
    expect(release.status.attention).toBeNull();
    expect(release.run().state.outcome).toBe('released');
  });

  it('another version online while baking: a person must look, and abort leaves it alone', () => {
    const release = begin(plan).until(({ state }) => state.phase === 'baking');
    release.wechat.releaseOther('2.0.0', release.now);
    release.until(looking).send('abort');
    expect(release.run().state.outcome).toBe('failed');
    expect(release.wechat.online?.version).toBe('2.0.0');
  });

  it('another audit: a person must look', () => {
    const release = begin(plan).untilPercentage(10);
    release.wechat.submitOther(release.now);
    release.until(looking);
    expect(release.status.reason).toContain('audit 2 was submitted by someone else after ours (1)');
  });
});

describe('a WeChat that cannot be read', () => {
  it.each([
    ['by the guard', 10 * MINUTE],
    ['by a confirmation', HOUR - 5 * SECOND],
  ])('%s: a person must look, until it can be read again', (_who, after) => {
    const release = begin(plan, { driftEveryMs: 4 * MINUTE })
      .untilPercentage(10)
      .run(after);
    release.wechat.readable = false;
    release.until(looking);
    release.wechat.readable = true;
    release.run(10 * MINUTE);
    expect(release.status.attention).toBeNull();
    expect(release.run().state.outcome).toBe('released');
  });
});

describe('a write of which nobody can tell whether it took effect', () => {
  const effects = ['commit', 'submitAudit', 'grayRelease'] as const;
  const faults: Fault[] = ['unknown', 'lost', 'refuse'];
  it.each(effects.flatMap((effect) => faults.map((fault) => [effect, fault] as const)))(
    '%s (%s): a person must look; retry reads first and goes on',
    (effect, fault) => {
      const release = begin(plan);
      release.faults.set(effect, [fault]);
      release.until(looking);
      expect(release.status.attention).toMatchObject({ step: effect });
      expect(release.status.allowed.map(({ verb }) => verb)).toEqual(
        expect.arrayContaining(['abort', 'retry']),
      );
      release.send('retry');
      expect(release.run().state.outcome).toBe('released');
      expect(grays(release)).toEqual([1, 10, 50, 100]);
    },
  );

  it.each([10, 50, 100])(
    'grayrelease %i that took effect late is ours: it is no drift, and retry goes on from it',
    (percentage) => {
      const release = begin(plan).until(({ state }) => {
        const next = plan.rollout.stages[state.ladder.stage + 1];
        return state.phase === 'rolling' && next?.percentage === percentage;
      });
      release.faults.set('grayRelease', ['lost']);
      release.until(looking).run(HOUR);
      if (percentage < 100) {
        expect(release.status.attention).toMatchObject({ step: 'grayRelease' });
        release.send('retry');
      }
      expect(release.run().state.outcome).toBe('released');
      expect(grays(release)).toEqual([1, 10, 50, 100]);
    },
  );

  it('of an attempt that vanished before it could say that it wrote, is found and counts once', () => {
    const release = begin(plan);
    release.faults.set('grayRelease', ['vanish', 'vanish', 'vanish', 'vanish']);
    expect(release.run().state.outcome).toBe('released');
    expect(grays(release)).toEqual([1, 10, 50, 100]);
  });

  it('is not tried again while paused, also when it was the first percentage', () => {
    const release = begin(plan);
    release.faults.set('grayRelease', ['unknown']);
    release.until(looking).send('pause');
    release.send('retry');
    release.run(DAY);
    expect(grays(release)).toEqual([]);
    release.send('resume');
    expect(release.run().state.outcome).toBe('released');
  });

  it('is not sent again over a colleague’s cancel', () => {
    const release = begin(plan);
    release.faults.set('grayRelease', ['lost']);
    release.until(looking);
    release.wechat.cancel();
    release.send('retry');
    release.run(DAY);
    expect(grays(release)).toEqual([1]);
    expect(release.status.reason).toContain('someone cancelled the staged release');
    release.send('abort');
    expect(release.run().state.phase).toBe('closed');
  });

  it('is watched: the guard goes on while a person must look', () => {
    const release = begin(plan).untilPercentage(10);
    release.faults.set('grayRelease', ['unknown']);
    release.until(looking).run(DAY);
    release.measureBy(() => ({ value: 0.5 }));
    expect(release.run().state.outcome).toBe('reverted');
  });
});

describe('a plan with a single stage', () => {
  it('of 100 % asks for a person when it cannot tell, and finds it after retry', () => {
    const release = begin(planWith({ stages: [stage(100)] }));
    release.wechat.fullReleaseMs = 2 * MINUTE;
    release.faults.set('grayRelease', ['lost']);
    release.until(looking).send('retry');
    expect(release.run().state.outcome).toBe('released');
    expect(grays(release)).toEqual([100]);
  });
});

describe('a measurement that is old before the step it confirms can be sent', () => {
  it('is taken anew, five times; then a person looks, and nothing was sent', () => {
    const release = begin(plan).untilPercentage(1);
    release.delays.set(
      'grayRelease',
      Array.from({ length: 5 }, () => 5 * MINUTE),
    );
    release.until(looking);
    expect(grays(release)).toEqual([1]);
    expect(release.status.attention?.reason).toMatch(
      /^5 times in a row the measurement before the next step was older than \S+ \(two intervals\)/,
    );
    release.send('retry');
    expect(release.run().state.outcome).toBe('released');
    expect(grays(release)).toEqual([1, 10, 50, 100]);
  });

  it('four times is bad luck, at any stage', () => {
    const release = begin(plan).untilPercentage(1);
    for (const percentage of [10, 50]) {
      release.delays.set(
        'grayRelease',
        Array.from({ length: 4 }, () => 5 * MINUTE),
      );
      release.until((driver) => looking(driver) || grays(driver).includes(percentage));
    }
    expect(release.run().state.outcome).toBe('released');
  });
});

describe('a write that was sent, and grew too old before it could be sent again', () => {
  it('is on record, since it may still show', () => {
    const release = begin(plan).untilPercentage(1);
    const answer = 'the health confirmation grew too old';
    const stale = { status: 'stale', at: release.now, writes: 1, answer } as const;
    const event = { type: 'effect', effect: 'grayRelease', stage: 1, percentage: 10, result: stale } as const;
    const { effects } = apply(release.state, release.plan, event, release.now);
    expect(effects.at(-1)).toMatchObject({
      endpoint: 'grayrelease',
      percentage: 10,
      result: 'unknown',
      writes: 1,
    });
  });
});

describe('a write that WeChat does not take yet', () => {
  it('is a wait that says what it is for, and goes on by itself', () => {
    const release = begin(plan);
    release.faults.set('submitAudit', ['defer', 'defer']);
    release.until(({ state }) => state.putOff?.times === 2);
    expect(release.status).toMatchObject({
      attention: null,
      reason: 'asks again for submit_audit: 45011 too many calls in this minute',
      next: { what: 'submit_audit', at: expect.any(Number) },
    });
    expect(release.run().state.outcome).toBe('released');
  });

  it('is not sent after an abort or while paused', () => {
    for (const effect of ['commit', 'submitAudit', 'grayRelease'] as const) {
      const release = begin(plan);
      release.faults.set(effect, ['defer']);
      release.until(({ state }) => state.putOff !== null);
      release.send('pause');
      release.run(HOUR);
      expect(release.wechat.ledger.map(({ endpoint }) => endpoint)).not.toContain(effect);
      release.send('abort');
      expect(release.run().state.outcome).toBe('aborted');
      expect(release.wechat.ledger.map(({ endpoint }) => endpoint)).not.toContain(effect);
    }
  });

  it('does not hold up the way back, and health is watched meanwhile', () => {
    const release = begin(plan).untilPercentage(10);
    release.faults.set(
      'grayRelease',
      Array.from({ length: 20 }, () => 'defer' as const),
    );
    release.until(({ state }) => state.putOff !== null);
    const since = release.now;
    release.measureBy(() => ({ value: 1 }));
    expect(release.run().state.outcome).toBe('reverted');
    expect(release.now - since).toBeLessThan(3 * MINUTE);
    expect(grays(release)).toEqual([1, 10]);
  });

  it('is asked for again with a fresh measurement, thirty times at most; then a person looks', () => {
    const release = begin(plan).untilPercentage(10);
    release.faults.set(
      'grayRelease',
      Array.from({ length: 31 }, () => 'defer' as const),
    );
    release.until(looking);
    expect(release.status.attention).toMatchObject({
      step: 'grayRelease',
      reason: expect.stringContaining('45011'),
    });
    release.send('retry');
    expect(release.run().state.outcome).toBe('released');
    expect(grays(release)).toEqual([1, 10, 50, 100]);
  });
});
