/** WeChat's errors in the words of a release. */
import type { Blocked } from '../domain/attention.js';
import { type EffectName, waitsForQuota } from '../domain/effects.js';
import { errorCodes } from '../wechat/error-codes.js';
import { WechatError } from '../wechat/errors.js';
import { backOffMs } from './attempt.js';

/** A person can mend it and nothing else can: no use in asking again. */
const FINAL: ReadonlySet<string> = new Set(['permission', 'permanent', 'quota', 'refreshToken']);

/** What went wrong, in a line; errors of the client carry no token. */
export function describe(error: unknown): string {
  if (error instanceof WechatError) {
    const { endpoint, code, message, meaning } = error.failure;
    return `${endpoint}: ${code === undefined ? '' : `${code} `}${message}${meaning && meaning !== message ? ` (${meaning})` : ''}`;
  }
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** The failure as something a person must mend; null when asking again may help. */
export function needsPerson(error: unknown): Blocked | null {
  if (!(error instanceof WechatError) || !FINAL.has(error.failure.action)) return null;
  const { failure } = error;
  // Of a code that nobody knows, WeChat's whole answer is all there is to go by.
  const raw =
    failure.kind === 'api' && errorCodes[failure.code] === undefined
      ? `; WeChat answered ${failure.answer.slice(0, 300)}`
      : '';
  return { reason: `${describe(error)}${raw}`, remedy: failure.remedy };
}

/** The same for a step that goes on only when it is told to: by `retry`, where the remedy names no other verb. */
export function needsRetry(error: unknown): Blocked | null {
  const blocked = needsPerson(error);
  if (blocked === null || /`(resubmit|giveUp)`/.test(blocked.remedy)) return blocked;
  return { ...blocked, remedy: `${blocked.remedy} Then \`retry\`.` };
}

/** How long WeChat asked to wait, milliseconds. */
export function askedDelayMs(error: unknown): number | null {
  return error instanceof WechatError ? (error.failure.retryAfterMs ?? null) : null;
}

/** How long to wait after so many readings that failed, milliseconds: at least as told, and longer each time. */
export function readAgainMs(error: unknown, failures: number): number {
  return Math.max(askedDelayMs(error) ?? 0, backOffMs(failures));
}

/** How long to wait before a write that is put off is sent, milliseconds: as told, but what WeChat finishes first (61039) often ends sooner. */
export function deferralMs(error: unknown): number {
  const soon = error instanceof WechatError && error.failure.action === 'notNow';
  return soon ? 1_000 : (askedDelayMs(error) ?? 5_000);
}

/** Whether a write was certainly not applied and may simply be sent later. */
export function isDeferred(error: unknown, effect: EffectName): boolean {
  if (!(error instanceof WechatError)) return false;
  const { action, retryAfterMs } = error.failure;
  if (action === 'quota') return retryAfterMs !== undefined && waitsForQuota(effect);
  return action === 'retryAfter' || action === 'notNow';
}

/** WeChat says it is so already; only a reading can tell whether it was us. */
export function isClaimed(error: unknown): boolean {
  return error instanceof WechatError && error.failure.action === 'alreadyDone';
}

/** Whether WeChat answered with this code. */
export function hasCode(error: unknown, ...codes: number[]): boolean {
  return (
    error instanceof WechatError && error.failure.code !== undefined && codes.includes(error.failure.code)
  );
}
