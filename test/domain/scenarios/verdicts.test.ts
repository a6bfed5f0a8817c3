/** What metrics do to a release, from the first measurement to the step up: counts, rows of passes, dry runs. */
import { describe, expect, it } from 'vitest';
import type { Metric } from '../../../src/domain/plan.js';
import { begin, type Driver, failingFrom } from '../support/driver.js';
import { HOUR, MINUTE, metric, planWith, SECOND, stage } from '../support/given.js';

const at10 = (...health: Metric[]) => planWith({ stages: [stage(10), stage(100)], health });
/** How long the stage of 10 % lasted, milliseconds. */
const lasted = ({ wechat }: Driver) => {
  const [first, last] = wechat.ledger.filter(({ endpoint }) => endpoint === 'grayRelease');
  return (last?.at ?? 0) - (first?.at ?? 0);
};
/** Providers that answer by the minutes since a percentage was reached. */
const byMinute = (
  release: Driver,
  answer: (minute: number) => { value?: number | null; error?: string; samples?: number },
) => {
  const begun = release.state.ladder.confirmedAt ?? release.now;
  release.measureBy((_metric, _percentage, at) => answer((at - begun) / MINUTE));
};

describe('passes in a row', () => {
  const wanting = metric({ consecutiveSuccessLimit: 5, failureLimit: 3 });

  it('that are there when the soak is over cost no time', () => {
    const release = begin(at10(wanting)).untilPercentage(100);
    expect(lasted(release)).toBeLessThan(HOUR + MINUTE);
  });

  it('that were broken shortly before are waited for, with the reason', () => {
    const release = begin(at10(wanting)).untilPercentage(10);
    byMinute(release, (minute) => (minute > 58 && minute < 59.5 ? { error: 'down' } : {}));
    release.run(HOUR + MINUTE);
    expect(release.status).toMatchObject({
      percentage: 10,
      reason: 'waits for 5 passes of js-error-rate in a row',
    });
    release.untilPercentage(100);
    expect(lasted(release)).toBeGreaterThan(HOUR + 3 * MINUTE);
    expect(lasted(release)).toBeLessThan(HOUR + 15 * MINUTE);
  });

  it('are wanted of promote, too', () => {
    const release = begin(at10(wanting)).untilPercentage(10);
    release.send('promote', { expect: 10 });
    release.untilPercentage(100);
    expect(lasted(release)).toBeGreaterThanOrEqual(4 * MINUTE);
    expect(lasted(release)).toBeLessThan(6 * MINUTE);
  });
});

describe('a metric with a count', () => {
  const three = metric({ count: 3, failureLimit: 1 });

  it('is not measured after it, until the step up', () => {
    const asked: number[] = [];
    const release = begin(at10(three)).untilPercentage(10);
    const begun = release.now;
    release.measureBy((_metric, _percentage, at) => {
      asked.push(at - begun);
      return {};
    });
    release.run(55 * MINUTE);
    expect(asked).toHaveLength(3);
    release.untilPercentage(100);
    expect(asked.filter((moment) => moment < lasted(release))).toHaveLength(4);
  });

  it('that went bad after it takes users back before the step up, not one minute earlier and not never', () => {
    const release = begin(at10(three)).untilPercentage(10);
    byMinute(release, (minute) => (minute > 30 ? { value: 0.5 } : {}));
    release.run(59 * MINUTE);
    expect(release.state.phase).toBe('rolling');
    release.run(5 * MINUTE);
    expect(release.state.outcome).toBe('reverted');
    expect(release.status.reason).toContain('2 failures, limit 1');
  });

  it('without enough passes in a row at its end pauses; resume lets it count anew', () => {
    const unsure = metric({ count: 4, consecutiveSuccessLimit: 3, failureLimit: 3 });
    const release = begin(at10(unsure)).untilPercentage(10);
    byMinute(release, (minute) => (minute > 1.5 && minute < 2.5 ? { value: 0.5 } : {}));
    release.run(10 * MINUTE);
    expect(release.status.paused).toMatchObject([
      {
        metric: 'js-error-rate',
        reason: expect.stringContaining('4 measurements, and not 3 passes in a row at their end'),
      },
    ]);
    release.send('resume', { metric: 'js-error-rate' });
    expect(release.run().state.outcome).toBe('released');
  });
});

describe('a dry run', () => {
  it('that fails, errs and knows nothing stops nothing, and is shown', () => {
    const dry = metric({ name: 'dry', dryRun: true, consecutiveSuccessLimit: 3, count: 9 });
    const release = begin(at10(metric(), dry)).untilPercentage(10);
    release.measureBy(({ name }) => (name === 'dry' ? { value: 0.9 } : {}));
    release.run();
    expect(release.state.outcome).toBe('released');
    expect(release.status.paused).toEqual([]);
  });
});

describe('a provider that is down, or has no data', () => {
  it.each([
    ['onError', { error: 'HTTP 503' }, '5 errors in a row, limit 4'],
    ['onInconclusive', { samples: 3 }, '1 inconclusive, limit 0'],
  ] as const)('with %s: revert takes users back', (field, answer, told) => {
    const release = begin(at10(metric({ [field]: 'revert' })), { measure: () => answer });
    release.run();
    expect(release.state.outcome).toBe('reverted');
    expect(release.status.reason).toContain(told);
  });

  it.each([
    ['onError', { error: 'HTTP 503' }],
    ['onError', { value: null }],
    ['onInconclusive', { samples: 3 }],
  ] as const)('with %s: notify is told once, and nothing goes up without a pass', (field, answer) => {
    const release = begin(at10(metric({ [field]: 'notify' })), { measure: () => answer });
    release.run(12 * HOUR);
    expect(release.status).toMatchObject({ percentage: 10, paused: [], phase: 'rolling' });
    expect(release.status.decisions.filter(({ what }) => what === 'told')).toHaveLength(1);
    release.measureBy(() => ({}));
    expect(release.run().state.outcome).toBe('released');
  });

  it('that paused the release still takes users back when health fails then', () => {
    const release = begin(at10(metric()), { measure: () => ({ value: null }) }).untilPercentage(10);
    release.until(({ state }) => state.pauses.length > 0);
    release.measureBy(failingFrom(10));
    const broke = release.now;
    release.until(({ state }) => state.phase === 'closed');
    expect(release.state.outcome).toBe('reverted');
    expect((release.wechat.ledger.at(-1)?.at ?? 0) - broke).toBeLessThan(MINUTE + 5 * SECOND);
  });
});
