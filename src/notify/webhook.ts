/**
 * Any service: the message as JSON, signed as Standard Webhooks 1.0 describes it (standardwebhooks.com). The id stays the
 * same when a message is sent again; timestamp and signature are new with every try.
 */
import { createHmac } from 'node:crypto';
import type { Announcement } from '../domain/notifying/notified.js';
import type { ChannelWay } from './channel.js';
import { readStatus } from './channel.js';

/** Bytes of a secret, as the specification has them. */
const LEAST_KEY = 24;
const MOST_KEY = 64;

/** The key behind `whsec_…`; null when it is none. */
export function keyOf(secret: string | null): Buffer | null {
  const [, base64 = ''] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret ?? '') ?? [];
  const key = Buffer.from(base64, 'base64');
  return key.length < LEAST_KEY || key.length > MOST_KEY ? null : key;
}

/** `webhook-signature` of a body. @param seconds of `webhook-timestamp` */
export function webhookSign(key: Buffer, id: string, seconds: number, body: string): string {
  return `v1,${createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')}`;
}

/** The body: `type` and `timestamp` as the specification has them, the message in `data`. */
function bodyOf({ at, event, ...message }: Announcement): string {
  return JSON.stringify({
    type: `release.${event}`,
    timestamp: new Date(at).toISOString(),
    data: { event, ...message },
  });
}

export const webhook: ChannelWay = {
  kind: 'webhook',
  hosts: [],
  fault: ({ secret }) =>
    keyOf(secret) === null
      ? {
          reason: `the secret is not whsec_ and the base64 of ${LEAST_KEY} to ${MOST_KEY} bytes`,
          remedy: 'make one: echo "whsec_$(openssl rand -base64 32)", and give it to the receiver too',
        }
      : null,
  request: (message, { url, secret }, now) => {
    const seconds = Math.floor(now / 1_000);
    const body = bodyOf(message);
    const key = keyOf(secret) ?? Buffer.alloc(0);
    return {
      url,
      body,
      headers: {
        'webhook-id': message.id,
        'webhook-timestamp': `${seconds}`,
        'webhook-signature': webhookSign(key, message.id, seconds, body),
      },
    };
  },
  read: (answer) => (answer.status >= 200 && answer.status < 300 ? { result: 'sent' } : readStatus(answer)),
};
