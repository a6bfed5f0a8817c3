/** Waiting for WeChat: the audit's verdict and the moment a full release is online. Polls by retries: no history. */

import type { Blocked } from '../domain/attention.js';
import { isOnline } from '../domain/proofs.js';
import { type AuditReading, isAuditOpen } from '../domain/readings.js';
import type { WechatClient } from '../wechat/client.js';
import { beginAttempt, tryAgain } from './attempt.js';
import { askedDelayMs, describe, needsRetry } from './failures.js';
import { readerOf } from './readings.js';

/** Between two readings of what is online; people wait for it. */
const ONLINE_POLL_MS = 5_000;

export interface AwaitAuditInput {
  app: string;
  auditId: number;
  /** The status known so far; anything else is news. */
  known: string;
  pollMs: number;
}

export function createWatchActivities(client: WechatClient) {
  return {
    /** Returns when the audit's status is no longer the known one, or when only a person can go on. */
    async awaitAudit(
      input: AwaitAuditInput,
    ): Promise<{ reading: AuditReading; at: number } | { blocked: Blocked }> {
      const attempt = beginAttempt<never>();
      const { app, auditId, known, pollMs } = input;
      let reading: AuditReading;
      try {
        reading = await readerOf(client, app, attempt.untilCancelled).audit(auditId);
      } catch (error) {
        // A limit that ends by itself is waited for as told (45009: the next day).
        const askedMs = askedDelayMs(error);
        const blocked = askedMs === null ? needsRetry(error) : null;
        if (blocked !== null) return { blocked };
        throw tryAgain(askedMs ?? Math.min(pollMs, 30_000), describe(error));
      }
      if (isAuditOpen(reading.status) && reading.status === known)
        throw tryAgain(pollMs, `audit ${auditId} is ${reading.status}`);
      return { reading, at: attempt.now() };
    },

    /** Returns as soon as the version is online for everyone, or when the time is up. */
    async awaitOnline(input: {
      app: string;
      version: string;
      baselineOnlineSec: number | null;
      until: number;
    }): Promise<{ online: boolean; at: number }> {
      const attempt = beginAttempt<never>();
      let afterMs = ONLINE_POLL_MS;
      let why = `${input.version} is not online yet`;
      try {
        const { online } = await readerOf(client, input.app, attempt.untilCancelled).versions();
        if (isOnline(online, input)) return { online: true, at: attempt.now() };
      } catch (error) {
        afterMs = askedDelayMs(error) ?? afterMs;
        why = describe(error);
      }
      const left = input.until - attempt.now();
      if (left <= 0) return { online: false, at: attempt.now() };
      throw tryAgain(Math.min(afterMs, left), why);
    },
  };
}
