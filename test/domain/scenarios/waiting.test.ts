/** Deadlines: the audit's own, WeChat's fifteen days; and what happens when no worker was up. */
import { describe, expect, it } from 'vitest';
import { begin, type Driver } from '../support/driver.js';
import { DAY, HOUR, MINUTE, metric, NOW, planWith, stage } from '../support/given.js';

const endpoints = ({ wechat }: Driver) => wechat.ledger.map(({ endpoint }) => endpoint);

describe('an audit', () => {
  it('that is rejected ends the release as rejected, with the reviewer’s reason', () => {
    const release = begin(planWith());
    release.wechat.verdict = { after: HOUR, status: 'rejected', reason: '1: 账号信息不符合规范' };
    release.run();
    expect(release.state).toMatchObject({ outcome: 'rejected', audit: { state: 'rejected' } });
    expect(release.status.reason).toContain('账号信息不符合规范');
  });

  it('that is delayed is not over', () => {
    const release = begin(planWith());
    release.wechat.verdict = { after: HOUR, status: 'delayed', reason: 'busy' };
    release.run(2 * HOUR);
    expect(release.state).toMatchObject({ phase: 'auditing', audit: { state: 'delayed' } });
    release.wechat.audit = { auditId: 1, status: 'approved', version: '1.4.0', reason: '' };
    expect(release.run().state.outcome).toBe('released');
  });

  it('that takes too long is told once and waited for', () => {
    const release = begin(planWith());
    release.wechat.verdict = { after: 16 * DAY, status: 'approved', reason: '' };
    release.run(15 * DAY);
    expect(release.status.notices.filter((text) => text.includes('longer than planned'))).toHaveLength(1);
    expect(release.run().state.outcome).toBe('released');
  });

  it.each(['auditing', 'paused', 'attention'])(
    'that takes too long is withdrawn where the plan says so (%s)',
    (how) => {
      const release = begin(planWith({ audit: { onDeadline: 'withdraw' } }));
      release.wechat.verdict = { after: null, status: 'approved', reason: '' };
      release.run(DAY);
      if (how === 'paused') release.send('pause');
      if (how === 'attention')
        release.state = {
          ...release.state,
          attention: { reason: '48001', remedy: 'mend', step: 'watchAudit', since: release.now },
        };
      release.run();
      expect(release.state.outcome).toBe('aborted');
      expect(release.wechat.audit?.status).toBe('withdrawn');
      expect(release.now - NOW - 14 * DAY).toBeLessThan(HOUR);
    },
  );

  it('that someone withdrew waits for a person; retry submits another, whose deadline is its own', () => {
    const release = begin(planWith({ audit: { onDeadline: 'withdraw' } }));
    release.wechat.verdict = { after: 13 * DAY, status: 'withdrawn', reason: '' };
    release.until(({ state }) => state.attention !== null);
    release.wechat.verdict = { after: 2 * DAY, status: 'approved', reason: '' };
    release.send('pause');
    release.send('retry');
    release.run(2 * DAY);
    expect(release.state.phase).toBe('auditing');
    release.send('resume');
    expect(release.run().state.outcome).toBe('released');
    expect(release.status.audit.auditId).toBe(2);
  });

  it('that cannot be read for lack of a permission is not asked for again and again', () => {
    const release = begin(planWith()).until(({ state }) => state.audit.id !== null);
    const attention = { reason: '48001 rid: 1', remedy: 'mend', step: 'watchAudit', since: release.now };
    release.state = { ...release.state, attention };
    release.run(DAY);
    expect(release.state.phase).toBe('auditing');
    release.send('retry');
    expect(release.run().state.outcome).toBe('released');
  });
});

