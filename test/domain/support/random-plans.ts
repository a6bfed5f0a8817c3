/** Plans and worlds at random: everything a plan can say that the rules look at. */
import fc from 'fast-check';
import {
  DEFAULT_EVENTS,
  NOTIFY_EVENT_NAMES,
  type NotifyChannel,
} from '../../../src/domain/notifying/events.js';
import type { Approval, DriftPolicy, Metric, ReleasePlan, Stage } from '../../../src/domain/plan.js';
import { approval, OFFICE } from '../../plan/plans.js';
import { DAY, HOUR, MINUTE, metric, planWith, pushed, stage } from './given.js';

/** Everyone who may be named; the last is never an approver. */
export const PEOPLE = ['release-manager', 'on-call', 'tester', 'mallory'] as const;

const times = fc.integer({ min: 1, max: 8 }).map((count) => count * 15 * MINUTE);
const onFailure = fc.constantFrom('revert' as const, 'pause' as const, 'notify' as const);

/** How a metric is judged: by a range, or by one condition or both. */
const JUDGED: Pick<Metric, 'thresholdRange' | 'successCondition' | 'failureCondition'>[] = [
  { thresholdRange: { max: 0.01 }, successCondition: null, failureCondition: null },
  { thresholdRange: null, successCondition: 'result <= 0.01', failureCondition: null },
  { thresholdRange: null, successCondition: null, failureCondition: 'result >= 0.05' },
  { thresholdRange: null, successCondition: 'result <= 0.01', failureCondition: 'result >= 0.05' },
];

const pulledMetric = (name: string): fc.Arbitrary<Metric> =>
  fc
    .record({
      intervalMs: fc.constantFrom(10 * MINUTE, 30 * MINUTE),
      initialDelayMs: fc.constantFrom(0, 5 * MINUTE),
      judged: fc.constantFrom(...JUDGED),
      count: fc.constantFrom(0, 0, 1, 3),
      consecutiveSuccessLimit: fc.constantFrom(0, 0, 1, 2),
      failureLimit: fc.nat(2),
      inconclusiveLimit: fc.nat(2),
      consecutiveErrorLimit: fc.nat(2),
      from: fc.constantFrom(1, 10, 100),
      onFailure,
      onInconclusive: onFailure,
      onError: onFailure,
      dryRun: fc.nat(5).map((dice) => dice === 0),
    })
    .map(({ judged, count, consecutiveSuccessLimit, ...rest }) =>
      metric({
        name,
        ...rest,
        ...judged,
        count,
        // The plan's linter refuses what could never be reached.
        consecutiveSuccessLimit:
          count > 0 ? Math.min(count, consecutiveSuccessLimit) : consecutiveSuccessLimit,
      }),
    );

const pushedMetric: fc.Arbitrary<Metric> = fc
  .record({
    intervalMs: fc.constantFrom(15 * MINUTE, 2 * HOUR),
    failureLimit: fc.nat(1),
    onFailure,
    dryRun: fc.nat(9).map((dice) => dice === 0),
  })
  .map(pushed);

const approvals: fc.Arbitrary<Approval> = fc
  .record({
    approvers: fc.uniqueArray(fc.constantFrom('release-manager', 'on-call', 'tester'), { minLength: 1 }),
    count: fc.integer({ min: 1, max: 2 }),
    claimed: fc.boolean(),
    timeoutMs: fc.constantFrom(null, HOUR, DAY),
    onTimeout: fc.constantFrom('pause' as const, 'abort' as const, 'notify' as const),
  })
  .map(({ count, approvers, ...rest }) =>
    approval({ ...rest, approvers, count: Math.min(count, approvers.length) }),
  );

const onDrift: fc.Arbitrary<DriftPolicy> = fc.record({
  advanced: fc.constantFrom('pause', 'adopt', 'attention', 'revert'),
  paused: fc.constantFrom('pause', 'attention', 'revert'),
  cancelled: fc.constantFrom('attention', 'revert'),
  finished: fc.constantFrom('bake', 'attention', 'revert'),
  otherVersion: fc.constant('attention'),
});

const audits = fc.record({
  pollMs: fc.constant(HOUR),
  deadlineMs: fc.constant(3 * DAY),
  onDeadline: fc.constantFrom('notify' as const, 'withdraw' as const),
  speedup: fc.boolean(),
  onReject: fc.constantFrom('wait' as const, 'wait' as const, 'fail' as const),
  rejectTimeoutMs: fc.constantFrom(2 * HOUR, 3 * DAY),
  onForeignAudit: fc.constantFrom('refuse' as const, 'wait' as const, 'withdraw' as const),
  body: fc.constant<ReleasePlan['audit']['body']>({
    item_list: [{ address: 'pages/index/index', tag: 'a' }],
  }),
});

