/** Releases in several states, as the status query would answer; everything happens around NOON. */
import type { MetricStatus, ReleaseStatus, StageStatus } from '../../src/domain/status.js';

export const NOON = Date.UTC(2026, 10, 22, 12, 0, 0);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export function stage(percentage: number, more: Partial<StageStatus> = {}): StageStatus {
  return {
    percentage,
    members: [],
    hold: false,
    state: 'pending',
    soakMs: percentage === 100 ? 0 : 2 * HOUR,
    confirmedAt: null,
    remainingMs: null,
    soakEndsAt: null,
    ...more,
  };
}

export function metric(more: Partial<MetricStatus> = {}): MetricStatus {
  return {
    name: 'js-error-rate',
    active: true,
    verdict: 'pass',
    value: 0.002,
    at: NOON - 12_000,
    message: 'js-error-rate: 0.002 is ≤ 0.01',
    failures: 0,
    inconclusive: 0,
    consecutiveErrors: 0,
    ...more,
  };
}

const done = (percentage: number) => stage(percentage, { state: 'done', confirmedAt: NOON - 3 * HOUR });

/** 10 %, in the middle of its soak. */
export const soaking: ReleaseStatus = {
  schemaVersion: 1,
  app: 'wx0123456789abcdef',
  version: '1.4.0',
  description: 'New checkout',
  workflowId: 'release:wx0123456789abcdef',
  runId: 'run-1',
  phase: 'rolling',
  outcome: null,
  reason: 'soaks at 10 %',
  percentage: 10,
  paused: [],
  attention: null,
  startedAt: NOON - DAY,
  closedAt: null,
  audit: { auditId: 5001, state: 'approved', submittedAt: NOON - 20 * HOUR, overdueAt: null, reason: '' },
  stages: [
    done(1),
    stage(10, {
      state: 'soaking',
      confirmedAt: NOON - 48 * MINUTE,
      remainingMs: 72 * MINUTE,
      soakEndsAt: NOON + 72 * MINUTE,
    }),
    stage(50, { hold: true }),
    stage(100),
  ],
  bake: { state: 'pending', bakeMs: DAY, remainingMs: null, endsAt: null },
  health: [metric()],
  next: { what: '50 %, once health is confirmed', at: NOON + 72 * MINUTE },
  allowed: [
    { verb: 'pause', json: { by: 'you', reason: 'why' }, does: 'Stop.' },
    { verb: 'promote', json: { expect: 10, by: 'you', reason: 'why' }, does: 'End this soak.' },
    { verb: 'abort', json: { by: 'you', reason: 'why' }, does: 'Take users back.' },
  ],
  wayBack: { way: 'revertgrayrelease', text: 'the 10 % go back to 1.3.0 at once' },
  platformDeadline: { finishesAt: NOON + 14 * DAY, actsAt: NOON + 14 * DAY - HOUR },
  previousVersion: '1.3.0',
  notices: [],
  effects: [
    {
      endpoint: 'grayrelease',
      at: NOON - 48 * MINUTE,
      result: 'applied',
      percentage: 10,
      answer: 'ok; the plan runs at 10 %',
      writes: 1,
    },
  ],
  decisions: [{ at: NOON - 48 * MINUTE, what: '10 %', why: 'confirmed by reading', by: 'weapp-rollout' }],
  commands: [],
};

/** 50 %, its soak over, until someone promotes it. */
export const holding: ReleaseStatus = {
  ...soaking,
  percentage: 50,
  reason: 'holds at 50 % until promoted',
  stages: [done(1), done(10), stage(50, { hold: true, state: 'holding', confirmedAt: NOON }), stage(100)],
  next: { what: '100 %, once promoted', at: null },
  allowed: [{ verb: 'promote', json: { expect: 50, by: 'you', reason: 'why' }, does: 'End this hold.' }],
};

/** Paused by a person and by a metric while 10 % soak. */
export const paused: ReleaseStatus = {
  ...soaking,
  reason: 'support is busy; js-error-rate: no data (6 inconclusive, limit 5)',
  paused: [
    { kind: 'human', reason: 'support is busy', by: 'alice', at: NOON - 4 * MINUTE },
    {
      kind: 'metric',
      metric: 'js error rate',
      reason: 'no data (6 inconclusive, limit 5)',
      by: 'metric',
      at: NOON - MINUTE,
    },
  ],
  stages: [
    done(1),
    stage(10, { state: 'soaking', confirmedAt: NOON - 48 * MINUTE, remainingMs: 72 * MINUTE }),
    stage(50, { hold: true }),
    stage(100),
  ],
  health: [
    metric({ verdict: 'inconclusive', value: null, message: 'js-error-rate: no data', inconclusive: 6 }),
  ],
  next: { what: 'waits for resume', at: null },
  allowed: [
    { verb: 'resume', json: { metric: 'js error rate', by: 'you', reason: 'why' }, does: 'Go on.' },
    { verb: 'abort', json: { by: 'you', reason: 'why' }, does: 'Take users back.' },
  ],
};

/** A person must look, and what WeChat said tries to move the cursor. */
export const attention: ReleaseStatus = {
  ...soaking,
  reason: 'grayrelease 50 % was refused: 61007 \u001b[2Jno permission',
  attention: {
    reason: 'grayrelease 50 % was refused: 61007 \u001b[2Jno permission',
    remedy: 'let the owner authorize permission set 18, then `retry`',
    step: 'grayRelease',
    since: NOON - 30_000,
  },
  next: { what: 'let the owner authorize permission set 18, then `retry`', at: null },
  allowed: [{ verb: 'giveUp', json: { by: 'you', reason: 'why' }, does: 'Close.' }],
};

/** Closed: health failed at 10 %, users were taken back. */
export const reverted: ReleaseStatus = {
  ...soaking,
  phase: 'closed',
  outcome: 'reverted',
  reason: 'js-error-rate: 0.08 > max 0.01 (2 failures, limit 1); everyone has 1.3.0',
  percentage: 0,
  closedAt: NOON,
  stages: [done(1), done(10), stage(50, { hold: true }), stage(100)],
  health: [
    metric({
      active: false,
      verdict: 'fail',
      value: 0.08,
      message: 'js-error-rate: 0.08 > max 0.01',
      failures: 2,
    }),
  ],
  next: { what: 'nothing: the release is closed', at: null },
  allowed: [],
  wayBack: { way: 'none', text: 'nothing to take back' },
  effects: [
    ...soaking.effects,
    {
      endpoint: 'revertgrayrelease',
      at: NOON - 10_000,
      result: 'applied',
      answer: 'ok; the staged release is cancelled',
      writes: 2,
    },
  ],
};

/** Closed: everyone has it and it stayed healthy. */
export const released: ReleaseStatus = {
  ...soaking,
  phase: 'closed',
  outcome: 'released',
  reason: '1.4.0 is online for everyone and stayed healthy',
  percentage: 100,
  closedAt: NOON,
  stages: [done(1), done(10), { ...done(50), hold: true }, done(100)],
  bake: { state: 'done', bakeMs: DAY, remainingMs: null, endsAt: null },
  next: { what: 'nothing: the release is closed', at: null },
  allowed: [],
  wayBack: {
    way: 'revertcoderelease',
    text: 'everyone back to 1.3.0; WeChat allows it once per version',
  },
};
