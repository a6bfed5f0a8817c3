import type { EndpointName } from './catalogue.js';
import type { WechatAction } from './error-codes.js';

export type { WechatAction } from './error-codes.js';

/**
 * What went wrong on the way.
 *
 * - `notSent`: no connection came about (refused, unknown host, no route); WeChat never saw the request.
 * - `tls`: the server's certificate was not accepted; the request was not sent.
 * - `aborted`: the caller's signal ended the call.
 * - `timeout`: no complete answer in time.
 * - `connection`: the connection broke.
 * - `brokenAnswer`: the answer could not be read to its end, or was too large.
 * - `redirect`: a redirect was answered; none is ever followed.
 * - `http`: an HTTP status that is an error. WeChat itself answers 200 even for its errors.
 */
export type TransportFault =
  | 'notSent'
  | 'tls'
  | 'aborted'
  | 'timeout'
  | 'connection'
  | 'brokenAnswer'
  | 'redirect'
  | 'http';

interface FailureFields {
  /** The call; null when a token provider failed on its own account. */
  endpoint: EndpointName | null;
  /** The Mini Program's appid; null for a call of the platform itself. */
  app: string | null;
  /** WeChat's errcode, where it answered one. */
  code?: number;
  /** WeChat's own text, or a plain description of what was seen. Never contains a token. */
  message: string;
  /** What it means, in one clause. */
  meaning: string;
  /** What a person or program can do about it. */
  remedy: string;
  action: WechatAction;
  /** How long to wait before asking again, milliseconds. */
  retryAfterMs?: number;
}

/** Why a call failed: plain JSON, safe to log and to keep in a history. */
export type WechatFailure =
  /** WeChat refused. `answer` is its whole answer, shortened. */
  | (FailureFields & { kind: 'api'; code: number; answer: string })
  /** `sent` is false when WeChat certainly never got the request. */
  | (FailureFields & { kind: 'transport'; fault: TransportFault; sent: boolean; status?: number })
  /** An answer that is no JSON, or lacks what the catalogue says. `answer` is it, shortened. */
  | (FailureFields & { kind: 'invalidAnswer'; answer: string })
  /** The catalogue refused the request; nothing was sent. */
  | (FailureFields & { kind: 'invalidRequest'; issues: { path: string; message: string }[] })
  /** There is no token, or WeChat refuses the one there is. */
  | (FailureFields & { kind: 'credential' });

/** The only error of this room. Everything about it is in `failure`; it has no cause, on purpose. */
export class WechatError extends Error {
  override readonly name = 'WechatError';
  readonly failure: WechatFailure;

  constructor(failure: WechatFailure) {
    super(sentence(failure));
    this.failure = failure;
  }
}

function sentence(failure: WechatFailure): string {
  const call = failure.endpoint ?? 'access token';
  const code = failure.code === undefined ? '' : `${failure.code} `;
  return `${call} of ${failure.app ?? 'the platform'}: ${failure.meaning} (${code}${failure.message}). ${failure.remedy}`;
}