/** Mostly nothing. */
const seldom = <T>(arbitrary: fc.Arbitrary<T>, nothing = 4): fc.Arbitrary<T | null> =>
  fc.oneof({ weight: nothing, arbitrary: fc.constant(null) }, { weight: 1, arbitrary });

const mostly = fc.oneof(
  { weight: 14, arbitrary: fc.constant(true) },
  { weight: 1, arbitrary: fc.constant(false) },
);

const soaks = fc.record({ soakMs: times, hold: fc.nat(5), approval: seldom(approvals, 2) });

/** One that is told everything, and one that is told what is usual. */
const CHANNELS: NotifyChannel[] = [NOTIFY_EVENT_NAMES, DEFAULT_EVENTS].map((events) => ({
  kind: 'wecom',
  address: 'env:PLAN_WECOM',
  secret: null,
  events: [...events],
}));

export const plans: fc.Arbitrary<ReleasePlan> = fc
  .record({
    percentages: fc.uniqueArray(fc.integer({ min: 0, max: 99 }), { maxLength: 3, size: 'max' }),
    stages: fc.array(soaks, { minLength: 4, maxLength: 4 }),
    bakeMs: times,
    health: fc.tuple(
      fc.option(pulledMetric('js-error-rate')),
      seldom(pulledMetric('slow-launches')),
      fc.option(pushedMetric),
    ),
    onPlatformDeadline: fc.constantFrom('revert', 'complete'),
    firstRelease: fc.constantFrom('refuse', 'full'),
    windows: seldom(fc.constant(OFFICE), 1),
    onDrift,
    audit: audits,
    source: fc.constantFrom('template', 'template', 'template', 'uploaded', 'approved'),
    trial: seldom(approvals, 1),
    notify: seldom(fc.constant(CHANNELS)),
  })
  .map(({ percentages, stages, health, audit, source, trial, notify, ...rollout }) => {
    const rising = [...percentages].sort((a, b) => a - b);
    const plan = planWith({
      ...rollout,
      stages: [...rising, 100].map((percentage, index) => stageAt(percentage, stages[index])),
      health: health.filter((entry) => entry !== null),
      audit,
    });
    return {
      ...plan,
      source,
      notify: notify ?? [],
      template: source === 'template' ? 42 : null,
      trial: trial === null || source === 'approved' ? null : { approval: trial },
    };
  });

type Soaked = typeof soaks extends fc.Arbitrary<infer T> ? T : never;

function stageAt(percentage: number, soaked: Soaked | undefined): Stage {
  const last = percentage === 100;
  return stage(percentage, {
    soakMs: last ? 0 : (soaked?.soakMs ?? HOUR),
    hold: !last && soaked?.hold === 0,
    members: percentage === 0 ? ['testers'] : [],
    approval: soaked?.approval ?? null,
  });
}

const verdict = fc.record({
  after: fc.constantFrom(10 * MINUTE, HOUR, 5 * DAY, null),
  status: fc.constantFrom('approved', 'approved', 'approved', 'rejected', 'withdrawn', 'delayed'),
  reason: fc.constant('1: <b>because</b>'),
  delayedMs: fc.constant(3 * HOUR),
});

/** What there is at WeChat when a release begins, and how it will act. */
export const worlds = fc.record({
  verdicts: fc.array(verdict, { minLength: 1, maxLength: 3 }),
  fullReleaseMs: fc.constantFrom(0, MINUTE, 20 * MINUTE, null),
  /** Whether WeChat says when it completes a staged release by itself. */
  finishesAfterMs: fc.constantFrom(null, 15 * DAY, 4 * DAY),
  /** Whether anything was online before. */
  online: mostly,
  /** What is in the way already. */
  before: fc.oneof(
    { weight: 12, arbitrary: fc.constant('nothing') },
    { weight: 1, arbitrary: fc.constantFrom('foreign audit', 'foreign staged release') },
  ),
  /** Whether what another source than a template needs is there. */
  prepared: mostly,
  /** How far the release has come when the story begins. */
  from: fc.constantFrom(
    'preparing',
    'preparing',
    'auditing',
    'ready',
    'rolling',
    'rolling',
    'rolling',
    'baking',
  ),
});
export type World = typeof worlds extends fc.Arbitrary<infer T> ? T : never;
