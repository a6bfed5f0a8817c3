/** Plans for tests: one good one, and small changes to it. */

import type { Approval, Metric, ReleasePlan, Stage, Windows } from '../../src/domain/plan.js';
import { DEFAULT_DRIFT } from '../../src/domain/plan-defaults.js';
import { lintPlan } from '../../src/plan/lint.js';
import type { Problem } from '../../src/plan/problem.js';
import { readPlan } from '../../src/plan/read.js';

/** The shortest plan that is complete; everything it leaves out has a default. */
export const MINIMAL = `app: wx0123456789abcdef
version: 1.4.0
template: 42
rollout:
  stages:
    - { percentage: 10, soak: 30m }
    - { percentage: 100 }
health:
  - name: js-error-rate
    provider: { push: {} }
    thresholdRange: { max: 0.01 }
`;

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Reads a plan that is expected to have the right shape. */
export function planOf(text: string): ReleasePlan {
  const result = readPlan(text, { filename: 'plan.yaml' });
  if (!result.ok) throw new Error(JSON.stringify(result.problems, null, 2));
  return result.plan;
}

/** Reads a plan that is expected to be refused, and returns why. */
export function problemsOf(text: string): Problem[] {
  const result = readPlan(text, { filename: 'plan.yaml' });
  if (result.ok) throw new Error('the plan was accepted');
  return result.problems;
}

/** The minimal plan with one piece of its text replaced. */
export function changed(piece: string, by: string): string {
  if (!MINIMAL.includes(piece)) throw new Error(`the plan has no ${piece}`);
  return MINIMAL.replace(piece, by);
}

/** The minimal plan with more lines at its end (fields of its only metric). */
export function withMetricField(line: string): string {
  return `${MINIMAL}    ${line}\n`;
}

export function stage(percentage: number, changes: Partial<Stage> = {}): Stage {
  return {
    percentage,
    members: [],
    soakMs: percentage === 100 ? 0 : HOUR,
    hold: false,
    approval: null,
    ...changes,
  };
}

export function approval(changes: Partial<Approval> = {}): Approval {
  return {
    approvers: ['release-manager', 'on-call'],
    count: 1,
    claimed: false,
    timeoutMs: null,
    onTimeout: 'pause',
    ...changes,
  };
}

/** Monday to Thursday, 10:00-18:00 in Shanghai, where the clock never changes. */
export const OFFICE: Windows = {
  timezone: 'Asia/Shanghai',
  days: ['mon', 'tue', 'wed', 'thu'],
  hours: { from: '10:00', to: '18:00' },
};

export function metric(changes: Partial<Metric> = {}): Metric {
  return {
    name: 'js-error-rate',
    provider: {
      kind: 'prometheus',
      address: 'env:PLAN_PROMETHEUS_URL',
      query: 'errors{version="{{version}}"}',
    },
    intervalMs: MINUTE,
    initialDelayMs: 0,
    thresholdRange: { max: 0.01 },
    minSamples: { query: 'launches{version="{{version}}"}', atLeast: 200 },
    failureLimit: 0,
    inconclusiveLimit: 0,
    consecutiveErrorLimit: 4,
    from: 1,
    onFailure: 'revert',
    successCondition: null,
    failureCondition: null,
    count: 0,
    consecutiveSuccessLimit: 0,
    onInconclusive: 'pause',
    onError: 'pause',
    dryRun: false,
    ...changes,
  };
}

/** A plan that lint has nothing to say about, with other stages, metrics or settings. */
export function plan(
  changes: {
    stages?: Stage[];
    health?: Metric[];
    bakeMs?: number;
    audit?: Partial<ReleasePlan['audit']>;
    windows?: Windows;
    top?: Partial<ReleasePlan>;
  } = {},
): ReleasePlan {
  return {
    rules: 2,
    app: 'wx0123456789abcdef',
    version: '1.4.0',
    description: 'New checkout',
    template: 42,
    ext: {},
    source: 'template',
    trial: null,
    audit: {
      body: {},
      pollMs: 10 * MINUTE,
      deadlineMs: 14 * DAY,
      onDeadline: 'notify',
      speedup: false,
      onReject: 'fail',
      rejectTimeoutMs: 14 * DAY,
      onForeignAudit: 'refuse',
      ...changes.audit,
    },
    rollout: {
      stages: changes.stages ?? [stage(1), stage(10), stage(99), stage(100)],
      bakeMs: changes.bakeMs ?? DAY,
      firstRelease: 'refuse',
      onPlatformDeadline: 'revert',
      windows: changes.windows ?? null,
      onDrift: DEFAULT_DRIFT,
    },
    health: changes.health ?? [metric()],
    notify: [],
    ...changes.top,
  };
}

/** What lint says against a plan, as `path: message`. */
export function errorsOf(given: ReleasePlan): string[] {
  return lintPlan(given).errors.map(({ path, message }) => `${path}: ${message}`);
}

/** What lint hints at, as `path: message`. */
export function hintsOf(given: ReleasePlan): string[] {
  return lintPlan(given).hints.map(({ path, message }) => `${path}: ${message}`);
}
