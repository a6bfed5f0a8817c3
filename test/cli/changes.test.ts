import { describe, expect, it } from 'vitest';
import { changesBetween } from '../../src/cli/changes.js';
import type { ReleaseStatus } from '../../src/domain/status.js';
import { attention, holding, metric, NOON, paused, released, reverted, soaking } from './statuses.js';

const texts = (before: ReleaseStatus | null, after: ReleaseStatus) =>
  changesBetween(before, after, NOON).map((change) => change.text);

describe('what changed between two looks', () => {
  it('is nothing when nothing did, though the soak counts down', () => {
    const later = { ...soaking, stages: soaking.stages.map((stage) => ({ ...stage, remainingMs: 1 })) };
    expect(texts(soaking, later)).toEqual([]);
  });

  it('is the whole story so far at the first look', () => {
    expect(texts(null, soaking)).toEqual([
      'effect grayrelease 10 %: applied (ok; the plan runs at 10 %)',
      'phase rolling',
      'stage 1 %: done',
      'stage 10 %: soaking for 2h',
      'audit 5001: approved',
      'health pass: js-error-rate: 0.002 is ≤ 0.01',
    ]);
  });

  it('carries the moment it happened where that is known', () => {
    const [effect, phase] = changesBetween(null, soaking, NOON);
    expect(effect?.at).toBe(NOON - 48 * 60_000);
    expect(phase?.at).toBe(NOON);
  });

  it('tells stages and holds', () => {
    expect(texts(soaking, holding)).toEqual(['stage 10 %: done', 'stage 50 %: holding until promoted']);
  });

  it('tells pauses, who lifted them, and health', () => {
    expect(texts(soaking, paused)).toEqual([
      'paused by alice: support is busy',
      'paused by metric js error rate: no data (6 inconclusive, limit 5)',
      'health inconclusive: js-error-rate: no data',
    ]);
    expect(texts(paused, soaking)).toEqual([
      'pause by alice lifted',
      'pause by metric js error rate lifted',
      'health pass: js-error-rate: 0.002 is ≤ 0.01',
    ]);
  });

  it('tells an attention with its remedy, and its end', () => {
    expect(texts(soaking, attention)).toEqual([
      'attention: grayrelease 50 % was refused: 61007 \\u001b[2Jno permission; what to do: let the owner authorize permission set 18, then `retry`',
    ]);
    expect(texts(attention, soaking)).toEqual(['attention: over, it goes on']);
  });

  it('tells a decision, but not twice what an effect or a pause tells', () => {
    const decided: ReleaseStatus = {
      ...paused,
      decisions: [
        ...soaking.decisions,
        { at: paused.paused[0]?.at ?? 0, what: 'pause', why: 'support is busy', by: 'alice' },
        { at: NOON, what: 'promote refused', why: 'it expects 1 %', by: 'bob' },
      ],
      health: [metric()],
    };
    expect(texts(soaking, decided)).toEqual([
      'paused by alice: support is busy',
      'paused by metric js error rate: no data (6 inconclusive, limit 5)',
      'decision promote refused: it expects 1 % (bob)',
    ]);
  });

  it('tells how it ended, last', () => {
    expect(texts(soaking, reverted)).toEqual([
      'effect revertgrayrelease: applied, sent 2 times (ok; the staged release is cancelled)',
      'stage 10 %: done',
      'health fail: js-error-rate: 0.08 > max 0.01',
      'reverted at 0 %: js-error-rate: 0.08 > max 0.01 (2 failures, limit 1); everyone has 1.3.0',
    ]);
    expect(texts(holding, released).at(-1)).toBe(
      'released at 100 %: 1.4.0 is online for everyone and stayed healthy',
    );
  });
});
