/** Up the ladder: what a release does when nothing goes wrong, and how people steer it. */
import { describe, expect, it } from 'vitest';
import { begin, type Driver } from '../support/driver.js';
import { DAY, HOUR, MINUTE, metric, NOW, planWith, pushed, SECOND, stage } from '../support/given.js';

const ladderOf = ({ wechat }: Driver) =>
  wechat.ledger.map(({ endpoint, percentage }) =>
    percentage === undefined ? endpoint : `${endpoint} ${percentage}`,
  );
const HEALTHY = [
  'commit',
  'submitAudit',
  'grayRelease 1',
  'grayRelease 10',
  'grayRelease 50',
  'grayRelease 100',
];

describe('a healthy release', () => {
  it('goes through the audit and every stage, bakes, and is released', () => {
    const release = begin(planWith()).run();
    expect(release.state).toMatchObject({ phase: 'closed', outcome: 'released' });
    expect(ladderOf(release)).toEqual(HEALTHY);
    expect(release.status).toMatchObject({ percentage: 100, bake: { state: 'done' } });
    expect(release.status.stages.map(({ state }) => state)).toEqual(['done', 'done', 'done', 'done']);
  });

  it('lasts its audit, its soaks and its bake, and hardly more', () => {
    const release = begin(planWith()).run();
    const lasted = release.now - NOW - (HOUR + 3 * HOUR + DAY);
    expect(lasted).toBeGreaterThanOrEqual(0);
    // The audit is read every ten minutes.
    expect(lasted).toBeLessThan(11 * MINUTE);
  });

  it('without health metrics still looks whether its plan is as it left it, and goes on', () => {
    const release = begin(planWith({ health: [] })).run();
    expect(release.state.outcome).toBe('released');
  });

  it('reads the audit at once when WeChat pushes its result', () => {
    const release = begin(planWith({ audit: { pollMs: DAY } }));
    release.after(HOUR + MINUTE, () => release.pushAudit());
    release.until(({ state }) => state.phase === 'rolling');
    expect(release.now - NOW).toBeLessThan(HOUR + 2 * MINUTE);
  });

  it('reads the audit only every few seconds in a storm of pushes', () => {
    const release = begin(planWith({ audit: { pollMs: DAY } }));
    for (let push = 0; push < 600; push += 1) release.after(MINUTE + push * 100, () => release.pushAudit());
    release.run(30 * MINUTE);
    expect(release.state.audit.wakes).toBeLessThanOrEqual(13);
  });

  it('begins with members only where the plan has a stage of 0 %', () => {
    const stages = [stage(0, { members: ['testers'], soakMs: 30 * MINUTE }), stage(1), stage(100)];
    const release = begin(planWith({ stages, health: [metric({ from: 1 })] })).run();
    expect(ladderOf(release)).toEqual([
      'commit',
      'submitAudit',
      'grayRelease 0',
      'grayRelease 1',
      'grayRelease 100',
    ]);
    expect(release.state.outcome).toBe('released');
  });
});

describe('the last step', () => {
  it('waits for the version to be online after gray 100', () => {
    const release = begin(planWith());
    release.wechat.fullReleaseMs = 2 * MINUTE;
    release.run();
    expect(ladderOf(release)).toEqual(HEALTHY);
    expect(release.state.outcome).toBe('released');
  });

  it('is a full release when gray 100 is not online after five minutes', () => {
    const release = begin(planWith());
    release.wechat.fullReleaseMs = null;
    release.run();
    expect(ladderOf(release)).toEqual([...HEALTHY, 'release']);
    const [gray, full] = release.wechat.ledger.slice(-2);
    const waited = (full?.at ?? 0) - (gray?.at ?? 0);
    expect(waited).toBeGreaterThanOrEqual(5 * MINUTE);
    expect(waited).toBeLessThan(5 * MINUTE + 10 * SECOND);
    expect(release.state.outcome).toBe('released');
  });

  it('of a plan whose only stage is 100 waits just so', () => {
    const release = begin(planWith({ stages: [stage(100)] }));
    release.wechat.fullReleaseMs = null;
    release.run();
    expect(ladderOf(release)).toEqual(['commit', 'submitAudit', 'grayRelease 100', 'release']);
    expect(release.state.outcome).toBe('released');
  });

  it('that WeChat refuses waits for a person without asking WeChat all the time, and goes on after retry', () => {
    const release = begin(planWith());
    release.wechat.fullReleaseMs = null;
    release.faults.set('release', ['refuse']);
    release.until(({ state }) => state.attention !== null);
    release.run(DAY);
    expect(release.state.attention?.step).toBe('release');
    release.send('retry');
    expect(release.run().state.outcome).toBe('released');
  });

  it('is not taken while paused: a release to everyone is a step too', () => {
    const release = begin(planWith());
    release.wechat.fullReleaseMs = null;
    release.until(({ state }) => state.ladder.completingSince !== null).send('pause');
    release.run(HOUR);
    expect(ladderOf(release)).toEqual(HEALTHY);
    release.send('resume');
    expect(release.run().state.outcome).toBe('released');
  });
});

describe('the first release of an app', () => {
  it('is refused before anything is changed', () => {
    const release = begin(planWith());
    release.wechat.online = null;
    release.run();
    expect(release.state).toMatchObject({ phase: 'closed', outcome: 'failed' });
    expect(release.status.reason).toContain('85079');
    expect(ladderOf(release)).toEqual([]);
  });

  it('goes to everyone at once where the plan says so', () => {
    const release = begin(planWith({ firstRelease: 'full' }));
    release.wechat.online = null;
    release.run();
    expect(ladderOf(release)).toEqual(['commit', 'submitAudit', 'release']);
    expect(release.state.outcome).toBe('released');
  });

  it.each([
    'unknown',
    'lost',
    'vanish',
  ] as const)('of which nobody can tell whether it took effect (%s) never becomes a gray release', (fault) => {
    const release = begin(planWith({ firstRelease: 'full' }));
    release.wechat.online = null;
    release.faults.set('release', [fault]);
    release.run(DAY, ({ state }) => state.attention !== null);
    if (release.state.attention !== null) release.send('retry');
    expect(release.run().state.outcome).toBe('released');
    expect(ladderOf(release)).toEqual(['commit', 'submitAudit', 'release']);
  });

  it('that a colleague released meanwhile is theirs to see: everyone has it', () => {
    const release = begin(planWith({ firstRelease: 'full' }));
    release.wechat.online = null;
    release.delays.set('release', [MINUTE]);
    release.until(({ state }) => state.phase === 'ready');
    release.after(10 * SECOND, () => release.wechat.finish(release.now));
    expect(release.run().state.outcome).toBe('released');
  });
});

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
    expect(ladderOf(release)).toEqual(['commit', 'submitAudit', 'grayRelease 1', 'grayRelease 100']);
    expect(release.status.stages.map(({ state }) => state)).toEqual(['done', 'skipped', 'skipped', 'done']);
  });

  it('a pause keeps the percentage and the rest of the soak', () => {
    const release = begin(planWith()).untilPercentage(10).run(20 * MINUTE);
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
    const release = begin(planWith()).untilPercentage(10).run(50 * MINUTE);
    release.send('pause');
    release.send('resume', { restart: true });
    const resumed = release.now;
    release.untilPercentage(50);
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
