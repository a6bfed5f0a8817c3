/** People and senders of reports steer a release. */
import { describe, expect, it } from 'vitest';
import { begin } from '../support/driver.js';
import { DAY, HOUR, MINUTE, planWith, pushed, SECOND, stage } from '../support/given.js';

describe('people steer', () => {
  it('a hold lasts until promote, whatever the soak', () => {
    const stages = [stage(1), stage(10, { hold: true }), stage(100)];
    const release = begin(planWith({ stages })).untilPercentage(10);
    release.run(3 * DAY);
    expect(release.status).toMatchObject({ percentage: 10, reason: 'holds at 10 % until promoted' });
    expect(release.status.stages[1]?.state).toBe('holding');
    expect(release.send('promote', { expect: 10 }).accepted).toBe(true);
    expect(release.run().state.outcome).toBe('released');
  });

  it('promote ends a soak, but not without a fresh pass', () => {
    const release = begin(planWith(), { measure: () => ({ value: null }) });
    release.measureBy(() => ({}));
    release.untilPercentage(1).run(10 * MINUTE);
    release.measureBy(() => ({ error: 'provider is down' }));
    release.send('promote', { expect: 1 });
    release.run(2 * MINUTE);
    expect(release.state.ladder.percentage).toBe(1);
    expect(release.status.reason).toContain('provider is down');
    release.measureBy(() => ({}));
    release.run(2 * MINUTE);
    expect(release.state.ladder.percentage).toBe(10);
  });

  it('promote with full goes straight to 100 and leaves the stages between out', () => {
    const release = begin(planWith()).untilPercentage(1);
    release.send('promote', { expect: 1, full: true });
    release.run();
    const steps = release.wechat.ledger.flatMap(({ percentage }) => percentage ?? []);
    expect(steps).toEqual([1, 100]);
    expect(release.status.stages.map(({ state }) => state)).toEqual(['done', 'skipped', 'skipped', 'done']);
  });

  it('a pause keeps the percentage and the rest of the soak', () => {
    const release = begin(planWith())
      .untilPercentage(10)
      .run(20 * MINUTE);
    release.send('pause');
    release.run(3 * DAY);
    expect(release.status.stages[1]).toMatchObject({ state: 'soaking', soakEndsAt: null });
    const left = release.status.stages[1]?.remainingMs ?? 0;
    expect(left).toBeGreaterThan(39 * MINUTE);
    release.send('resume');
    const resumed = release.now;
    release.untilPercentage(50);
    expect(release.now - resumed).toBeGreaterThanOrEqual(left);
  });

  it('resume with restart soaks again from the start', () => {
    const release = begin(planWith())
      .untilPercentage(10)
      .run(50 * MINUTE);
    release.send('pause');
    release.send('resume', { restart: true });
    const resumed = release.now;
    release.untilPercentage(50);
    expect(release.now - resumed).toBeGreaterThanOrEqual(HOUR);
  });

  it('resume with restart forgets that the stage was promoted, and how far', () => {
    const release = begin(planWith()).untilPercentage(1);
    release.send('pause');
    release.send('promote', { expect: 1, full: true });
    release.run(MINUTE).send('resume', { restart: true });
    const resumed = release.now;
    release.until(({ state }) => state.ladder.percentage > 1);
    expect(release.status.percentage).toBe(10);
    expect(release.now - resumed).toBeGreaterThanOrEqual(HOUR);
  });

  it('a pause while WeChat audits keeps the result, and nothing follows', () => {
    const release = begin(planWith());
    release.run(MINUTE).send('pause');
    release.run(DAY);
    expect(release.state).toMatchObject({ phase: 'ready', audit: { state: 'approved' } });
    release.send('resume');
    expect(release.run().state.outcome).toBe('released');
  });

  it('a pause that comes while a percentage is written stops its soak before it begins', () => {
    const release = begin(planWith()).untilPercentage(1);
    release.delays.set('grayRelease', [MINUTE]);
    release.after(HOUR + 10 * SECOND, () => release.send('pause'));
    release.untilPercentage(10).run(DAY);
    expect(release.status.stages[1]).toMatchObject({ remainingMs: HOUR, soakEndsAt: null });
  });
});

describe('a pushed metric', () => {
  const plan = planWith({ health: [pushed({ intervalMs: 10 * MINUTE })] });

  it('is waited for: no report is never a pass', () => {
    const release = begin(plan).untilPercentage(1).run(DAY);
    expect(release.status).toMatchObject({ percentage: 1, reason: 'waits for a healthReport of crashes' });
  });

  it('lets the stage go on with a report that is good and fresh', () => {
    const release = begin(plan).untilPercentage(1).run(DAY);
    release.push({ metric: 'crashes', value: 0.001 });
    release.run(MINUTE);
    expect(release.state.ladder.percentage).toBe(10);
  });

  it('takes users back when its report is bad', () => {
    const release = begin(plan).untilPercentage(1);
    release.push({ metric: 'crashes', value: 0.5 });
    expect(release.run().state).toMatchObject({ outcome: 'reverted' });
  });

  it('that grew old while no worker was up does not carry a step', () => {
    const release = begin(plan).untilPercentage(1).run(HOUR);
    release.delays.set('grayRelease', [30 * SECOND]);
    release.push({ metric: 'crashes', value: 0.001, at: release.now - 20 * MINUTE + 10 * SECOND });
    release.run(DAY);
    expect(release.status).toMatchObject({ percentage: 1, attention: null });
    expect(release.status.reason).toContain('older than two intervals');
  });
});