describe('WeChat completes a staged release by itself on its 15th day', () => {
  const held = (changes = {}) => planWith({ stages: [stage(10, { hold: true }), stage(100)], ...changes });
  const begun = ({ state }: Driver) => (state.ladder.createdSec ?? 0) * 1_000;

  it('a person is warned three days before', () => {
    const release = begin(held()).untilPercentage(10);
    release.run(begun(release) + 12 * DAY - MINUTE - release.now);
    expect(release.status.notices).toEqual([]);
    release.run(2 * MINUTE);
    expect(release.status.notices[0]).toContain('by itself');
  });

  it.each(['holding', 'paused', 'attention'])('users are taken back an hour before, also while %s', (how) => {
    const release = begin(held()).untilPercentage(10);
    if (how === 'paused') release.send('pause');
    if (how === 'attention') release.wechat.submitOther(release.now);
    release.run(12 * DAY);
    if (how === 'attention') expect(release.state.attention?.step).toBe('drift');
    release.run();
    expect(release.state.outcome).toBe('reverted');
    const before = begun(release) + 15 * DAY - (release.state.closedAt ?? 0);
    expect(before).toBeLessThanOrEqual(HOUR);
    expect(before).toBeGreaterThan(HOUR - 5 * MINUTE);
  });

  it('or completed where the plan says so: the bake is kept whole and the release is released', () => {
    const release = begin(held({ onPlatformDeadline: 'complete' })).untilPercentage(10);
    release.until(({ state }) => state.phase === 'baking');
    const online = release.now;
    release.run();
    expect(release.state.outcome).toBe('released');
    expect(release.now - online).toBeGreaterThanOrEqual(DAY - MINUTE);
    expect(release.now - online).toBeLessThan(DAY + HOUR);
  });

  it('completes although it is paused; the bake then waits for resume', () => {
    const release = begin(held({ onPlatformDeadline: 'complete' })).untilPercentage(10);
    release.send('pause');
    release.run(20 * DAY);
    expect(release.status).toMatchObject({ phase: 'baking', percentage: 100, bake: { endsAt: null } });
    release.send('resume');
    expect(release.run().state.outcome).toBe('released');
  });

  it('completes also while a person must look, and asks again when WeChat refuses', () => {
    const release = begin(held({ onPlatformDeadline: 'complete' })).untilPercentage(10);
    release.wechat.pause();
    release.until(({ state }) => state.ladder.forced);
    release.until(({ state }) => state.attention?.step === 'grayRelease');
    expect(release.status.reason).toContain('paused in the console');
    // WeChat completes it by itself an hour later, and the guard sees it.
    expect(release.run().state.outcome).toBe('released');
  });
});

describe('no worker was up for days', () => {
  it('between a confirmation and its step: the step is not sent, health is confirmed again', () => {
    const plan = planWith({ health: [metric({ intervalMs: MINUTE })] });
    const release = begin(plan).untilPercentage(1);
    release.delays.set('grayRelease', [3 * DAY]);
    release.until(({ state }) => state.ladder.percentage === 10);
    const steps = release.wechat.ledger.filter(({ endpoint }) => endpoint === 'grayRelease');
    expect(steps.map(({ percentage }) => percentage)).toEqual([1, 10]);
    expect((steps[1]?.at ?? 0) - (steps[0]?.at ?? 0)).toBeGreaterThan(3 * DAY);
    expect(release.run().state.outcome).toBe('released');
  });

  it('and health had become bad meanwhile: the step is never taken', () => {
    const release = begin(planWith()).untilPercentage(1);
    release.delays.set('grayRelease', [3 * DAY]);
    release.after(2 * DAY, () => release.measureBy(() => ({ value: 0.5 })));
    release.run();
    expect(release.state.outcome).toBe('reverted');
    expect(endpoints(release).filter((endpoint) => endpoint === 'grayRelease')).toHaveLength(1);
  });

  it('before the first percentage: nothing was promised to health yet', () => {
    const release = begin(planWith());
    release.delays.set('grayRelease', [3 * DAY]);
    expect(release.run().state.outcome).toBe('released');
  });
});
