/** A pushed measurement: judged when it is for a declared metric of the running stage, else only noted. */
import { describe, expect, it } from 'vitest';
import type { HealthReport } from '../../src/domain/commands.js';
import type { ReleasePlan } from '../../src/domain/plan.js';
import { report } from '../../src/domain/report.js';
import { DAY, judgement, MINUTE, metric, NOW, planWith, pushed, stateIn } from './support/given.js';

describe('a health report', () => {
  const crashes = planWith({ health: [pushed({ minSamples: { atLeast: 200 } }), metric()] });
  const rolling = stateIn('rolling', crashes);
  const sent = (changes: Partial<HealthReport> = {}): HealthReport => ({
    metric: 'crashes',
    value: 0.001,
    verdict: null,
    samples: 1_000,
    at: NOW + MINUTE,
    ...changes,
  });
  const now = NOW + 2 * MINUTE;
  const verdictOf = (changes: Partial<HealthReport>) =>
    report(rolling, crashes, sent(changes), now).judgements.crashes?.verdict;

  it('is judged as a measurement is', () => {
    expect(verdictOf({})).toBe('pass');
    expect(verdictOf({ value: 0.5 })).toBe('fail');
    expect(verdictOf({ samples: 3 })).toBe('inconclusive');
    expect(verdictOf({ value: null, verdict: 'pass' })).toBe('pass');
  });

  it('with a verdict needs its samples too', () => {
    expect(verdictOf({ value: null, verdict: 'pass', samples: 3 })).toBe('inconclusive');
    expect(verdictOf({ value: null, verdict: 'pass', samples: null })).toBe('inconclusive');
  });

  it.each([
    ['an undeclared metric', sent({ metric: 'misnamed' }), 'misnamed is not a pushed metric'],
    [
      'a metric that is not pushed',
      sent({ metric: 'js-error-rate' }),
      'js-error-rate is not a pushed metric',
    ],
    ['the stage before', sent({ at: NOW - 1 }), 'it was measured before'],
  ])('of %s is noted and ignored', (_what, given, words) => {
    const after = report(rolling, crashes, given, now);
    expect(after.judgements).toEqual({});
    expect(after.ignored.last).toContain(words);
  });

  it.each(['preparing', 'auditing', 'ready', 'reverting'] as const)(
    'while %s is noted and ignored',
    (phase) => {
      const after = report(stateIn(phase, crashes), crashes, sent(), now);
      expect(after).toMatchObject({
        judgements: {},
        ignored: { count: 1, last: expect.stringContaining('crashes') },
      });
    },
  );

  it('within the initial delay is noted and ignored', () => {
    const delayed = planWith({ health: [pushed({ initialDelayMs: 5 * MINUTE })] });
    const state = stateIn('rolling', delayed);
    const early = report(state, delayed, sent({ value: 0.5 }), now);
    expect(early).toMatchObject({ ending: null, pushed: {} });
    expect(early.ignored.last).toContain('initialDelay');
    const later = sent({ value: 0.5, at: NOW + 5 * MINUTE });
    expect(report(state, delayed, later, NOW + 5 * MINUTE).ending).not.toBeNull();
  });

  it('from the future counts as of now', () => {
    expect(report(rolling, crashes, sent({ at: now + DAY }), now).judgements.crashes?.at).toBe(now);
  });

  it('that is repeated or overtaken counts once', () => {
    const first = report(rolling, crashes, sent({ value: 0.5 }), now);
    expect(report(first, crashes, sent({ value: 0.5 }), now)).toBe(first);
    const overtaken = report(first, crashes, sent({ at: NOW + 1 }), now);
    expect(overtaken.pushed).toEqual(first.pushed);
    expect(overtaken.ignored.last).toContain('a newer measurement of crashes is there already');
    expect(first.pushed.crashes).toMatchObject({
      failures: 1,
      last: judgement('fail', { ...first.judgements.crashes }),
    });
  });

  it('of the same moment as another counts too, in either order, and the failure is the last word', () => {
    // Without a moment of their own, all that waited for a worker is of the moment it came back.
    const good = sent({ at: null });
    const bad = sent({ at: null, value: 0.9 });
    for (const [one, other] of [
      [good, bad],
      [bad, good],
    ] as const) {
      const after = report(report(rolling, crashes, one, now), crashes, other, now);
      expect(after.ending).toMatchObject({ reason: expect.stringContaining('0.9 > max 0.01') });
      expect(after.pushed.crashes).toMatchObject({
        failures: 1,
        measurements: 2,
        consecutiveSuccesses: 0,
        last: { verdict: 'fail' },
      });
      expect(after.judgements.crashes?.verdict).toBe('fail');
    }
    const twice = report(report(rolling, crashes, bad, now), crashes, bad, now);
    expect(twice.pushed.crashes?.failures).toBe(2);
  });

  it('of the same moment counts once in a release of 0.1', () => {
    const old: ReleasePlan = { ...crashes, rules: 1 };
    const first = report(rolling, old, sent({ at: null }), now);
    expect(report(first, old, sent({ at: null, value: 0.9 }), now)).toBe(first);
  });

  it('sent again under its commandId counts once, also without a moment of its own', () => {
    const plan = planWith({ health: [pushed({ failureLimit: 5 })] });
    const bad = sent({ value: 0.5, commandId: 'r-1', at: null });
    const once = report(stateIn('rolling', plan), plan, bad, now);
    expect(report(once, plan, bad, now + MINUTE)).toBe(once);
    const twice = report(once, plan, { ...bad, commandId: 'r-2' }, now + MINUTE);
    expect(twice.pushed.crashes?.failures).toBe(2);
  });

  it('of a metric that was told before pauses it when that is what comes next', () => {
    const lenient = planWith({ health: [pushed({ onFailure: 'notify', consecutiveErrorLimit: 0 })] });
    const told = report(stateIn('rolling', lenient), lenient, sent({ value: 0.5 }), now);
    expect(told).toMatchObject({ pauses: [], notices: [expect.stringContaining('0.5 > max 0.01')] });
    const later = sent({ value: null, at: NOW + 2 * MINUTE });
    expect(report(told, lenient, later, now).pauses).toMatchObject([
      { metric: 'crashes', reason: expect.stringContaining('1 error in a row, limit 0') },
    ]);
  });

  it('of a dry run is shown, and decides nothing', () => {
    const dry = planWith({ health: [pushed({ dryRun: true })] });
    const after = report(stateIn('rolling', dry), dry, sent({ value: 0.5 }), now);
    expect(after).toMatchObject({ ending: null, pauses: [], judgements: { crashes: { verdict: 'fail' } } });
  });
});
