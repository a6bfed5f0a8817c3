/**
 * The plan as the rules see it: every default filled in, every duration in milliseconds.
 * `src/plan` makes it from a file; nothing here reads a file or validates one.
 */

/** Which members see a stage of 0 %: 项目成员 (developers) and 体验成员 (testers). */
export type Member = 'developers' | 'testers';

/** One percentage of the ladder. */
export interface Stage {
  /** Percent of all users, a whole number 0–100. 0 means members only. */
  percentage: number;
  /** Members who see the version first; only ever non-empty at 0 %. */
  members: Member[];
  /** How long the stage lasts from the moment its percentage was confirmed, milliseconds. 0 on the last stage. */
  soakMs: number;
  /** When true the stage ends only by `promote`, after its soak. */
  hold: boolean;
}

/** One line of submit_audit's item_list; WeChat's own spelling. */
export interface AuditItem {
  address?: string;
  tag?: string;
  first_class?: string;
  second_class?: string;
  third_class?: string;
  first_id?: number;
  second_id?: number;
  third_id?: number;
  title?: string;
}

export interface AuditPlan {
  /** submit_audit's body exactly as it goes on the wire (item_list, version_desc, …). */
  body: { item_list?: AuditItem[]; [field: string]: unknown };
  /** How often the audit is read when no push arrives, milliseconds. */
  pollMs: number;
  /** After this long the audit is overdue, milliseconds from submission. */
  deadlineMs: number;
  /** `notify` tells and waits on; `withdraw` takes the audit back and ends the release as aborted. */
  onDeadline: 'notify' | 'withdraw';
}

/** A reference such as `env:PLAN_PROMETHEUS_URL`, or a plain address. Resolved on the worker only. */
export type Reference = string;

export type MetricProvider =
  | { kind: 'prometheus'; address: Reference; query: string }
  /** A JSON answer over HTTP; the value stands at `jsonPath`. */
  | {
      kind: 'web';
      address: Reference;
      path?: string;
      query?: Record<string, string>;
      header?: { name: string; value: Reference };
      jsonPath: string;
    }
  /** Values arrive as `healthReport` messages. */
  | { kind: 'push' };

export type OnFailure = 'revert' | 'pause' | 'notify';

/** One health metric. Field names are those of Argo Rollouts and Flagger. */
export interface Metric {
  name: string;
  provider: MetricProvider;
  /** Between two measurements, milliseconds. */
  intervalMs: number;
  /** From the stage's confirmation to its first measurement, milliseconds. */
  initialDelayMs: number;
  /** A value is good when min ≤ value ≤ max; one of them is always there. */
  thresholdRange: { min?: number; max?: number };
  /** Fewer samples than this make a measurement inconclusive. `query` is prometheus', `jsonPath` web's; pushed: neither. */
  minSamples?: { query?: string; jsonPath?: string; atLeast: number };
  /** The metric fails when failures > failureLimit. */
  failureLimit: number;
  /** Over it: pause. */
  inconclusiveLimit: number;
  /** Over it, in a row: pause. */
  consecutiveErrorLimit: number;
  /** Active from this percentage on. */
  from: number;
  onFailure: OnFailure;
}

export interface ReleasePlan {
  /** The Mini Program's appid. */
  app: string;
  /** user_version, at most 64 characters. */
  version: string;
  /** user_desc. */
  description: string;
  /** Template id in the third-party platform's library. */
  template: number;
  /** ext.json as an object; a JSON string on the wire. */
  ext: Record<string, unknown>;
  audit: AuditPlan;
  rollout: {
    /** Rising percentages; the last is 100. */
    stages: Stage[];
    /** The watch after 100 %, milliseconds. */
    bakeMs: number;
    /** An app with nothing online cannot be gray (85079): refuse, or release to all at once. */
    firstRelease: 'refuse' | 'full';
    /** What to do one hour before WeChat completes the gray plan by itself. */
    onPlatformDeadline: 'revert' | 'complete';
  };
  /** Empty only for `health: none`. */
  health: Metric[];
}

/** WeChat completes a gray plan by itself on its 15th day (console help of 2017). Milliseconds. */
export const PLATFORM_LIMIT_MS = 15 * 24 * 3_600_000;
/** How long before that a warning is given, and how long before it we act. Milliseconds. */
export const PLATFORM_WARNING_MS = 3 * 24 * 3_600_000;
export const PLATFORM_ACTION_MS = 3_600_000;

/** The metrics that are active at a percentage (percent). */
export function activeMetrics(plan: ReleasePlan, percentage: number): Metric[] {
  return plan.health.filter((metric) => metric.from <= percentage);
}
