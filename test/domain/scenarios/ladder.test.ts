/** Up the ladder: what a release does when nothing goes wrong, and how people steer it. */
import { describe, expect, it } from 'vitest';
import { begin, type Driver } from '../support/driver.js';
import { DAY, HOUR, MINUTE, metric, NOW, planWith, SECOND, stage } from '../support/given.js';

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

  it.each(['unknown', 'lost', 'vanish'] as const)(
    'of which nobody can tell whether it took effect (%s) never becomes a gray release',
    (fault) => {
      const release = begin(planWith({ firstRelease: 'full' }));
      release.wechat.online = null;
      release.faults.set('release', [fault]);
      release.run(DAY, ({ state }) => state.attention !== null);
      if (release.state.attention !== null) release.send('retry');
      expect(release.run().state.outcome).toBe('released');
      expect(ladderOf(release)).toEqual(['commit', 'submitAudit', 'release']);
    },
  );

  it('that a colleague released meanwhile is theirs to see: everyone has it', () => {
    const release = begin(planWith({ firstRelease: 'full' }));
    release.wechat.online = null;
    release.delays.set('release', [MINUTE]);
    release.until(({ state }) => state.phase === 'ready');
    release.after(10 * SECOND, () => release.wechat.finish(release.now));
    expect(release.run().state.outcome).toBe('released');
  });
});
