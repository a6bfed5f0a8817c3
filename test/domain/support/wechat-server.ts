/** A WeChat of a few lines of state: what a release reads and what its writes do. What a colleague can do is wechat.ts. */
import type { EffectName } from '../../../src/domain/effects.js';
import { PLATFORM_LIMIT_MS } from '../../../src/domain/plan.js';
import type { GrayReading } from '../../../src/domain/proofs.js';
import type {
  AuditReading,
  AuditStatus,
  Baseline,
  GrayPlanReading,
  HistoryEntry,
  VersionReading,
} from '../../../src/domain/readings.js';
import { BEFORE, NO_PLAN, OURS, sec } from './given.js';

export interface Write {
  at: number;
  endpoint: EffectName;
  percentage?: number;
  /** What was there just before. */
  before: Seen;
}

export interface Seen {
  gray: GrayPlanReading;
  grayVersion: string;
  online: VersionReading | null;
  audit: AuditReading | null;
}

/** What the reviewers will say and how long they take, milliseconds; null: never. */
export interface Verdict {
  after: number | null;
  status: AuditStatus;
  reason: string;
  /** A delayed audit is approved so much later, milliseconds; not given: never. */
  delayedMs?: number;
}

/** What a write is about, beyond its name. */
export interface WriteDetails {
  percentage?: number | undefined;
  /** revertCode: the number of the version to go back to. */
  appVersion?: number | null;
}

export class WechatServer {
  online: VersionReading | null = BEFORE;
  trial: VersionReading | null = null;
  history: HistoryEntry[] = [
    { appVersion: 7, version: BEFORE.version, commitSec: BEFORE.timeSec },
    { appVersion: 6, version: '1.2.0', commitSec: BEFORE.timeSec - 864_000 },
  ];
  /** The latest audit, and those before it. */
  audit: AuditReading | null = null;
  readonly earlierAudits: AuditReading[] = [];
  gray: GrayPlanReading = NO_PLAN;
  /** The version that the staged release brings. */
  grayVersion = OURS;
  readable = true;
  /** The merchant lets us do anything; a lasting reason when not. */
  authorised = true;
  verdict: Verdict = { after: 3_600_000, status: 'approved', reason: '' };
  /** Of the audits that are submitted later, one after the other. */
  laterVerdicts: Verdict[] = [];
  /** From gray 100 until the version is online, milliseconds; null: only `release` brings it online. */
  fullReleaseMs: number | null = 0;
  /** Whether WeChat says when it completes a staged release by itself, and after how long, milliseconds. */
  finishesAfterMs: number | null = null;
  /** Every write that took effect. */
  readonly ledger: Write[] = [];

  spedUp = false;
  private submittedAt = 0;
  private auditIds = 0;
  private onlineAt: number | null = null;
  private lastSec = 0;

  get grayOpen(): boolean {
    return this.gray.status === 'running' || this.gray.status === 'paused';
  }

  get auditOpen(): boolean {
    return this.audit?.status === 'auditing' || this.audit?.status === 'delayed';
  }

  auditOf(id: number): AuditReading | null {
    if (this.audit?.auditId === id) return this.audit;
    return this.earlierAudits.find(({ auditId }) => auditId === id) ?? null;
  }

  /** A moment of WeChat's: never the same twice, so that each tells one thing from another. */
  moment(now: number): number {
    this.lastSec = Math.max(sec(now), this.lastSec + 1);
    return this.lastSec;
  }

  /** Brings about what is due by `now`. */
  tick(now: number): void {
    this.judge(now);
    const { createdSec, finishesSec } = this.gray;
    const endsAt = finishesSec === null ? createdSec * 1_000 + PLATFORM_LIMIT_MS : finishesSec * 1_000;
    if (this.grayOpen && now >= endsAt) this.complete(now);
    if (this.onlineAt !== null && now >= this.onlineAt) this.publish(now);
  }

  private judge(now: number): void {
    const { audit, verdict } = this;
    if (audit === null || verdict.after === null) return;
    const { status, reason, delayedMs } = verdict;
    if (audit.status === 'auditing' && now >= this.submittedAt + verdict.after)
      this.audit = { ...audit, status, reason };
    if (audit.status !== 'delayed' || delayedMs === undefined) return;
    if (now >= this.submittedAt + verdict.after + delayedMs)
      this.audit = { ...audit, status: 'approved', reason: '' };
  }

  reading(): GrayReading {
    return {
      plan: this.gray,
      online: this.online,
      trial: this.trial,
      latestAuditId: this.audit?.auditId ?? null,
    };
  }

