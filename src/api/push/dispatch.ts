/** What an event does. Resolves only when its effect is stored for good; rejects when that is not known. */
import { DatabaseError } from '../../database/errors.js';
import type { AuditEvent, PushEvent } from '../../wechat/push/events.js';
import { PushError } from '../../wechat/push/fault.js';
import type { AuditResultInput } from '../../workflows/messages.js';
import type { ReceiverOptions, UnmatchedReason } from './options.js';

/** What came of an event, as it is logged. */
export interface Outcome {
  event: string;
  outcome: 'stored' | 'signalled' | 'unmatched' | 'ignored';
  app?: string;
  /** Why it was unmatched or ignored. */
  why?: UnmatchedReason | 'notConfigured' | 'notForRollouts';
  /** Whether an unmatched one was kept. */
  kept?: boolean;
}

/** get_auditstatus' numbers for what was pushed. */
const STATUS = { weapp_audit_success: 0, weapp_audit_fail: 1, weapp_audit_delay: 4 } as const;

/** Of the reason that goes to a release; it only wakes a reading, which has the whole text. Characters. */
const REASON_LENGTH = 1_000;

/**
 * Acts on an event. `addressed`: the app that the address names, null when it names none.
 * @throws PushError wrongAppId; whatever a dependency throws
 */
export async function dispatch(
  event: PushEvent,
  addressed: string | null,
  options: ReceiverOptions,
  now: number,
): Promise<Outcome> {
  switch (event.kind) {
    case 'other':
      return { event: loggable(event.name), outcome: 'ignored', why: 'notForRollouts' };
    case 'weapp_audit_success':
    case 'weapp_audit_fail':
    case 'weapp_audit_delay':
      return dispatchAudit(event, addressed, options, now);
  }
  const { componentAppid, at, kind } = event;
  // The tail of Encrypt was checked; a message that names another platform inside is no message of WeChat's.
  if (componentAppid !== options.secrets.componentAppid) throw new PushError('wrongAppId');
  const app = 'app' in event ? { app: event.app } : {};
  const { events } = options;
  if (events === null) return { event: kind, ...app, outcome: 'ignored', why: 'notConfigured' };
  if (kind === 'component_verify_ticket') {
    await events.ticket({ componentAppid, ticket: event.ticket, at });
  } else if (kind === 'unauthorized') {
    await events.unauthorized({ componentAppid, app: event.app, at });
  } else {
    await events.authorized({
      componentAppid,
      app: event.app,
      authorizationCode: event.authorizationCode,
      at,
    });
  }
  return { event: kind, ...app, outcome: 'stored' };
}

async function dispatchAudit(
  event: AuditEvent,
  addressed: string | null,
  options: ReceiverOptions,
  now: number,
): Promise<Outcome> {
  const owner = await options.appOf(event.originalId).catch((error: unknown) => {
    // The address tells it too, and what a push can do is to wake a reading.
    if (addressed !== null && error instanceof DatabaseError && error.passing) return null;
    throw error;
  });
  const app = addressed ?? owner;
  const result: AuditResultInput = {
    status: STATUS[event.kind],
    ...(event.reason === null ? {} : { reason: [...event.reason].slice(0, REASON_LENGTH).join('') }),
    at: event.decidedAt,
  };
  const said = { event: event.kind, ...(app === null ? {} : { app }) };
  const why = await signal();
  if (why === null) return { ...said, outcome: 'signalled' };
  const { kind, originalId } = event;
  await options.keepUnmatched?.({
    receivedAt: now,
    app,
    originalId,
    event: kind,
    fields: { why, ...result },
  });
  return { ...said, outcome: 'unmatched', why, kept: options.keepUnmatched !== null };

  async function signal(): Promise<UnmatchedReason | null> {
    if (app === null) return 'unknownApp';
    // The address is not signed, the original id is: where they contradict each other nobody is woken.
    if (owner !== null && owner !== app) return 'otherApp';
    return (await options.signalAudit(app, result)) === 'noRelease' ? 'noRelease' : null;
  }
}

/** A name that WeChat chose, as it may stand in a log. */
function loggable(name: string): string {
  return /^[\w.-]{1,64}$/.test(name) ? name : '(no plain name)';
}
