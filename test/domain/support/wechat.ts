/** A WeChat of a few lines of state: what a release reads, what its writes do, what a colleague can do in the console. */
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
}

export class FakeWechat {
  online: VersionReading | null = BEFORE;
  trial: VersionReading | null = null;
  history: HistoryEntry[] = [{ appVersion: 7, version: BEFORE.version, commitSec: BEFORE.timeSec }];
  audit: AuditReading | null = null;
  gray: GrayPlanReading = NO_PLAN;
  readable = true;
  /** What the reviewers will say and how long they take, milliseconds; null: never. */
  verdict: { after: number | null; status: AuditStatus; reason: string } = {
    after: 3_600_000,
    status: 'approved',
    reason: '',
  };
  /** From gray 100 until the version is online, milliseconds; null: only `release` brings it online. */
  fullReleaseMs: number | null = 0;
  /** Every write that took effect. */
  readonly ledger: Write[] = [];

  spedUp = false;
  private submittedAt = 0;
  private auditIds = 0;
  private onlineAt: number | null = null;

  /** Brings about what is due by `now`. */
  tick(now: number): void {
    const { audit, verdict } = this;
    if (audit?.status === 'auditing' && verdict.after !== null && now >= this.submittedAt + verdict.after)
      this.audit = { ...audit, status: verdict.status, reason: verdict.reason };
    const open = this.gray.status === 'running' || this.gray.status === 'paused';
    if (open && now >= this.gray.createdSec * 1_000 + PLATFORM_LIMIT_MS) this.finish(now);
    if (this.onlineAt !== null && now >= this.onlineAt) this.publish(now);
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
  write(endpoint: EffectName, now: number, percentage = 0): string | null {
    const refusal = this.take(endpoint, now, percentage);
    if (refusal === null)
      this.ledger.push({ at: now, endpoint, ...(endpoint === 'grayRelease' ? { percentage } : {}) });
    return refusal;
  }

  private take(endpoint: EffectName, now: number, percentage: number): string | null {
    switch (endpoint) {
      case 'commit':
        this.trial = { version: OURS, timeSec: sec(now) };
        return null;
      case 'submitAudit':
        this.submitted(now, OURS);
        return null;
      case 'speedupAudit':
        this.spedUp = true;
        return null;
      case 'withdrawAudit':
        if (this.audit?.status !== 'auditing') return '85012 no audit to withdraw';
        this.audit = { ...this.audit, status: 'withdrawn' };
        return null;
      case 'grayRelease':
        return this.raise(now, percentage);
      case 'release':
        this.finish(now);
        return null;
      case 'revertGray':
        this.gray = { ...this.gray, status: 'deleted' };
        this.onlineAt = null;
        return null;
      case 'revertCode':
        if (this.online?.version !== OURS || this.history.length === 0) return '87012 forbid revert';
        this.online = { version: this.history[0]?.version ?? '', timeSec: sec(now) };
        return null;
    }
  }

  private raise(now: number, percentage: number): string | null {
    if (this.online === null) return '85079 nothing is online';
    if (this.gray.status === 'paused') return '85081 paused';
    if (this.gray.status === 'running' && percentage <= this.gray.percentage) return '85082 not higher';
    const createdSec = this.gray.status === 'running' ? this.gray.createdSec : sec(now);
    this.gray = { status: 'running', percentage, createdSec, finishesSec: null };
    if (percentage === 100) {
      this.gray = { ...this.gray, status: 'finished' };
      this.onlineAt = this.fullReleaseMs === null ? null : now + this.fullReleaseMs;
      this.tick(now);
    }
    return null;
  }

  private submitted(now: number, version: string): void {
    this.auditIds += 1;
    this.submittedAt = now;
    this.audit = { auditId: this.auditIds, status: 'auditing', version, reason: '' };
  }

  private publish(now: number): void {
    this.onlineAt = null;
    this.online = { version: OURS, timeSec: sec(now) };
    this.history = [{ appVersion: 7, version: BEFORE.version, commitSec: BEFORE.timeSec }];
  }

  // What a colleague can do with a button.

  finish(now: number): void {
    if (this.gray.status !== 'none') this.gray = { ...this.gray, status: 'finished', percentage: 100 };
    this.publish(now);
  }

  pause(): void {
    if (this.gray.status === 'running') this.gray = { ...this.gray, status: 'paused' };
  }

  unpause(): void {
    if (this.gray.status === 'paused') this.gray = { ...this.gray, status: 'running' };
  }

  cancel(): void {
    if (this.gray.status === 'running' || this.gray.status === 'paused')
      this.gray = { ...this.gray, status: 'deleted' };
  }

  advanceTo(percentage: number): void {
    if (this.gray.status === 'running') this.gray = { ...this.gray, percentage };
  }

  releaseOther(version: string, now: number): void {
    this.online = { version, timeSec: sec(now) };
    this.gray = { ...this.gray, status: 'deleted' };
  }

  submitOther(now: number): void {
    this.submitted(now, '9.9.9');
  }
}
