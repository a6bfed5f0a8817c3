/**
 * What was read from WeChat, in our own words: the facts that rules decide on.
 * Moments that WeChat gives are whole seconds since the epoch (suffix `Sec`); `at` is milliseconds.
 */

/** getgrayreleaseplan's status: 0 initial, 1 running, 2 paused, 3 finished, 4 deleted. */
export type GrayStatus = 'none' | 'running' | 'paused' | 'finished' | 'deleted';

export interface GrayPlanReading {
  status: GrayStatus;
  percentage: number;
  /** Identifies the plan: kept when the percentage rises. 0 when there never was one. */
  createdSec: number;
  /** WeChat's own completion, when it says so (only older documents list the field). */
  finishesSec: number | null;
}

export interface VersionReading {
  version: string;
  /** When it went online, or was uploaded. */
  timeSec: number;
}

export interface HistoryEntry {
  /** The number revertcoderelease takes. */
  appVersion: number;
  version: string;
  commitSec: number;
}

/** get_latest_auditstatus: 0 passed, 1 rejected, 2 auditing, 3 withdrawn, 4 delayed. */
export type AuditStatus = 'approved' | 'rejected' | 'auditing' | 'withdrawn' | 'delayed';

export interface AuditReading {
  auditId: number;
  status: AuditStatus;
  version: string | null;
  reason: string;
}

/** Everything there was before this release touched anything. */
export interface Baseline {
  at: number;
  online: VersionReading | null;
  trial: VersionReading | null;
  history: HistoryEntry[];
  latestAudit: AuditReading | null;
  grayPlan: GrayPlanReading;
  /** Audits left this month for the whole third-party platform; null when WeChat would not say. */
  quota: { rest: number; limit: number } | null;
}

/** What is read to choose a way back. */
export interface WayBackReading {
  at: number;
  /** Null: none was ever submitted; not there where it was not asked for. */
  latestAuditId?: number | null;
  grayPlan: GrayPlanReading;
  online: VersionReading | null;
  history: HistoryEntry[];
}

/** A staged release that someone else set. */
export interface SetElsewhere {
  percentage: number;
  createdSec: number;
  finishesSec: number | null;
}

/** What things look like to someone who left them. `ours` is the only one that needs nobody. */
export type Observed =
  | { kind: 'ours' }
  /** `started`: our audit is released by someone before we began. */
  | { kind: 'advanced' | 'started'; text: string; plan?: SetElsewhere }
  /** `absent`: of a first percentage whose outcome is not known, nothing is to be seen. */
  | {
      kind: 'paused' | 'cancelled' | 'finished' | 'newAudit' | 'newCommit' | 'unreadable' | 'absent';
      text: string;
    }
  /** `open`: a staged release runs, which is not ours; not there when nobody said. `theirs`: what someone else released: a version, or `a staged release at 10 %`. */
  | { kind: 'otherVersion'; text: string; open?: boolean; theirs?: string };

/** The same thing seen again. What cannot be read is told in ever new words. */
export function isSame(one: Observed, other: Observed): boolean {
  if (one.kind !== other.kind) return false;
  if (one.kind === 'ours' || other.kind === 'ours' || one.kind === 'unreadable') return true;
  return one.text === other.text;
}

export function isAuditOpen(status: AuditStatus): boolean {
  return status === 'auditing' || status === 'delayed';
}

export function isGrayOpen(status: GrayStatus): boolean {
  return status === 'running' || status === 'paused';
}
