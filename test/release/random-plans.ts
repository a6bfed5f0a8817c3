/** Short plans at random: everything a plan can say, in seconds instead of days. */
import fc from 'fast-check';
import type { Approval, DriftPolicy, Metric, ReleasePlan, Stage } from '../../src/domain/plan.js';
import { approval } from '../plan/plans.js';
import { planFor } from '../support/release.js';
import { CHANNEL_NAMES, channelOf } from './random-channels.js';

/** Everyone who may be named; the last is never an approver. */
export const PEOPLE = ['ann', 'bob', 'cat', 'mallory'] as const;
export const OURS = '1.4.0';
/** The metrics and the series that feed them. The second has no data until somebody reports some. */
export const SERIES = { 'js-error-rate': 'js_error_rate', 'slow-launches': 'slow_launches' } as const;

/** What is drawn of a plan; the app is the world's. */
export type Drawn = Pick<ReleasePlan, 'trial' | 'audit' | 'rollout' | 'health' | 'notify'>;

const onFailure = fc.constantFrom('revert' as const, 'pause' as const, 'notify' as const);
const selector = '{app="{{app}}",version="{{version}}"}';

/** Mostly nothing. */
const seldom = <T>(drawn: fc.Arbitrary<T>, nothing = 3): fc.Arbitrary<T | null> =>
  fc.oneof({ weight: nothing, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: drawn });

const judged = fc.record({
  intervalMs: fc.constantFrom(1_000, 2_000),
  initialDelayMs: fc.constantFrom(0, 0, 500),
  failureLimit: fc.nat(1),
  inconclusiveLimit: fc.nat(1),
  consecutiveErrorLimit: fc.nat(2),
  consecutiveSuccessLimit: fc.constantFrom(0, 0, 0, 2),
  count: fc.constantFrom(0, 0, 0, 2),
  from: fc.constantFrom(1, 1, 10),
  onFailure,
  onInconclusive: onFailure,
  onError: onFailure,
  dryRun: fc.nat(5).map((dice) => dice === 0),
});
type Judged = typeof judged extends fc.Arbitrary<infer T> ? T : never;

const metric = (
  name: string,
  fields: Judged,
  provider: Metric['provider'],
  range: Metric['thresholdRange'],
) => ({
  ...fields,
  name,
  provider,
  thresholdRange: range,
  successCondition: range === null ? 'result <= 0.01' : null,
  failureCondition: range === null ? 'result >= 0.05' : null,
});

const pulled = (name: keyof typeof SERIES): fc.Arbitrary<Metric> =>
  fc
    .record({ fields: judged, ranged: fc.boolean(), counted: fc.boolean() })
    .map(({ fields, ranged, counted }) => ({
      ...metric(
        name,
        fields,
        { kind: 'prometheus', address: 'env:PLAN_PROMETHEUS_URL', query: `${SERIES[name]}${selector}` },
        ranged ? { max: 0.01 } : null,
      ),
      ...(counted ? { minSamples: { query: `launches${selector}`, atLeast: 100 } } : {}),
    }));

/** Reports are sent on change: an interval of minutes keeps the last one good. */
const pushed: fc.Arbitrary<Metric> = judged.map((fields) => ({
  ...metric('crashes', fields, { kind: 'push' }, { max: 0.01 }),
  intervalMs: 60_000,
  count: 0,
  consecutiveSuccessLimit: 0,
}));

const asked: fc.Arbitrary<Approval> = fc
  .record({
    approvers: fc.uniqueArray(fc.constantFrom('ann', 'bob', 'cat'), { minLength: 1 }),
    count: fc.integer({ min: 1, max: 2 }),
    timeoutMs: fc.constantFrom(null, null, 1_500, 60_000),
    onTimeout: fc.constantFrom('pause' as const, 'pause' as const, 'abort' as const, 'notify' as const),
  })
  .map(({ count, approvers, ...rest }) =>
    approval({ ...rest, approvers, claimed: true, count: Math.min(count, approvers.length) }),
  );

const onDrift: fc.Arbitrary<DriftPolicy> = fc.record({
  advanced: fc.constantFrom('pause', 'adopt', 'attention', 'revert'),
  paused: fc.constantFrom('pause', 'attention', 'revert'),
  cancelled: fc.constantFrom('attention', 'revert'),
  finished: fc.constantFrom('bake', 'attention', 'revert'),
  otherVersion: fc.constant('attention'),
});

const audits = fc.record({
  pollMs: fc.constantFrom(200, 1_000),
  deadlineMs: fc.constantFrom(1_500, 86_400_000, 86_400_000),
  onDeadline: fc.constantFrom('notify' as const, 'notify' as const, 'withdraw' as const),
  speedup: fc.nat(4).map((dice) => dice === 0),
  onReject: fc.constantFrom('wait' as const, 'wait' as const, 'fail' as const),
  rejectTimeoutMs: fc.constantFrom(2_000, 86_400_000, 86_400_000),
  onForeignAudit: fc.constantFrom('refuse' as const, 'wait' as const, 'withdraw' as const),
});

const stages: fc.Arbitrary<Stage[]> = fc
  .record({
    percentages: fc.uniqueArray(fc.constantFrom(0, 1, 5, 10, 30, 50, 99), { maxLength: 3 }),
    soaked: fc.array(
      fc.record({
        soakMs: fc.constantFrom(300, 600, 1_000, 1_500),
        hold: fc.nat(5).map((dice) => dice === 0),
        approval: seldom(asked),
      }),
      { minLength: 4, maxLength: 4 },
    ),
  })
  .map(({ percentages, soaked }) =>
    [...percentages.toSorted((a, b) => a - b), 100].map((percentage, index) => {
      const last = percentage === 100;
      const { soakMs = 300, hold = false, approval = null } = soaked[index] ?? {};
      return {
        percentage,
        members: percentage === 0 ? ['testers' as const] : [],
        soakMs: last ? 0 : soakMs,
        hold: !last && hold,
        approval,
      };
    }),
  );

export const plans: fc.Arbitrary<Drawn> = fc
  .record({
    stages,
    bakeMs: fc.constantFrom(500, 1_500),
    onDrift,
    audit: audits,
    trial: seldom(asked),
    health: fc.tuple(pulled('js-error-rate'), seldom(pulled('slow-launches')), seldom(pushed)),
    notify: fc.subarray([...CHANNEL_NAMES]),
  })
  .map(({ stages, bakeMs, onDrift, audit, trial, health, notify }) => {
    const base = planFor('');
    return {
      trial: trial === null ? null : { approval: trial },
      audit: { ...base.audit, ...audit },
      rollout: { ...base.rollout, stages, bakeMs, onDrift },
      health: health.filter((entry) => entry !== null),
      notify: notify.map(channelOf),
    };
  });

export const planOf = (app: string, drawn: Drawn): ReleasePlan => planFor(app, drawn);
