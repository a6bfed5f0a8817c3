/** Why there is no token, as the client's error. */
import { DatabaseError } from '../database/errors.js';
import type { WechatAction } from '../wechat/errors.js';
import { WechatError } from '../wechat/errors.js';

export interface CredentialTrouble {
  /** The Mini Program, or the platform, by appid; null for a platform whose appid is not known. */
  app: string | null;
  /** What was seen. */
  message: string;
  meaning?: string;
  remedy: string;
  /** Default: `permission`, since a person has to put something right. */
  action?: WechatAction;
  code?: number;
  /** Milliseconds. */
  retryAfterMs?: number;
}

/** After this long a source that failed for a moment is asked again, milliseconds. */
export const RETRY_MS = 5_000;

/** A failure of a token's source. */
export function credentialError(trouble: CredentialTrouble): WechatError {
  const { app, message, remedy, code, retryAfterMs } = trouble;
  return new WechatError({
    kind: 'credential',
    endpoint: null,
    app,
    message,
    meaning: trouble.meaning ?? 'there is no access token',
    remedy,
    action: trouble.action ?? 'permission',
    ...(code === undefined ? {} : { code }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

/** What an appid looks like: it goes into addresses and into errors. */
const APPID = /^[\w-]{1,64}$/;

/** @throws WechatError when this is no appid */
export function assertAppid(app: string): void {
  if (APPID.test(app)) return;
  throw credentialError({
    app: 'an unreadable appid',
    message: 'the appid has characters that none has',
    remedy: 'Check the appid.',
  });
}

/**
 * Any failure on the way to a token, told of the app that needed it.
 *
 * The call that needed the token was not sent, so whatever happened to the token's own call, its outcome is known:
 * `unknownOutcome` becomes `retryAfter`. Errors of unknown making pass as they are.
 */
export function asCredentialError(error: unknown, app: string): unknown {
  if (error instanceof DatabaseError) return fromDatabase(error, app);
  if (!(error instanceof WechatError)) return error;
  const { failure } = error;
  if (failure.kind === 'credential' && failure.app === app) return error;
  const unknown = failure.action === 'unknownOutcome';
  const retryAfterMs = unknown ? RETRY_MS : failure.retryAfterMs;
  return credentialError({
    app,
    message: `${failure.endpoint ?? 'the token'}: ${failure.message}`,
    meaning: failure.meaning,
    remedy: unknown ? `It is tried again. ${TIMES}` : failure.remedy,
    action: unknown ? 'retryAfter' : failure.action,
    ...(failure.code === undefined ? {} : { code: failure.code }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

const TIMES = 'When it stays, check what lies between here and WeChat.';

function fromDatabase({ what, remedy, passing }: DatabaseError, app: string): WechatError {
  return credentialError({
    app,
    message: what,
    meaning: 'the stored tokens cannot be had',
    remedy,
    ...(passing ? { action: 'retryAfter', retryAfterMs: RETRY_MS } : {}),
  });
}
