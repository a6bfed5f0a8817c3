/** How long a release took, and for how much of it people were waited for. */
import { describe, expect, it } from 'vitest';
import { begin, type Driver, failingFrom } from '../support/driver.js';
import { DAY, HOUR, MINUTE, metric, planWith, stage } from '../support/given.js';
import { gatedAt50, waits } from './helpers.js';

const humanWait = ({ status }: Driver): number => status.durations?.humanWaitMs ?? -1;

/** Moments pass while a write is read back and an approval is looked at: far less than what is measured here. */
const about = (release: Driver, ms: number) => {
  expect(humanWait(release)).toBeGreaterThanOrEqual(ms);
  expect(humanWait(release)).toBeLessThan(ms + MINUTE);
};

describe('human wait', () => {
  it('is nothing when nobody is waited for, audit, soaks and bake included', () => {
    const release = begin(planWith()).run();
    expect(release.state.outcome).toBe('released');
    const { durations, startedAt, closedAt } = release.status;
    expect(durations).toEqual({
      totalMs: (closedAt ?? 0) - startedAt,
      progressMs: (closedAt ?? 0) - startedAt,
      humanWaitMs: 0,
    });
  });

  it('is what a pause lasted, however many there were at once', () => {
    const release = begin(planWith()).untilPercentage(10).run(MINUTE);
    release.send('pause');
    release.run(HOUR);
    release.send('pause', { reason: 'once more' });
    release.run(2 * HOUR);
    about(release, 3 * HOUR);
    release.send('resume');
    release.run();
    about(release, 3 * HOUR);
    const { totalMs, progressMs } = release.status.durations ?? { totalMs: 0, progressMs: 0 };
    expect(progressMs).toBe(totalMs - humanWait(release));
  });

  it('is what an approval let wait, and not the soak before it', () => {
    const release = begin(gatedAt50()).until(waits);
    about(release, 0);
    release.run(5 * HOUR);
    release.send('approve', { by: 'ann' });
    release.run();
    about(release, 5 * HOUR);
  });

  it('is what a hold lasted after its soak', () => {
    const plan = planWith({ stages: [{ ...stage(1), hold: true }, stage(100)] });
    const release = begin(plan)
      .untilPercentage(1)
      .run(HOUR + 4 * HOUR);
    release.send('promote', { expect: 1 });
    release.run();
    about(release, 4 * HOUR);
  });

  it('is what a metric’s pause lasted until a person resumed', () => {
    const plan = planWith({ health: [metric({ onFailure: 'pause' })] });
    const release = begin(plan, { measure: failingFrom(10) }).until(({ state }) => state.pauses.length > 0);
    release.run(DAY);
    about(release, DAY);
    release.send('abort');
    release.run();
    expect(release.state.outcome).toBe('reverted');
    about(release, DAY);
  });

  it('is what a person had to look at, until the moment it was closed', () => {
    const release = begin(planWith());
    release.faults.set('commit', ['refuse']);
    release.until(({ state }) => state.attention !== null).run(2 * HOUR);
    release.send('giveUp');
    release.run();
    expect(release.state.outcome).toBe('failed');
    about(release, 2 * HOUR);
  });

  it('is not a freeze, which ends by itself', () => {
    const release = begin(planWith()).untilPercentage(1);
    release.send('freeze', { for: '1d' });
    release.run();
    expect(release.state.outcome).toBe('released');
    expect(humanWait(release)).toBe(0);
  });

  it('goes with a release into another process and another run', () => {
    const release = begin(planWith()).untilPercentage(10).run(MINUTE);
    release.send('pause');
    release.run(HOUR);
    release.reload();
    release.run(HOUR);
    release.goOnAnew();
    release.run(HOUR);
    release.send('resume');
    release.run();
    about(release, 3 * HOUR);
  });
});
