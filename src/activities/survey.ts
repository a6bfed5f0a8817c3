/** Readings that a release begins with, and those that choose a way back. Nothing here changes anything. */
import type { Blocked } from '../domain/attention.js';
import type { ReleasePlan } from '../domain/plan.js';
import type { Finding } from '../domain/preflight.js';
import type { Baseline, WayBackReading } from '../domain/readings.js';
import type { ProviderAccess } from '../health/measure.js';
import type { WechatClient } from '../wechat/client.js';
import { type Attempt, beginAttempt, tryAgain } from './attempt.js';
import { describe, needsRetry, readAgainMs } from './failures.js';
import { metricFindings } from './providers.js';
import { type Reader, readerOf } from './readings.js';

/** A provider that does not answer at once may answer a moment later. */
const PROVIDER_ATTEMPTS = 3;
const PROVIDER_PAUSE_MS = 2_000;

/** Attempts before a person must look; with the back-off about ten minutes. */
const MAX_ATTEMPTS = 24;

/** `metrics`: whether the plan's health can be measured from here. */
export type Surveyed = { ok: true; baseline: Baseline; metrics: Finding[] } | { ok: false; blocked: Blocked };
export type WayBackSurveyed = { ok: true; reading: WayBackReading } | { ok: false; blocked: Blocked };

/** Everything there is before a release, read at one moment. `now` is milliseconds since the epoch. */
export async function readBaseline(reader: Reader, now: number): Promise<Baseline> {
  const [versions, history, latestAudit, grayPlan, quota] = await Promise.all([
    reader.versions(),
    reader.history(),
    reader.latestAudit(),
    reader.grayPlan(),
    // The quota is advice, and was seen failing while everything else worked; what ails the token ails the others too.
    reader.quota().catch(() => null),
  ]);
  return { at: now, ...versions, history, latestAudit, grayPlan, quota };
}

export function createSurveyActivities(client: WechatClient, access: ProviderAccess) {
  return {
    async survey(plan: Pick<ReleasePlan, 'app' | 'version' | 'health'>): Promise<Surveyed> {
      const attempt = beginAttempt<never>();
      const clock = { now: attempt.now, signal: attempt.untilCancelled };
      const metrics = await metricFindings(plan, access, clock);
      const silent = metrics.find(({ level }) => level === 'refuse');
      if (silent !== undefined && attempt.number < PROVIDER_ATTEMPTS)
        throw tryAgain(PROVIDER_PAUSE_MS, silent.text);
      return asked(attempt, async () => ({
        ok: true,
        baseline: await readBaseline(readerOf(client, plan.app, attempt.untilCancelled), attempt.now()),
        metrics,
      }));
    },
    /** `withAudit`: also whose audit is the latest, where a staged release would be ours only by that. */
    async surveyWayBack({ app, withAudit }: { app: string; withAudit?: boolean }): Promise<WayBackSurveyed> {
      const attempt = beginAttempt<never>();
      const reader = readerOf(client, app, attempt.untilCancelled);
      return asked(attempt, async () => {
        const at = attempt.now();
        const [grayPlan, { online }, history, latest] = await Promise.all([
          reader.grayPlan(),
          reader.versions(),
          reader.history(),
          withAudit ? reader.latestAudit() : undefined,
        ]);
        const audit = latest === undefined ? {} : { latestAuditId: latest?.auditId ?? null };
        return { ok: true, reading: { at, grayPlan, online, history, ...audit } };
      });
    },
  };
}

/** Reads, and turns a failure into another attempt or, where that is no use, into something for a person. */
async function asked<T>(
  attempt: Attempt<never>,
  read: () => Promise<T>,
): Promise<T | { ok: false; blocked: Blocked }> {
  try {
    return await read();
  } catch (error) {
    const blocked = needsRetry(error);
    if (blocked !== null) return { ok: false, blocked };
    if (attempt.number < MAX_ATTEMPTS) throw tryAgain(readAgainMs(error, attempt.number), describe(error));
    const remedy = 'WeChat cannot be read from this worker; `retry` once it can';
    return { ok: false, blocked: { reason: describe(error), remedy } };
  }
}
