/** Which looks are left out because they would see the same again. */
import { describe, expect, it } from 'vitest';
import { NO_COUNTS } from '../../src/domain/health.js';
import type { Metric } from '../../src/domain/plan.js';
import type { Verdict } from '../../src/domain/status.js';
import { type Look, restMs, type Surroundings } from '../../src/simulate/quiet.js';
import { planWith } from './plans.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = Date.UTC(2030, 0, 7, 2);
const AROUND: Surroundings = { now: NOW, next: null, changedAt: NOW - HOUR, unchanged: true };

/** A guard that asks to look again in two minutes and has measured its metric a minute ago. */
function guard(
  metric: Partial<Metric>,
  verdict: Verdict = 'pass',
  more: Partial<Look['guarded']> = {},
): Look {
  const metrics = planWith({ intervalMs: 5 * MINUTE, failureLimit: 2, ...metric }).health;
  const last = { metric: 'js-error-rate', verdict, value: 1, at: NOW - MINUTE, message: '' };
  return {
    activity: 'guard',
    delayMs: 2 * MINUTE,
    guarded: { metrics, acted: [], confirmedAt: NOW - HOUR, ...more },
    memory: {
      counters: { 'js-error-rate': { ...NO_COUNTS, consecutiveSuccesses: 1, measurements: 1, last } },
    },
  };
}

describe('a guard in a simulation', () => {
  it('rests for hours while all is well and nothing is to come', () => {
    expect(restMs(guard({}), AROUND)).toBe(6 * HOUR);
  });

  it('looks for the last time before something happens, and then as it would have looked', () => {
    expect(restMs(guard({}), { ...AROUND, next: NOW + 31 * MINUTE })).toBe(30 * MINUTE);
    expect(restMs(guard({}), { ...AROUND, next: NOW + MINUTE })).toBe(2 * MINUTE);
  });

  it('goes on as planned when the world has just changed', () => {
    expect(restMs(guard({}), { ...AROUND, unchanged: false })).toBe(2 * MINUTE);
  });

  it('measures as planned until each metric was measured after the change', () => {
    expect(restMs(guard({}), { ...AROUND, changedAt: NOW - MINUTE / 2 })).toBe(4 * MINUTE);
  });

  it('measures as planned while a metric does not pass, and leaves out the looks between', () => {
    expect(restMs(guard({}, 'fail'), AROUND)).toBe(4 * MINUTE);
    expect(restMs(guard({}, 'inconclusive'), AROUND)).toBe(4 * MINUTE);
  });

  it('measures as planned while passes are counted', () => {
    expect(restMs(guard({ consecutiveSuccessLimit: 3 }), AROUND)).toBe(4 * MINUTE);
    expect(restMs(guard({ consecutiveSuccessLimit: 1 }), AROUND)).toBe(6 * HOUR);
  });

  it('rests when a metric was acted on and can bring nothing more', () => {
    const acted = { acted: ['js-error-rate'] };
    expect(restMs(guard({}, 'inconclusive', acted), AROUND)).toBe(6 * HOUR);
    expect(restMs(guard({ onFailure: 'notify' }, 'fail', acted), AROUND)).toBe(6 * HOUR);
    expect(restMs(guard({ onFailure: 'revert' }, 'fail', acted), AROUND)).toBe(4 * MINUTE);
  });

  it('rests whatever a dry run shows', () => {
    expect(restMs(guard({ dryRun: true }, 'fail'), AROUND)).toBe(6 * HOUR);
  });
});

describe('other activities in a simulation', () => {
  const look = (activity: string): Look => ({
    activity,
    delayMs: 10 * MINUTE,
    guarded: {},
    memory: undefined,
  });

  it('an audit is polled for the last time before its verdict', () => {
    expect(restMs(look('awaitAudit'), { ...AROUND, next: NOW + 2 * HOUR + MINUTE })).toBe(2 * HOUR);
  });

  it('a write that is read again is read as planned', () => {
    expect(restMs(look('grayRelease'), AROUND)).toBe(10 * MINUTE);
  });
});
