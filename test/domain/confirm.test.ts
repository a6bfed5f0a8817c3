/** No advance without a fresh pass of every active metric. */
import { describe, expect, it } from 'vitest';
import { confirmed, pulledMetrics } from '../../src/domain/confirm.js';
import type { Judgement } from '../../src/domain/health.js';
import {
  counters,
  judgement,
  MINUTE,
  metric,
  NOW,
  planWith,
  pushed,
  SECOND,
  stateIn,
} from './support/given.js';

const plan = planWith({
  health: [metric(), pushed({ intervalMs: 5 * MINUTE }), metric({ name: 'late', from: 50 })],
});
const confirmation = { at: NOW, stage: 0 };
const reported = (last: Partial<Judgement> = {}) => ({
  crashes: counters({ last: judgement('pass', { metric: 'crashes', ...last }) }),
});
const state = stateIn('rolling', plan, { confirmation, pushed: reported() });

describe('a stage may be left', () => {
  it('with a fresh pass of every active metric, until the first of them grows old', () => {
    expect(confirmed(state, plan, NOW + MINUTE)).toEqual({ ok: true, until: NOW + 2 * MINUTE });
    const older = { ...state, pushed: reported({ at: NOW - 9 * MINUTE }) };
    expect(confirmed(older, plan, NOW)).toEqual({ ok: true, until: NOW + MINUTE });
  });

  it.each([
    ['no confirmation', { confirmation: null }, 0, 'confirmation', 'takes a fresh measurement'],
    ['one of another stage', { confirmation: { at: NOW, stage: 1 } }, 0, 'confirmation', 'takes a fresh'],
    ['one of two intervals ago', {}, 2 * MINUTE + 1, 'confirmation', 'takes a fresh'],
    [
      'one that did not pass',
      { confirmation: null, unconfirmed: 'waits for x' },
      0,
      'confirmation',
      'waits for x',
    ],
    ['no report', { pushed: {} }, 0, 'push', 'waits for a healthReport of crashes'],
    ['a report of two intervals ago', {}, 10 * MINUTE + 1, 'push', 'older than two intervals'],
    ['a bad report', { pushed: reported({ verdict: 'fail' }) }, 0, 'push', 'said pass'],
  ] as const)('not with %s', (_what, changes, laterMs, missing, words) => {
    const result = confirmed({ ...state, ...changes }, plan, NOW + laterMs);
    expect(result).toMatchObject({ ok: false, missing });
    expect(result.ok ? '' : result.why).toContain(words);
  });

  it('metrics are active from their percentage on', () => {
    expect(pulledMetrics(plan, 49).map(({ name }) => name)).toEqual(['js-error-rate']);
    expect(pulledMetrics(plan, 50).map(({ name }) => name)).toEqual(['js-error-rate', 'late']);
  });

  it('without what runs dry, which nothing waits for', () => {
    const dry = planWith({
      health: [
        metric(),
        metric({ name: 'dry', dryRun: true, intervalMs: 10 * SECOND }),
        pushed({ dryRun: true }),
      ],
    });
    const alone = stateIn('rolling', dry, { confirmation });
    expect(confirmed(alone, dry, NOW + MINUTE)).toEqual({ ok: true, until: NOW + 2 * MINUTE });
    // The guard measures it all the same.
    expect(pulledMetrics(dry, 1).map(({ name }) => name)).toEqual(['js-error-rate', 'dry']);
  });

  it('with as many passes in a row as the plan wants, which the guard or the reports count', () => {
    const wanting = planWith({
      health: [
        metric({ consecutiveSuccessLimit: 3 }),
        pushed({ intervalMs: 5 * MINUTE, consecutiveSuccessLimit: 2 }),
      ],
    });
    const confirmedWith = (pulledPasses: number, pushedPasses: number) => {
      const base = stateIn('rolling', wanting, { confirmation });
      const passes = (consecutiveSuccesses: number) => ({ ...counters(), consecutiveSuccesses });
      return confirmed(
        {
          ...base,
          guard: { ...base.guard, counters: { 'js-error-rate': passes(pulledPasses) } },
          pushed: { crashes: passes(pushedPasses) },
        },
        wanting,
        NOW,
      );
    };
    expect(confirmedWith(3, 2)).toMatchObject({ ok: true });
    expect(confirmedWith(2, 2)).toEqual({
      ok: false,
      missing: 'passes',
      why: 'waits for 3 passes of js-error-rate in a row',
    });
    expect(confirmedWith(3, 1)).toMatchObject({ why: 'waits for 2 passes of crashes in a row' });
  });

  it('without metrics only with a look at the plan of the last minute', () => {
    const none = planWith({ health: [] });
    const looked = stateIn('rolling', none, { confirmation });
    expect(confirmed(looked, none, NOW + 60 * SECOND).ok).toBe(true);
    expect(confirmed(looked, none, NOW + 61 * SECOND).ok).toBe(false);
  });
});
