/**
 * The plan as the rules see it: every default filled in, every duration in milliseconds.
 * `src/plan` makes it from a file; nothing here reads a file or validates one.
 */
import type { NotifyChannel } from './notifying/events.js';

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
  /** Who must agree before the stage begins; null: nobody. */
  approval: Approval | null;
}

/** A gate that people open. */
export interface Approval {
  /** Names (or roles) whose agreement counts; each counts once. */
  approvers: string[];
  /** How many of them must agree. */
  count: number;
  /** Whether a name that is only claimed counts, or a signature of a known identity is needed. */
  claimed: boolean;
  /** After this long without agreement, `onTimeout`; pauses do not count. Milliseconds; null: never. */
  timeoutMs: number | null;
  onTimeout: 'pause' | 'abort' | 'notify';
}

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** When a stage may begin. Which instants that is, only an activity knows: time-zone data is the worker's. */
export interface Windows {
  /** IANA zone. */
  timezone: string;
  days: Weekday[];
  /** `HH:MM` in that zone; when `to` is not after `from` the window ends on the next day. `24:00` is a day's end. */
  hours: { from: string; to: string };
}

/** What to do about a button pressed elsewhere. `adopt` and `bake` go on from what is there. */
export interface DriftPolicy {
  /** The percentage was raised. */
  advanced: 'pause' | 'adopt' | 'attention' | 'revert';
  paused: 'pause' | 'attention' | 'revert';
  cancelled: 'attention' | 'revert';
  /** Everyone got the version. */
  finished: 'bake' | 'attention' | 'revert';
  /** Another version or another staged release: never reverted, it is someone else's. */
  otherVersion: 'attention';
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
  /** Ask for a fast audit (speedupaudit) once it is submitted; spends the platform's monthly quota. */
  speedup: boolean;
  /** After a rejection: wait for `resubmit`, or end as rejected. */
  onReject: 'wait' | 'fail';
  /** How long to wait for `resubmit`, milliseconds. */
  rejectTimeoutMs: number;
  /** An audit that is not ours is running. */
  onForeignAudit: 'refuse' | 'wait' | 'withdraw';
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
  /** A value is good when min ≤ value ≤ max; one of them is there. Null when conditions judge. */
  thresholdRange: { min?: number; max?: number } | null;
  /** CEL over `result` and `samples`, evaluated by the activity that measures. Null when not given. */
  successCondition: string | null;
  failureCondition: string | null;
  /** Fewer samples than this make a measurement inconclusive. `query` is prometheus', `jsonPath` web's; pushed: neither. */
  minSamples?: { query?: string; jsonPath?: string; atLeast: number };
  /** So many measurements a stage, then the metric is measured again only to confirm; 0: as long as the stage lasts. */
  count: number;
  /** The metric fails when failures > failureLimit. */
  failureLimit: number;
  /** So many passes in a row are needed before the stage may be left; 0: the confirming one is enough. */
  consecutiveSuccessLimit: number;
  /** Over it: pause. */
  inconclusiveLimit: number;
  /** Over it, in a row: pause. */
  consecutiveErrorLimit: number;
  /** Active from this percentage on. */
  from: number;
  onFailure: OnFailure;
  /** Over inconclusiveLimit. */
  onInconclusive: OnFailure;
  /** Over consecutiveErrorLimit. */
  onError: OnFailure;
  /** Measured and shown; decides nothing and is waited for by nothing. */
  dryRun: boolean;
}

export interface ReleasePlan {
  /** The rules it was begun under: 1 before anything was watched ahead of the first stage. */
  rules: 1 | 2;
  /** The Mini Program's appid. */
  app: string;
  /** user_version, at most 64 characters. */
  version: string;
  /** user_desc. */
  description: string;
  /** Where the code comes from: committed from a template, what is the trial version, or an audit that passed. */
  source: 'template' | 'uploaded' | 'approved';
  /** Template id in the third-party platform's library; null unless the source is `template`. */
  template: number | null;
  /** ext.json as an object; a JSON string on the wire. */
  ext: Record<string, unknown>;
  /** A gate after commit, before an audit is spent; null: none. */
  trial: { approval: Approval } | null;
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
    /** When a stage may begin; null: always. Never blocks a way back. */
    windows: Windows | null;
    onDrift: DriftPolicy;
  };
  /** Empty only for `health: none`. */
  health: Metric[];
  /** Whom to tell, and of what. Empty: nobody. */
  notify: NotifyChannel[];
}

/** WeChat completes a gray plan by itself on its 15th day (console help of 2017). Milliseconds. */
export const PLATFORM_LIMIT_MS = 15 * 24 * 3_600_000;
/** How long before that a warning is given, and how long before it we act. Milliseconds. */
export const PLATFORM_WARNING_MS = 3 * 24 * 3_600_000;
export const PLATFORM_ACTION_MS = 3_600_000;

/** The metrics that are active at a percentage (percent), those of a dry run among them. */
export function activeMetrics(plan: ReleasePlan, percentage: number): Metric[] {
  return plan.health.filter((metric) => metric.from <= percentage);
}

/** The active metrics whose verdict decides. */
export function decidingMetrics(plan: ReleasePlan, percentage: number): Metric[] {
  return activeMetrics(plan, percentage).filter((metric) => !metric.dryRun);
}
