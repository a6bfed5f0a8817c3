/** WeChat's answers as the readings that rules decide on. */
import type { Category } from '../domain/preflight.js';
import type { GrayReading } from '../domain/proofs.js';
import type {
  AuditReading,
  AuditStatus,
  GrayPlanReading,
  GrayStatus,
  HistoryEntry,
  VersionReading,
} from '../domain/readings.js';
import { AUDIT_STATUS, GRAY_PLAN_STATUS } from '../wechat/catalogue.js';
import type { WechatClient } from '../wechat/client.js';
import { hasCode } from './failures.js';

/** No audit was ever submitted through the platform. */
const NO_AUDIT = 85058;
/** There is no code of ours: a fresh app. */
const NO_CODE = 86001;

const GRAY: Record<number, GrayStatus> = {
  [GRAY_PLAN_STATUS.initial]: 'none',
  [GRAY_PLAN_STATUS.running]: 'running',
  [GRAY_PLAN_STATUS.paused]: 'paused',
  [GRAY_PLAN_STATUS.finished]: 'finished',
  [GRAY_PLAN_STATUS.deleted]: 'deleted',
};

const AUDIT: Record<number, AuditStatus> = {
  [AUDIT_STATUS.passed]: 'approved',
  [AUDIT_STATUS.rejected]: 'rejected',
  [AUDIT_STATUS.auditing]: 'auditing',
  [AUDIT_STATUS.withdrawn]: 'withdrawn',
  [AUDIT_STATUS.delayed]: 'delayed',
};

/** Reviewers' reasons come with HTML: line breaks, and links now and then. */
const plain = (reason: string | undefined): string =>
  (reason ?? '')
    .replace(/<\/?[a-z][^>]*>/gi, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 1_000);

/** Reads one app; every method may throw WechatError. */
export function readerOf(client: WechatClient, app: string, signal: AbortSignal) {
  const ask = { app, params: {}, signal };
  return {
    async versions(): Promise<{ trial: VersionReading | null; online: VersionReading | null }> {
      const { exp_info, release_info } = await client.call('getversioninfo', ask);
      return {
        trial: exp_info ? { version: exp_info.exp_version, timeSec: exp_info.exp_time } : null,
        online: release_info
          ? { version: release_info.release_version, timeSec: release_info.release_time }
          : null,
      };
    },
    async grayPlan(): Promise<GrayPlanReading> {
      const { gray_release_plan: plan } = await client.call('getgrayreleaseplan', ask);
      return {
        status: GRAY[plan.status] ?? 'none',
        percentage: plan.gray_percentage,
        createdSec: plan.create_timestamp,
        finishesSec: plan.default_finish_timestamp ?? null,
      };
    },
    async history(): Promise<HistoryEntry[]> {
      const { version_list } = await client.call('get_history_version', ask);
      return version_list.map((entry) => ({
        appVersion: entry.app_version,
        version: entry.user_version,
        commitSec: entry.commit_time,
      }));
    },
    async latestAudit(): Promise<AuditReading | null> {
      try {
        const audit = await client.call('get_latest_auditstatus', ask);
        return {
          auditId: audit.auditid,
          status: AUDIT[audit.status] ?? 'auditing',
          version: audit.user_version ?? null,
          reason: plain(audit.reason),
        };
      } catch (error) {
        if (hasCode(error, NO_AUDIT, NO_CODE)) return null;
        throw error;
      }
    },
    async audit(auditId: number): Promise<AuditReading> {
      const audit = await client.call('get_auditstatus', { ...ask, params: { auditid: auditId } });
      return {
        auditId,
        status: AUDIT[audit.status] ?? 'auditing',
        version: null,
        reason: plain(audit.reason),
      };
    },
    async quota(): Promise<{ rest: number; limit: number } | null> {
      const { rest, limit } = await client.call('queryquota', ask);
      return { rest, limit };
    },
    async pages(): Promise<string[]> {
      return (await client.call('get_page', ask)).page_list;
    },
    async categories(): Promise<Category[]> {
      return (await client.call('get_category', ask)).category_list;
    },
    /** Everything that tells whether a staged release is as we left it, in one moment. */
    async gray(): Promise<GrayReading> {
      const [plan, { online, trial }, latest] = await Promise.all([
        this.grayPlan(),
        this.versions(),
        this.latestAudit(),
      ]);
      return { plan, online, trial, latestAuditId: latest?.auditId ?? null };
    },
  };
}

export type Reader = ReturnType<typeof readerOf>;
