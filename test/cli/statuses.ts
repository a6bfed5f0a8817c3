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
    dryRun: false,
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
  kind: 'release',
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
  audit: {
    auditId: 5001,
    state: 'approved',
    submittedAt: NOON - 20 * HOUR,
    overdueAt: null,
    reason: '',
    resubmitUntil: null,
  },
  trial: null,
  gate: null,
  freeze: null,
  override: null,
  window: null,
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
  stages: [
    done(1),
    stage(10, { state: 'ended', confirmedAt: NOON - 48 * MINUTE }),
    stage(50, { hold: true }),
    stage(100),
  ],
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
  decisions: [
    ...soaking.decisions,
    {
      at: NOON - 12_000,
      what: 'taking users back',
      why: 'js-error-rate: 0.08 > max 0.01 (2 failures, limit 1)',
      by: 'metric js-error-rate',
    },
    {
      at: NOON,
      what: 'reverted',
      why: 'js-error-rate: 0.08 > max 0.01 (2 failures, limit 1); everyone has 1.3.0',
      by: 'weapp-rollout',
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

/** 10 %, its soak over, until one more of two people agrees to 50 %. */
export const gated: ReleaseStatus = {
  ...soaking,
  reason: 'waits for 1 of on-call, release-manager to approve 50 %',
  stages: [done(1), done(10), stage(50), stage(100)],
  gate: {
    gate: 'stage:2',
    percentage: 50,
    approvers: ['alice', 'on-call', 'release-manager'],
    count: 2,
    claimed: false,
    approvals: [{ by: 'alice', authenticated: true, at: NOON - 5 * MINUTE }],
    since: NOON - 2 * HOUR,
    timeoutAt: NOON + 46 * HOUR,
  },
  next: { what: '50 %, once that is over', at: NOON + 46 * HOUR },
  allowed: [
    { verb: 'pause', json: { by: 'you', reason: 'why' }, does: 'Stop.' },
    { verb: 'refuse', json: { gate: 'stage:2', by: 'on-call', reason: 'why' }, does: 'Disagree.' },
    { verb: 'abort', json: { by: 'you', reason: 'why' }, does: 'Take users back.' },
    { verb: 'freeze', json: { for: '2d', by: 'you', reason: 'why' }, does: 'Freeze.' },
  ],
};

/** Uploaded, until a tester has tried it; a name is enough. */
export const trial: ReleaseStatus = {
  ...soaking,
  phase: 'preparing',
  reason: 'waits for 1 of tester to approve the trial version',
  percentage: 0,
  audit: { ...soaking.audit, auditId: null, state: 'none', submittedAt: null },
  trial: { uploadedAt: NOON - 3 * MINUTE },
  gate: {
    gate: 'trial',
    percentage: null,
    approvers: ['tester'],
    count: 1,
    claimed: true,
    approvals: [],
    since: NOON - 3 * MINUTE,
    timeoutAt: null,
  },
  stages: [stage(1), stage(10), stage(50), stage(100)],
  health: [metric({ active: false, verdict: null, value: null, at: null, message: '' })],
  next: { what: 'the audit, once that is over', at: null },
  allowed: [
    { verb: 'approve', json: { gate: 'trial', by: 'tester', reason: 'why' }, does: 'Agree.' },
    { verb: 'abort', json: { by: 'you', reason: 'why' }, does: 'End.' },
  ],
  wayBack: { way: 'none', text: 'no user has this version yet' },
  platformDeadline: null,
  effects: [],
  decisions: [],
};

/** 10 %, its soak over, frozen by alice, and outside its window anyway. */
export const frozen: ReleaseStatus = {
  ...soaking,
  reason: 'frozen by alice until 2026-11-24 12:00 UTC: national holiday',
  stages: [done(1), done(10), stage(50), stage(100)],
  freeze: { reason: 'national holiday', by: 'alice', at: NOON - HOUR, until: NOON + 2 * DAY },
  window: { opensAt: NOON + 14 * HOUR, closesAt: NOON + 22 * HOUR },
  next: { what: '50 %, once that is over', at: NOON + 2 * DAY },
  allowed: [
    { verb: 'unfreeze', json: { by: 'you', reason: 'why' }, does: 'Lift it.' },
    { verb: 'abort', json: { by: 'you', reason: 'why' }, does: 'Take users back.' },
  ],
};

const atTen = [
  done(1),
  stage(10, { state: 'soaking' as const, confirmedAt: NOON - 48 * MINUTE, remainingMs: 72 * MINUTE }),
  stage(50),
  stage(100),
];

/** Someone has paused the staged release in WeChat's console. */
export const drifted: ReleaseStatus = {
  ...soaking,
  reason: 'paused: someone paused the staged release at 10 % in the console; only the console can resume it',
  paused: [
    {
      kind: 'drift',
      reason: 'someone paused the staged release at 10 % in the console; only the console can resume it',
      by: 'plan: rollout.onDrift',
      at: NOON - 4 * MINUTE,
    },
  ],
  stages: atTen,
  next: { what: 'goes on once that is put right in the console', at: null },
  allowed: [{ verb: 'abort', json: { by: 'you', reason: 'why' }, does: 'Take users back.' }],
};

/** Someone has raised the percentage in WeChat's console. */
export const raised: ReleaseStatus = {
  ...drifted,
  reason: 'paused: someone set the staged release to 40 %, we left it at 10 %',
  paused: [
    {
      kind: 'drift',
      reason: 'someone set the staged release to 40 %, we left it at 10 %',
      by: 'plan: rollout.onDrift',
      at: NOON - 4 * MINUTE,
    },
  ],
  allowed: [{ verb: 'resume', json: { adopt: true, by: 'you', reason: 'why' }, does: 'Go on.' }],
};

/** WeChat has rejected the audit; its reasons are HTML. */
export const rejected: ReleaseStatus = {
  ...trial,
  phase: 'auditing',
  reason: 'rejected: 1:小程序内容不符合规则:<br>&nbsp;(1):缺少类目; waits for resubmit',
  trial: null,
  gate: null,
  audit: {
    auditId: 5001,
    state: 'rejected',
    submittedAt: NOON - 20 * HOUR,
    overdueAt: NOON + 13 * DAY,
    reason: '1:小程序内容不符合规则:<br>&nbsp;(1):缺少类目',
    resubmitUntil: NOON + 13 * DAY,
  },
  next: { what: 'submits again, once somebody sends resubmit', at: NOON + 13 * DAY },
  allowed: [
    {
      verb: 'resubmit',
      json: { items: [{ address: 'pages/index/index' }], by: 'you', reason: 'why' },
      does: 'Submit again.',
    },
    { verb: 'abort', json: { by: 'you', reason: 'why' }, does: 'End.' },
  ],
};

/** 50 %, two days before WeChat gives it to everyone by itself. */
export const nearDeadline: ReleaseStatus = {
  ...holding,
  platformDeadline: { finishesAt: NOON + 2 * DAY, actsAt: NOON + 2 * DAY - HOUR },
};

/** While it baked somebody sent everyone back, and WeChat has refused it. */
export const goingBack: ReleaseStatus = {
  ...soaking,
  phase: 'reverting',
  reason: 'revertcoderelease: 87012 this version cannot be rolled back',
  percentage: 100,
  attention: {
    reason: 'revertcoderelease: 87012 this version cannot be rolled back',
    remedy:
      'roll back in the console, then `retry`; change_visitstatus can close the app to everyone by hand',
    step: 'revertCode',
    since: NOON - 5_000,
  },
  stages: [done(1), done(10), done(50), done(100)],
  health: [metric({ active: false })],
  next: {
    what: 'roll back in the console, then `retry`; change_visitstatus can close the app to everyone by hand',
    at: null,
  },
  allowed: [{ verb: 'retry', json: { by: 'you', reason: 'why' }, does: 'Again.' }],
  wayBack: { way: 'revertcoderelease', text: 'everyone back to 1.3.0; WeChat allows it once per version' },
  platformDeadline: null,
  effects: [
    {
      endpoint: 'revertcoderelease',
      at: NOON - 6_000,
      result: 'refused',
      answer: 'revertcoderelease: 87012 this version cannot be rolled back',
      writes: 1,
    },
  ],
  decisions: [
    { at: NOON - MINUTE, what: 'abort', why: 'payments fail', by: 'bob', via: 'signal' },
    { at: NOON - MINUTE, what: 'taking users back', why: 'payments fail', by: 'bob' },
  ],
};

/** A closed release's version was taken back on its own. */
export const rollback: ReleaseStatus = {
  ...released,
  kind: 'rollback',
  description: 'rollback to 1.2.0',
  outcome: 'rolledBack',
  reason: 'payments fail (bob); everyone has 1.2.0',
  percentage: 0,
  startedAt: NOON - 42_000,
  audit: { ...soaking.audit, auditId: null, state: 'none', submittedAt: null },
  stages: [],
  bake: { state: 'pending', bakeMs: 0, remainingMs: null, endsAt: null },
  health: [],
  wayBack: { way: 'none', text: 'nothing to take back' },
  platformDeadline: null,
  previousVersion: '1.2.0',
  effects: [
    {
      endpoint: 'revertcoderelease',
      at: NOON - 40_000,
      result: 'applied',
      answer: 'ok; 1.2.0 is online',
      writes: 1,
    },
  ],
  decisions: [
    { at: NOON - 42_000, what: 'rollback to 1.2.0', why: 'payments fail', by: 'bob' },
    { at: NOON, what: 'rolledBack', why: 'payments fail (bob); everyone has 1.2.0', by: 'weapp-rollout' },
  ],
};

export const EVERY_STATUS: Record<string, ReleaseStatus> = {
  soaking,
  holding,
  paused,
  attention,
  reverted,
  released,
  gated,
  trial,
  frozen,
  drifted,
  raised,
  rejected,
  nearDeadline,
  goingBack,
  rollback,
};
