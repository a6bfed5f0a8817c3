/** The values of fields that a plan may leave out, for the plan file and for releases begun before a field was known. */
import type { DriftPolicy, Metric, ReleasePlan, Stage } from './plan.js';

const DAY_MS = 24 * 3_600_000;

export const DEFAULT_DRIFT: DriftPolicy = {
  advanced: 'pause',
  paused: 'pause',
  cancelled: 'attention',
  finished: 'bake',
  otherVersion: 'attention',
};
export const DEFAULT_REJECT_TIMEOUT_MS = 14 * DAY_MS;

/** What a metric did before these fields were known. */
const METRIC: Pick<
  Metric,
  | 'successCondition'
  | 'failureCondition'
  | 'count'
  | 'consecutiveSuccessLimit'
  | 'onInconclusive'
  | 'onError'
  | 'dryRun'
> = {
  successCondition: null,
  failureCondition: null,
  count: 0,
  consecutiveSuccessLimit: 0,
  onInconclusive: 'pause',
  onError: 'pause',
  dryRun: false,
};

type Known<T, Later extends keyof T> = Omit<T, Later> & Partial<Pick<T, Later>>;
type KnownMetric = Known<Metric, keyof typeof METRIC>;

/** A plan as it stands in the history of a release that was begun by any version of the product. */
export interface StoredPlan
  extends Known<Omit<ReleasePlan, 'audit' | 'rollout' | 'health'>, 'rules' | 'source' | 'trial' | 'notify'> {
  audit: Known<ReleasePlan['audit'], 'speedup' | 'onReject' | 'rejectTimeoutMs' | 'onForeignAudit'>;
  rollout: Known<Omit<ReleasePlan['rollout'], 'stages'>, 'windows' | 'onDrift'> & {
    stages: Known<Stage, 'approval'>[];
  };
  health: KnownMetric[];
}

/** The plan with every field; what was not known when it was stored does as was done then. */
export function completePlan(stored: StoredPlan): ReleasePlan {
  return {
    rules: 1,
    source: 'template',
    trial: null,
    notify: [],
    ...stored,
    audit: {
      speedup: false,
      onReject: 'fail',
      rejectTimeoutMs: DEFAULT_REJECT_TIMEOUT_MS,
      onForeignAudit: 'refuse',
      ...stored.audit,
    },
    rollout: {
      windows: null,
      onDrift: { ...DEFAULT_DRIFT, advanced: 'attention', paused: 'attention' },
      ...stored.rollout,
      stages: stored.rollout.stages.map((stage) => ({ approval: null, ...stage })),
    },
    health: stored.health.map(completeMetric),
  };
}

/** A metric with every field: one that an activity begun by another version of the product was given. */
export function completeMetric(stored: StoredPlan['health'][number]): Metric {
  return { ...METRIC, ...stored };
}
