/** The fake WeChat with its console: what a colleague can do with a button, behind the release's back. */
import { OURS } from './given.js';
import { WechatServer } from './wechat-server.js';

export class FakeWechat extends WechatServer {
  finish(now: number): void {
    this.complete(now);
  }

  pause(): void {
    if (this.gray.status === 'running') this.gray = { ...this.gray, status: 'paused' };
  }

  unpause(): void {
    if (this.gray.status === 'paused') this.gray = { ...this.gray, status: 'running' };
  }

  cancel(): void {
    if (this.grayOpen) this.gray = { ...this.gray, status: 'deleted' };
  }

  advanceTo(percentage: number): void {
    if (this.gray.status === 'running') this.gray = { ...this.gray, percentage };
  }

  /** Another version for everyone. */
  releaseOther(version: string, now: number): void {
    this.online = { version, timeSec: this.moment(now) };
    this.cancel();
  }

  /** Everyone back to the version before. */
  rollBack(now: number): void {
    const before = this.history[0];
    if (before === undefined || this.grayOpen) return;
    this.online = { version: before.version, timeSec: this.moment(now) };
  }

  submitOther(now: number, version = '9.9.9'): void {
    this.submitted(now, version);
  }

  /** Takes the audit back that is under way, whoever submitted it. */
  withdraw(): void {
    if (this.auditOpen && this.audit !== null) this.audit = { ...this.audit, status: 'withdrawn' };
  }

  /** Another upload in the place of the trial version. */
  upload(version: string, now: number): void {
    this.trial = { version, timeSec: this.moment(now) };
  }

  /** A staged release of the latest audit that passed. */
  beginStaged(percentage: number, now: number): void {
    const { audit } = this;
    if (this.grayOpen || this.online === null || audit?.status !== 'approved') return;
    // What everyone has cannot be staged (85052).
    if (this.online.version === (audit.version ?? OURS)) return;
    this.begin(now, percentage, audit.version ?? OURS);
  }

  /** The latest audit that passed, for everyone at once. */
  publishApproved(now: number): void {
    const { audit } = this;
    if (this.grayOpen || audit?.status !== 'approved') return;
    if (this.online?.version === (audit.version ?? OURS)) return;
    this.grayVersion = audit.version ?? OURS;
    this.complete(now);
  }
}
