/** A release that builds on what is there: an audit that passed before. (What others uploaded: gates-trial.test.ts.) */
import { describe, expect, it } from 'vitest';
import type { ReleasePlan } from '../../../src/domain/plan.js';
import { begin, type Driver, failingFrom } from '../support/driver.js';
import { DAY, HOUR, MINUTE, planWith } from '../support/given.js';
import { endpoints, grays, looking } from './helpers.js';

const standing: ReleasePlan = { ...planWith(), source: 'approved', template: null };

/** As an earlier release leaves it: an audit that passed, and a staged release that was cancelled. */
function afterReverted(plan = standing): Driver {
  const release = begin(plan);
  release.wechat.passed(release.now - DAY);
  release.wechat.begin(release.now - DAY, 10, '1.4.0');
  release.wechat.gray = { ...release.wechat.gray, status: 'deleted' };
  return release;
}

describe('a release on an audit that passed (source: approved)', () => {
  it('uploads nothing, submits nothing, and goes up the ladder', () => {
    const release = begin(standing);
    release.wechat.passed(release.now);
    expect(release.run().state.outcome).toBe('released');
    expect(endpoints(release)).toEqual(['grayRelease', 'grayRelease', 'grayRelease', 'grayRelease']);
    expect(release.status.decisions).toContainEqual(
      expect.objectContaining({ what: 'approved before', why: 'audit 1 of 1.4.0 passed' }),
    );
    expect(release.status.audit).toMatchObject({ auditId: 1, state: 'approved', submittedAt: null });
  });

  it.each([
    ['the latest audit is of another version', (r: Driver) => r.wechat.submitOther(r.now), '9.9.9, auditing'],
    [
      'the latest audit was rejected',
      (r: Driver) => {
        r.wechat.submitted(r.now, '1.4.0');
        r.wechat.audit = { auditId: 1, status: 'rejected', version: '1.4.0', reason: 'no' };
      },
      '1 of 1.4.0, rejected',
    ],
    [
      'another one passed after ours',
      (r: Driver) => {
        r.wechat.passed(r.now);
        r.wechat.submitOther(r.now);
        r.wechat.audit = { auditId: 2, status: 'approved', version: '9.9.9', reason: '' };
      },
      '2 of 9.9.9, approved',
    ],
    ['there is none', () => undefined, 'the latest audit is none'],
  ])('is refused when %s', (_why, arrange, text) => {
    const release = begin(standing);
    arrange(release);
    release.run();
    expect(release.state.outcome).toBe('failed');
    expect(release.status.reason).toContain('refused before anything was changed');
    expect(release.status.reason).toContain(text);
    expect(endpoints(release)).toEqual([]);
  });

  it('pauses before its first stage like any other', () => {
    const release = begin(standing);
    release.wechat.passed(release.now);
    release.send('pause');
    release.run(DAY);
    expect(release.status).toMatchObject({ phase: 'ready', percentage: 0 });
    release.send('resume');
    expect(release.run().state.outcome).toBe('released');
  });
});

describe('the next release after one that was reverted', () => {
  it('uses the standing approval, and what is left of the old staged release is not taken for ours', () => {
    const release = afterReverted();
    const old = release.wechat.gray.createdSec;
    expect(release.run().state.outcome).toBe('released');
    expect(release.state.ladder.createdSec).toBeGreaterThan(old);
    expect(endpoints(release).every((endpoint) => endpoint === 'grayRelease')).toBe(true);
  });

  it('says that the way back after 100 % may be gone', () => {
    const release = afterReverted().until(({ state }) => state.baseline !== null);
    expect(release.status.notices.join()).toContain('a staged release was cancelled since 1.3.0 went online');
  });

  it('is taken back like the first', () => {
    const release = afterReverted();
    release.measureBy(failingFrom(10));
    expect(release.run().state.outcome).toBe('reverted');
    expect(endpoints(release).at(-1)).toBe('revertGray');
  });

  it('aborted before its first stage ends at once: the old staged release is not ours to look at', () => {
    const release = afterReverted();
    release.send('pause');
    release.until(({ state }) => state.phase === 'ready').send('abort');
    release.run();
    expect(release.state.outcome).toBe('aborted');
    expect(release.status.reason).toContain('no user saw it');
  });

  it.each(['lost', 'vanish', 'unknown', 'died'] as const)(
    'knows its own first stage from the old one although the write was %s',
    (fault) => {
      const release = afterReverted();
      release.faults.set('grayRelease', [fault]);
      release.until(({ state }) => looking({ state } as Driver) || state.ladder.stage >= 0);
      if (looking(release)) release.send('retry');
      expect(release.run().state.outcome).toBe('released');
      expect(grays(release)).toEqual([1, 10, 50, 100]);
    },
  );

  it('whose first write is not known to have taken effect is taken back by abort all the same', () => {
    const release = afterReverted();
    release.faults.set('grayRelease', ['lost']);
    release.until(looking).run(HOUR).send('abort');
    expect(release.run().state.outcome).toBe('reverted');
    expect(release.wechat.gray.status).toBe('deleted');
  });

  it('does not see a drift in the staged release that stands there cancelled', () => {
    const release = afterReverted();
    release.send('pause');
    release.run(2 * DAY);
    expect(release.status).toMatchObject({ phase: 'ready', attention: null });
  });
});

describe('a version that was online once and taken back', () => {
  it('cannot be released again from the same audit: WeChat’s answer is shown, and abort ends it', () => {
    const release = begin(standing);
    release.wechat.passed(release.now);
    release.faults.set('grayRelease', ['refuse']);
    release.until(looking);
    expect(release.status.attention?.step).toBe('grayRelease');
    release.run(MINUTE).send('abort');
    release.run();
    expect(release.state.outcome).toBe('aborted');
  });
});