  baseline(now: number): Baseline {
    const { online, trial, history, gray } = this;
    const quota = { rest: 20, limit: 20 };
    return { at: now, online, trial, history, latestAudit: this.audit, grayPlan: gray, quota };
  }

  /** A write; the answer is WeChat's refusal, or null when it took effect. */
  write(endpoint: EffectName, now: number, { percentage, appVersion }: WriteDetails = {}): string | null {
    const { gray, grayVersion, online, audit } = this;
    const refusal = this.take(endpoint, now, percentage ?? 0, appVersion ?? null);
    if (refusal !== null) return refusal;
    const before = { gray, grayVersion, online, audit };
    const raised = endpoint === 'grayRelease' ? { percentage: percentage ?? 0 } : {};
    this.ledger.push({ at: now, endpoint, ...raised, before });
    return null;
  }

  private take(
    endpoint: EffectName,
    now: number,
    percentage: number,
    appVersion: number | null,
  ): string | null {
    switch (endpoint) {
      case 'commit':
        this.trial = { version: OURS, timeSec: this.moment(now) };
        return null;
      case 'submitAudit':
        if (this.auditOpen) return '85009 an audit is under way';
        this.submitted(now, OURS);
        return null;
      case 'speedupAudit':
        if (!this.auditOpen) return '89401 the audit is not under way';
        this.spedUp = true;
        return null;
      case 'withdrawAudit':
        if (!this.auditOpen || this.audit === null) return '85012 no audit to withdraw';
        this.audit = { ...this.audit, status: 'withdrawn' };
        return null;
      case 'grayRelease':
        return this.raise(now, percentage);
      case 'release':
        if (!this.isApproved) return '85020 nothing is approved';
        this.grayVersion = OURS;
        this.complete(now);
        return null;
      case 'revertGray':
        this.gray = { ...this.gray, status: 'deleted' };
        this.onlineAt = null;
        return null;
      case 'revertCode':
        return this.revert(now, appVersion);
    }
  }

  private get isApproved(): boolean {
    return [...this.earlierAudits, this.audit].some(
      (audit) => audit?.status === 'approved' && (audit.version ?? OURS) === OURS,
    );
  }

  private raise(now: number, percentage: number): string | null {
    if (this.online === null) return '85079 nothing is online';
    if (!this.isApproved) return '85020 nothing is approved';
    if (this.gray.status === 'paused') return '85081 paused';
    if (this.gray.status === 'running' && percentage <= this.gray.percentage) return '85082 not higher';
    if (this.gray.status === 'running') this.gray = { ...this.gray, percentage };
    else this.begin(now, percentage, OURS);
    if (percentage === 100) {
      this.gray = { ...this.gray, status: 'finished' };
      this.onlineAt = this.fullReleaseMs === null ? null : now + this.fullReleaseMs;
      this.tick(now);
    }
    return null;
  }

  private revert(now: number, appVersion: number | null): string | null {
    const target = this.history.find((entry) => appVersion === null || entry.appVersion === appVersion);
    if (this.online?.version !== OURS || target === undefined) return '87012 forbid revert';
    this.online = { version: target.version, timeSec: this.moment(now) };
    return null;
  }

  /** A staged release begins. */
  begin(now: number, percentage: number, version: string): void {
    const createdSec = this.moment(now);
    const finishesSec = this.finishesAfterMs === null ? null : createdSec + sec(this.finishesAfterMs);
    this.grayVersion = version;
    this.gray = { status: 'running', percentage, createdSec, finishesSec };
  }

  submitted(now: number, version: string): void {
    if (this.audit !== null) this.earlierAudits.push(this.audit);
    if (this.auditIds > 0) this.verdict = this.laterVerdicts.shift() ?? this.verdict;
    this.auditIds += 1;
    this.submittedAt = now;
    this.spedUp = false;
    this.audit = { auditId: this.auditIds, status: 'auditing', version, reason: '' };
  }

  /** Everyone gets the version of the staged release. */
  protected complete(now: number): void {
    if (this.grayOpen) this.gray = { ...this.gray, status: 'finished', percentage: 100 };
    this.publish(now);
  }

  /** An audit of ours that passed before. */
  passed(now: number): void {
    this.submitted(now, OURS);
    if (this.audit !== null) this.audit = { ...this.audit, status: 'approved' };
  }

  private publish(now: number): void {
    const before = this.online;
    this.onlineAt = null;
    this.online = { version: this.grayVersion, timeSec: this.moment(now) };
    if (before === null || this.history.some(({ version }) => version === before.version)) return;
    const appVersion = (this.history[0]?.appVersion ?? 0) + 1;
    this.history = [{ appVersion, version: before.version, commitSec: before.timeSec }, ...this.history];
  }
}
