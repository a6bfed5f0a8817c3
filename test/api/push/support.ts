/** A receiver on a free port of this machine, what it did, and what it logged. */

import { expect, onTestFinished } from 'vitest';
import type { ReceiverOptions } from '../../../src/api/push/options.js';
import { createReceiver } from '../../../src/api/push/server.js';
import type { AuthorizationEvents } from '../../../src/credentials/authorization-events.js';
import { encryptPush, type PushRequest, type PushSecrets } from '../../../src/wechat/push/envelope.js';
import { type AuditEvent, buildEvent, type KnownEvent } from '../../../src/wechat/push/events.js';

export const SECRETS: PushSecrets = {
  token: 'TOKEN-that-must-never-be-seen',
  keys: ['jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C'],
  componentAppid: 'wx134c8103faa5a59e',
};
export const APP = 'wxba5fad812f8e6fb9';
export const OTHER_APP = 'wx0123456789abcdef';
export const ORIGINAL_ID = 'gh_97417a04a28d';
/** Now, for everything in these tests. */
export const NOW = 1_715_943_329_000;
/** Stands in every message that is sent; whatever is logged must not contain it. */
export const CONTENT = 'CONTENT-that-must-never-be-seen';

export const rejected: AuditEvent = {
  kind: 'weapp_audit_fail',
  originalId: ORIGINAL_ID,
  from: 'od1P50M-fNQI5Gcq-trm4a7apsU8',
  at: NOW - 1_000,
  decidedAt: NOW - 2_000,
  reason: `1:账号信息不符合规范:<br>${CONTENT}`,
  screenshots: [],
};

/** An event as WeChat POSTs it, now. */
export function pushOf(event: KnownEvent, secrets = SECRETS, now = NOW): PushRequest {
  return encryptPush(buildEvent(event), secrets, {
    now,
    ...('originalId' in event ? { toUserName: event.originalId } : {}),
  });
}

/** Everything of `dependencies` may be replaced; what is not records what it was told. */
export async function givenReceiver(dependencies: Partial<ReceiverOptions> = {}) {
  const signals: Parameters<ReceiverOptions['signalAudit']>[] = [];
  const kept: Parameters<NonNullable<ReceiverOptions['keepUnmatched']>>[0][] = [];
  const stored: unknown[] = [];
  const lines: string[] = [];
  const store = (kind: keyof AuthorizationEvents) => async (event: object) => {
    stored.push({ kind, ...event });
  };
  const server = createReceiver(
    {
      secrets: SECRETS,
      events: {
        ticket: store('ticket'),
        authorized: store('authorized'),
        unauthorized: store('unauthorized'),
      },
      signalAudit: async (...signal) => {
        signals.push(signal);
        return 'signalled';
      },
      keepUnmatched: async (push) => {
        kept.push(push);
      },
      appOf: async (originalId) => (originalId === ORIGINAL_ID ? APP : null),
      clock: () => NOW,
      ...dependencies,
    },
    { level: 'trace', stream: { write: (line) => lines.push(line) } },
  );
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  return {
    server,
    url,
    signals,
    kept,
    stored,
    /** Log lines, each one JSON object. */
    log: () => lines.map((line): Record<string, unknown> => JSON.parse(line)),
    rawLog: () => lines.join(''),
    /** POSTs a push; `query` in place of the push's own where the test wants another. */
    async post(path: string, push: PushRequest, query: string = new URLSearchParams(push.query).toString()) {
      const response = await fetch(`${url}${path}?${query}`, {
        method: 'POST',
        headers: { 'content-type': 'text/xml' },
        body: push.body,
      });
      return { status: response.status, text: await response.text() };
    },
    close: () => server.close(),
  };
}

export type GivenReceiver = Awaited<ReturnType<typeof givenReceiver>>;

/** A receiver for one test. When that ends, nothing of what was sent may be in the log: no content, secret, signature. */
export async function given(dependencies: Partial<ReceiverOptions> = {}): Promise<GivenReceiver> {
  const receiver = await givenReceiver(dependencies);
  onTestFinished(async () => {
    await receiver.close();
    expectSilence(receiver);
  });
  return receiver;
}

/** Nothing that was sent is in the log. */
export function expectSilence(receiver: GivenReceiver): void {
  expect(receiver.rawLog()).not.toMatch(/must-never-be-seen|signature=|<xml|nonce|CDATA/);
}

/** The answer that tells WeChat that a push is taken. */
export const SUCCESS = { status: 200, text: 'success' };
