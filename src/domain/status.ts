/**
 * What anyone may see of a release: the answer of the `status` query and the workflow's result.
 * Plain JSON; every moment is milliseconds since the epoch, every length milliseconds.
 */
import type { NotificationsStatus } from './notifying/notified.js';
import type { Member } from './plan.js';

export const PHASES = ['preparing', 'auditing', 'ready', 'rolling', 'baking', 'reverting', 'closed'] as const;
export type Phase = (typeof PHASES)[number];

export const OUTCOMES = ['released', 'reverted', 'rolledBack', 'rejected', 'aborted', 'failed'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Someone who gave a command, as they said; `via` is how it reached the release. */
export interface Actor {
  by: string;
  via: 'signal' | 'update' | 'cancel' | 'system';
}

/**
 * Why a release is paused. `human` and `approval` (refused, or not given in time) are lifted by resume; `metric` only by a
 * resume that names the metric; `drift` when the fact changes, or by a resume that adopts it.
 */
export interface PauseReason {
  kind: 'human' | 'metric' | 'drift' | 'approval';
  /** The metric's name when kind is `metric`. */
  metric?: string;
  reason: string;
  by: string;
  at: number;
}

/** A person must look. */
export interface Attention {
  /** What happened, with WeChat's answer when there is one. */
  reason: string;
  /** What a person can do about it. */
  remedy: string;
  /** The effect or watch that could not go on. */
  step: string;
  since: number;
  /** What needed a person before, and does so again once this is settled. */
  covers?: Omit<Attention, 'covers'>;
}

/**
 * `waiting`: the next stage waits for an approval, a window or the end of a freeze.
 * `ended`: the release went back while this percentage ran.
 */
export type StageState =
  | 'pending'
  | 'releasing'
  | 'soaking'
  | 'holding'
  | 'waiting'
  | 'confirming'
  | 'done'
  | 'skipped'
  | 'ended';

export interface StageStatus {
  percentage: number;
  members: Member[];
  hold: boolean;
  state: StageState;
  soakMs: number;
  confirmedAt: number | null;
  /** Rest of the soak; counts down only while `soakEndsAt` is set. */
  remainingMs: number | null;
  /** When the soak ends as things stand; null while paused, before and after. */
  soakEndsAt: number | null;
}

export type Verdict = 'pass' | 'fail' | 'inconclusive' | 'error';

/** Someone's agreement. */
export interface GateApproval {
  by: string;
  /** A signature was verified; else the name is only claimed. */
  authenticated: boolean;
  at: number;
}

/** The gate that waits for people. */
export interface GateStatus {
  /** `trial`, or `stage:N` for the stage at index N. */
  gate: string;
  /** Percent that begins behind it; null for the trial version. */
  percentage: number | null;
  approvers: string[];
  count: number;
  claimed: boolean;
  approvals: GateApproval[];
  since: number;
  /** When its timeout comes as things stand; null while paused and without one. */
  timeoutAt: number | null;
}

/** No stage begins until it is lifted or over. */
export interface Freeze {
  reason: string;
  by: string;
  at: number;
  until: number;
}

/** The next stage begins in spite of freeze and window. */
export interface Override {
  by: string;
  reason: string;
  at: number;
}

/** A time in which stages may begin, `opensAt` ≤ t < `closesAt`. */
export interface Opening {
  opensAt: number;
  closesAt: number;
}

export interface MetricStatus {
  name: string;
  active: boolean;
  /** Measured and shown; decides nothing. */
  dryRun: boolean;
  /** The last measurement the release decided on (the running guard's own are live in its heartbeat). */
  verdict: Verdict | null;
  value: number | null;
  at: number | null;
  message: string;
  failures: number;
  inconclusive: number;
  consecutiveErrors: number;
}

/** One write to WeChat and what came of it. */
export interface EffectRecord {
  endpoint: string;
  at: number;
  /** applied: proven by reading; refused: WeChat said no; unknown: could not be told within the budget. */
  result: 'applied' | 'refused' | 'unknown';
  percentage?: number;
  /** WeChat's answer, or how the effect was recognised. */
  answer: string;
  /** How many times the request was sent by us. */
  writes: number;
}

/** One line of the release's story. */
export interface Decision {
  at: number;
  what: string;
  why: string;
  by: string;
  /** Through what a command came. */
  via?: Actor['via'];
  /** Who it was is proven by a signature. */
  authenticated?: boolean;
  /** A command that was not taken. */
  refused?: true;
}

export interface AllowedCommand {
  verb: string;
  /** A payload that works as it stands, to paste into the Web UI or `temporal workflow signal`. */
  json: Record<string, unknown>;
  does: string;
}

/** Whether and how users can be taken back right now. */
export interface WayBack {
  /** none: nobody has the version, or it is not for us to take back; impossible: users have it and WeChat knows no way back. */
  way: 'none' | 'revertgrayrelease' | 'revertcoderelease' | 'impossible';
  text: string;
}

export interface ReleaseStatus {
  schemaVersion: 1;
  app: string;
  version: string;
  description: string;
  /** `rollback`: a closed release's version is taken back on its own. */
  kind: 'release' | 'rollback';
  workflowId: string;
  runId: string;
  phase: Phase;
  outcome: Outcome | null;
  /** One sentence: why it stands where it stands, or how it ended. */
  reason: string;
  /** Percent of users that WeChat was last read to serve this version to, whoever set it. */
  percentage: number;
  /** A higher percent that was sent, and of which nobody can tell whether it took effect. */
  perhaps?: number;
  /** What someone else released instead of it: a version, or `a staged release at 10 %`; null when nobody did. */
  theirs?: string | null;
  paused: PauseReason[];
  attention: Attention | null;
  startedAt: number;
  /** As they said, or as a token proved it; absent on releases that were begun before it was kept. */
  startedBy?: string;
  closedAt: number | null;
  audit: {
    auditId: number | null;
    state: 'none' | 'auditing' | 'delayed' | 'approved' | 'rejected' | 'withdrawn';
    submittedAt: number | null;
    overdueAt: number | null;
    reason: string;
    /** After a rejection: until when a resubmit is waited for. */
    resubmitUntil: number | null;
  };
  /** The version can be tried out by members: shown while its gate waits. */
  trial: { uploadedAt: number | null } | null;
  gate: GateStatus | null;
  freeze: Freeze | null;
  /** In force for the next stage only. */
  override: Override | null;
  /** The present or next opening, once it was looked up. */
  window: Opening | null;
  stages: StageStatus[];
  bake: {
    state: 'pending' | 'baking' | 'done';
    bakeMs: number;
    remainingMs: number | null;
    endsAt: number | null;
  };
  health: MetricStatus[];
  /** What happens next if nobody does anything, and when (null: when something else happens first). */
  next: { what: string; at: number | null };
  allowed: AllowedCommand[];
  wayBack: WayBack;
  /** When WeChat completes the gray plan by itself, and when we act before it. */
  platformDeadline: { finishesAt: number; actsAt: number } | null;
  /** The version that users had before this release. */
  previousVersion: string | null;
  /** Things a person should know that stop nothing. */
  notices: string[];
  /** Absent when the plan names nobody to tell. */
  notifications?: NotificationsStatus;
  effects: EffectRecord[];
  decisions: Decision[];
  /** Recent ids of commands that were taken in, accepted or refused. */
  commands: { id: string; verb: string; accepted: boolean; message: string; at: number }[];
}
