/**
 * Releases at random: plans, commands, verdicts, faults, colleagues and time as they come. What must always hold is
 * in support/invariants.ts and is checked at every turn; here, that every release can be brought to its end.
 */
import fc from 'fast-check';
import { describe, it } from 'vitest';
import type { Metric, ReleasePlan } from '../../src/domain/plan.js';
import { Driver } from './support/driver.js';
import { DAY, HOUR, MINUTE, metric, planWith, pushed, stage } from './support/given.js';
import { happen, mend, stories } from './support/happenings.js';

const RUNS = 2_000;

const times = fc.integer({ min: 1, max: 8 }).map((count) => count * 15 * MINUTE);

const pulledMetric: fc.Arbitrary<Metric> = fc
  .record({
    intervalMs: fc.constantFrom(10 * MINUTE, 30 * MINUTE),
    initialDelayMs: fc.constantFrom(0, 5 * MINUTE),
    failureLimit: fc.nat(2),
    inconclusiveLimit: fc.nat(2),
    consecutiveErrorLimit: fc.nat(2),
    from: fc.constantFrom(1, 10, 100),
    onFailure: fc.constantFrom('revert', 'pause', 'notify'),
  })
  .map(metric);

const pushedMetric: fc.Arbitrary<Metric> = fc
  .record({ intervalMs: fc.constantFrom(15 * MINUTE, 2 * HOUR), failureLimit: fc.nat(1) })
  .map(pushed);

const plans: fc.Arbitrary<ReleasePlan> = fc
  .record({
    percentages: fc.uniqueArray(fc.integer({ min: 0, max: 99 }), { maxLength: 3 }),
    stages: fc.array(fc.record({ soakMs: times, hold: fc.nat(4) }), { minLength: 3, maxLength: 3 }),
    bakeMs: times,
    health: fc.tuple(fc.option(pulledMetric), fc.option(pushedMetric)),
    onPlatformDeadline: fc.constantFrom('revert', 'complete'),
    firstRelease: fc.constantFrom('refuse', 'full'),
    onDeadline: fc.constantFrom('notify', 'withdraw'),
  })
  .map(({ percentages, stages, health, onDeadline, ...rest }) => {
    const rising = [...percentages].sort((a, b) => a - b);
    const soaked = rising.map((percentage, index) =>
      stage(percentage, {
        soakMs: stages[index]?.soakMs ?? HOUR,
        hold: stages[index]?.hold === 0,
        members: percentage === 0 ? ['testers'] : [],
      }),
    );
    return planWith({
      ...rest,
      stages: [...soaked, stage(100)],
      health: health.filter((entry) => entry !== null),
      audit: { pollMs: HOUR, deadlineMs: 3 * DAY, onDeadline },
    });
  });

const worlds = fc.record({
  verdict: fc.record({
    after: fc.constantFrom(10 * MINUTE, HOUR, 5 * DAY, null),
    status: fc.constantFrom('approved', 'approved', 'approved', 'rejected', 'withdrawn'),
    reason: fc.constant('because'),
  }),
  fullReleaseMs: fc.constantFrom(0, MINUTE, 20 * MINUTE, null),
  /** Whether anything was online before. */
  online: fc.nat(9).map((dice) => dice > 0),
});

describe('whatever happens', () => {
  it('a release keeps its rules, makes progress, and can be brought to its end', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(plans, worlds, stories, (plan, { online, verdict, fullReleaseMs }, story) => {
        const driver = new Driver(plan, { driftEveryMs: 20 * MINUTE });
        Object.assign(driver.wechat, { verdict, fullReleaseMs }, online ? {} : { online: null });
        let at = 0;
        for (const { gapMs, happening } of story) {
          at += gapMs;
          driver.after(at, () => happen(driver, happening));
        }
        driver.run(at + MINUTE);
        bringToItsEnd(driver);
      }),
      { numRuns: RUNS },
    );
  });
});

/** Without faults and with people who do what the status says, every release ends; what cannot, is aborted or given up. */
function bringToItsEnd(driver: Driver): void {
  driver.wechat.verdict = { after: 0, status: 'approved', reason: '' };
  for (let round = 0; round < 60 && driver.state.phase !== 'closed'; round += 1) {
    mend(driver);
    driver.run(15 * MINUTE);
  }
  if (driver.state.phase !== 'closed' && driver.state.attention === null)
    throw new Error(`it goes nowhere: ${driver.status.reason}`);
  driver.send('abort', { withdrawAudit: true });
  driver.run(HOUR);
  if (driver.state.attention !== null) driver.send('giveUp');
  driver.run(HOUR);
  if (driver.state.phase !== 'closed') throw new Error(`it is stuck: ${driver.status.reason}`);
}
