/** What tests begin with: plans, readings and states, each a good one with small changes to it. */
import type { Counters, Judgement } from '../../../src/domain/health.js';
import { initialState } from '../../../src/domain/initial-state.js';
import type { Metric, ReleasePlan, Stage } from '../../../src/domain/plan.js';
import type { Baseline, GrayPlanReading } from '../../../src/domain/readings.js';
import type { LadderState, ReleaseState } from '../../../src/domain/state.js';
import type { Verdict } from '../../../src/domain/status.js';
import { metric, plan, stage } from '../../plan/plans.js';

export { DAY, HOUR, MINUTE, metric, stage } from '../../plan/plans.js';

export const SECOND = 1_000;
export const NOW = Date.parse('2025-01-06T10:00:00Z');
export const sec = (ms: number): number => Math.floor(ms / 1_000);

/** The version before ours, online for ten days. */
export const BEFORE = { version: '1.3.0', timeSec: sec(NOW) - 864_000 };
export const OURS = '1.4.0';
export const NO_PLAN: GrayPlanReading = { status: 'none', percentage: 0, createdSec: 0, finishesSec: null };

type Rollout = ReleasePlan['rollout'];

/** 1 → 10 → 50 → 100, an hour each, a day of bake. */
export function planWith(
  changes: Partial<Omit<Rollout, 'stages'>> & {
    stages?: Stage[];
    health?: Metric[];
    audit?: Partial<ReleasePlan['audit']>;
  } = {},
): ReleasePlan {
  const { stages = [stage(1), stage(10), stage(50), stage(100)], health, audit, ...rollout } = changes;
  const base = plan({ stages, ...(health ? { health } : {}), ...(audit ? { audit } : {}) });
  return { ...base, rollout: { ...base.rollout, ...rollout } };
}

/** A metric whose values are sent by healthReport. */
export function pushed(changes: Partial<Metric> = {}): Metric {
  const { minSamples: _none, ...rest } = metric({ name: 'crashes', provider: { kind: 'push' } });
  return { ...rest, ...changes };
}

export function baseline(changes: Partial<Baseline> = {}): Baseline {
  return {
    at: NOW,
    online: BEFORE,
    trial: null,
    history: [{ appVersion: 7, version: '1.3.0', commitSec: BEFORE.timeSec }],
    latestAudit: null,
    grayPlan: NO_PLAN,
    quota: { rest: 20, limit: 20 },
    ...changes,
  };
}

export function ladder(plan: ReleasePlan, changes: Partial<LadderState> = {}): LadderState {
  return { ...initialState(plan, NOW).ladder, ...changes };
}

/** A release in `phase`, consistent with how it gets there. */
export function stateIn(
  phase: ReleaseState['phase'],
  plan: ReleasePlan,
  changes: Partial<ReleaseState> = {},
): ReleaseState {
  const fresh = initialState(plan, NOW);
  if (phase === 'preparing') return { ...fresh, baseline: baseline(), ...changes };
  const auditing: ReleaseState = {
    ...fresh,
    phase,
    baseline: baseline(),
    audit: { ...fresh.audit, id: 1, state: 'auditing', submittedAt: NOW },
  };
  if (phase === 'auditing') return { ...auditing, ...changes };
  const ready: ReleaseState = { ...auditing, audit: { ...auditing.audit, state: 'approved' } };
  if (phase === 'ready') return { ...ready, ...changes };
  const last = phase === 'baking' ? plan.rollout.stages.length - 1 : 0;
  const running: ReleaseState = {
    ...ready,
    ladder: ladder(plan, {
      stage: last,
      percentage: plan.rollout.stages[last]?.percentage ?? 0,
      confirmedAt: NOW,
      soak: {
        remainingMs: phase === 'baking' ? plan.rollout.bakeMs : (plan.rollout.stages[0]?.soakMs ?? 0),
        runningSince: NOW,
      },
      createdSec: sec(NOW),
      confirmations: plan.rollout.stages.map((_, index) => (index <= last ? NOW : null)),
      everOnline: phase === 'baking',
    }),
  };
  if (phase === 'closed') return { ...running, outcome: 'reverted', closedAt: NOW, ...changes };
  return { ...running, ...changes };
}

export const ATTENTION = { reason: 'WeChat said no', remedy: 'look', step: 'grayRelease', since: NOW };

export const PAUSED = { kind: 'human', reason: 'lunch', by: 'ann', at: NOW } as const;

export function judgement(verdict: Verdict, changes: Partial<Judgement> = {}): Judgement {
  return { metric: 'js-error-rate', verdict, value: 0.001, at: NOW, message: `said ${verdict}`, ...changes };
}

export function counters(changes: Partial<Counters> = {}): Counters {
  return { failures: 0, inconclusive: 0, consecutiveErrors: 0, last: judgement('pass'), ...changes };
}
