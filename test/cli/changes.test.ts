import { describe, expect, it } from 'vitest';
import { changesBetween } from '../../src/cli/changes.js';
import type { ReleaseStatus } from '../../src/domain/status.js';
import {
  attention,
  drifted,
  frozen,
  gated,
  holding,
  metric,
  NOON,
  paused,
  rejected,
  released,
  reverted,
  soaking,
  trial,
} from './statuses.js';

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

  it('tells through what a command came, and whether its signature was verified', () => {
    const line = { at: NOON, why: 'looks good', by: 'alice' };
    const decided: ReleaseStatus = {
      ...soaking,
      decisions: [
        ...soaking.decisions,
        { ...line, what: 'approve', via: 'update' },
        { ...line, what: 'approve verified', authenticated: true },
      ],
    };
    expect(texts(soaking, decided)).toEqual([
      'decision approve: looks good (alice, update)',
      'decision approve verified: looks good (alice, signed)',
    ]);
  });

  it('tells who is asked to approve, who still is, and that it was given', () => {
    const first: ReleaseStatus = {
      ...gated,
      gate: gated.gate && { ...gated.gate, approvals: [] },
      decisions: [
        ...soaking.decisions,
        { at: gated.gate?.since ?? 0, what: 'approval needed', why: 'waits', by: 'plan: approval' },
      ],
    };
    const send =
      'weapp-rollout approve wx0123456789abcdef --gate stage:2 --as NAME --key FILE --reason "why"';
    expect(texts(soaking, first)).toEqual([
      `approval of 50 %: waits for 2 of alice, on-call, release-manager; ${send}`,
      'stage 10 %: done',
    ]);
    expect(texts(first, { ...gated, decisions: first.decisions })).toEqual([
      `approval of 50 %: waits for 1 of on-call, release-manager; ${send}`,
    ]);
    expect(texts(gated, { ...gated, gate: null })).toEqual(['approval of 50 %: given']);
    expect(texts(trial, { ...trial, gate: null, phase: 'reverting' })).not.toContain(
      'approval of the trial version: given',
    );
  });

  it('tells a freeze once, and its end', () => {
    const decision = { at: frozen.freeze?.at ?? 0, what: 'freeze', why: 'national holiday', by: 'alice' };
    const begun: ReleaseStatus = { ...frozen, decisions: [...soaking.decisions, decision] };
    expect(texts({ ...frozen, freeze: null }, begun)).toEqual([
      'frozen by alice until 2026-11-24 12:00:00 UTC: national holiday',
    ]);
    expect(texts(frozen, { ...frozen, freeze: null })).toEqual(['freeze: over']);
  });

  it('tells WeChat’s reasons without their tags, and its console by its name', () => {
    expect(texts({ ...rejected, audit: { ...rejected.audit, state: 'auditing' } }, rejected)).toEqual([
      'audit 5001: rejected: 1:小程序内容不符合规则: (1):缺少类目',
    ]);
    expect(texts(soaking, drifted)).toContain(
      "paused by a button in WeChat's console: someone paused the staged release at 10 % in the console; only the console can resume it",
    );
  });

  it('tells a notice once, be it a decision’s too', () => {
    const text = 'approve by bob does not count: no such key';
    const told: ReleaseStatus = {
      ...soaking,
      notices: [text, 'quota is low'],
      decisions: [...soaking.decisions, { at: NOON, what: 'approve refused', why: text, by: 'bob' }],
    };
    expect(texts(soaking, told)).toEqual([`decision approve refused: ${text} (bob)`, 'note: quota is low']);
  });

  it('tells how it ended, last', () => {
    expect(texts(soaking, reverted)).toEqual([
      'decision taking users back: js-error-rate: 0.08 > max 0.01 (2 failures, limit 1) (metric js-error-rate)',
      'effect revertgrayrelease: applied, sent 2 times (ok; the staged release is cancelled)',
      'stage 10 %: ended, users are taken back',
      'health fail: js-error-rate: 0.08 > max 0.01',
      'reverted from 10 %: js-error-rate: 0.08 > max 0.01 (2 failures, limit 1); everyone has 1.3.0',
    ]);
    expect(texts(holding, released).at(-1)).toBe(
      'released at 100 %: 1.4.0 is online for everyone and stayed healthy',
    );
  });
});
