/** A push as it will be sent: which address, what is in it, how it is signed, and what is wrong with it. */
import { randomBytes } from 'node:crypto';
import { encryptPush } from '../../wechat/push/envelope.js';
import { type AuditEvent, buildEvent, type KnownEvent } from '../../wechat/push/events.js';
import type { Verdict } from '../state/announcements.js';
import type { WorldComponent } from '../world/components.js';
import type { PushFlaw } from './flaws.js';

const HOUR_MS = 3_600_000;
/** Whom audit results come from: WeChat's own account, as an openid. Made up. */
const WECHAT_OPENID = 'ojFcW5B0VwJ3xq7Kd2mT9sLr8e4Y';

/** What is to be told. `message` is the plain XML; app events have the Mini Program's original id. */
export interface PushContent {
  message: string;
  originalId: string | null;
}

/** A push that is ready to go. */
export interface SealedPush {
  /** With the query that signs it. */
  address: string;
  body: string;
}

/** Where a platform wants its pushes, and what they are sealed with; undefined when it has not said all of it. */
export interface PushTarget {
  componentAppid: string;
  url: string;
  messageToken: string;
  encodingAesKey: string;
}

/** The target for events of an app (`messages`), or of the platform and its authorizations (`authorization`). */
export function targetOf(
  componentAppid: string,
  { messageToken, encodingAesKey, pushUrls }: WorldComponent,
  kind: 'authorization' | 'messages',
  app: string | null,
): PushTarget | undefined {
  const url = pushUrls[kind];
  if (url === undefined || messageToken === undefined || encodingAesKey === undefined) return undefined;
  return { componentAppid, url: url.replaceAll('$APPID$', app ?? ''), messageToken, encodingAesKey };
}

/** The content of an event as WeChat writes it. */
export function contentOf(event: KnownEvent): PushContent {
  return { message: buildEvent(event), originalId: 'originalId' in event ? event.originalId : null };
}

const AUDIT_EVENTS = { 0: 'weapp_audit_success', 1: 'weapp_audit_fail', 4: 'weapp_audit_delay' } as const;

/** A verdict as WeChat tells it: with the Mini Program's original id, without auditid and version. */
export function auditEvent({ at, status, reason, screenshot }: Verdict, originalId: string): AuditEvent {
  return {
    kind: AUDIT_EVENTS[status],
    originalId,
    from: WECHAT_OPENID,
    at,
    decidedAt: at,
    reason: status === 0 ? null : reason,
    screenshots: status === 1 ? screenshot.split('|').filter((id) => id !== '') : [],
  };
}

/** Encrypts and signs. `now`: milliseconds since the epoch, for the query's timestamp. */
export function seal(
  { message, originalId }: PushContent,
  { componentAppid, url, messageToken, encodingAesKey }: PushTarget,
  now: number,
  flaw: PushFlaw | undefined,
): SealedPush {
  const key = flaw === 'wrongKey' ? anyKey() : encodingAesKey;
  const { query, body } = encryptPush(
    message,
    { token: messageToken, keys: [key], componentAppid },
    {
      now: flaw === 'oldTimestamp' ? now - HOUR_MS : now,
      ...(originalId !== null && { toUserName: originalId, openid: WECHAT_OPENID }),
    },
  );
  const signed = flaw === 'badSignature' ? { ...query, msg_signature: '0'.repeat(40) } : query;
  return { address: withQuery(url, signed), body };
}

/** An address without its query and without anything secret, for the ledger. */
export function plainUrl(url: string): string {
  if (!URL.canParse(url)) return '(no address)';
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}

function withQuery(url: string, query: Record<string, string>): string {
  return `${url}${url.includes('?') ? '&' : '?'}${new URLSearchParams(query)}`;
}

/** 43 letters and digits. */
function anyKey(): string {
  return randomBytes(64).toString('base64').replace(/[+/=]/g, '').padEnd(43, 'A').slice(0, 43);
}
