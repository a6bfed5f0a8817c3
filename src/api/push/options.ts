/** What the push receiver is given: everything it touches outside of itself. */
import type { AuthorizationEvents } from '../../credentials/authorization-events.js';
import type { PushStore } from '../../database/push-store.js';
import type { PushSecrets } from '../../wechat/push/envelope.js';
import type { AuditResultInput } from '../../workflows/messages.js';

/** Why an audit result reached no release. */
export type UnmatchedReason =
  /** No open release of this app. */
  | 'noRelease'
  /** The address names no app, and nobody knows whose original id it is. */
  | 'unknownApp'
  /** The address names one app, the original id belongs to another. */
  | 'otherApp';

/** Tells a release; resolves once the server has stored that, and rejects when that is not known. */
export type SignalAudit = (app: string, result: AuditResultInput) => Promise<'signalled' | 'noRelease'>;

export interface ReceiverOptions {
  secrets: PushSecrets;
  /** What keeps tickets and authorizations; null when nothing here does. */
  events: AuthorizationEvents | null;
  signalAudit: SignalAudit;
  /** Keeps what reached no release; null when there is no database. */
  keepUnmatched: PushStore['keepUnmatched'] | null;
  /** The app that an original id belongs to; null when nobody knows. */
  appOf(originalId: string): Promise<string | null>;
  /** Milliseconds since the epoch. Default: Date.now. */
  clock?: () => number;
  /** How long an effect may take, milliseconds: WeChat hangs up after five seconds. Default: 4000. */
  answerWithinMs?: number;
}
