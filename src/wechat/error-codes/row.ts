/**
 * What a caller can do about a failed call.
 *
 * - `refreshToken`: the access token was refused; a new one is needed. Nothing was done.
 * - `retryAfter`: try again after `retryAfterMs`. Nothing was done.
 * - `alreadyDone`: the effect is there already; the caller must prove by reading that it is its own.
 * - `unknownOutcome`: it may or may not have been done; read before writing again. For a read: read again.
 * - `quota`: an allowance is used up; wait for its reset or raise it. Nothing was done.
 * - `permission`: someone must grant or repair an authorization. Nothing was done.
 * - `notNow`: WeChat still works on something that comes first; ask again after `retryAfterMs`, change nothing.
 * - `permanent`: repeating the same call brings the same answer. Nothing was done.
 */
export type WechatAction =
  | 'refreshToken'
  | 'retryAfter'
  | 'alreadyDone'
  | 'unknownOutcome'
  | 'quota'
  | 'permission'
  | 'notNow'
  | 'permanent';

/** What is known about one error code. */
export interface ErrorCodeRow {
  /** What WeChat means by it, in our words. */
  meaning: string;
  /** What a person or a program can do about it. */
  remedy: string;
  action: WechatAction;
  /** How long to wait before asking again, milliseconds; `nextDay`: until daily limits reset. */
  retryAfterMs?: number | 'nextDay';
}

/** A row whose call fails again however often it is repeated. */
export function permanent(meaning: string, remedy: string): ErrorCodeRow {
  return { meaning, remedy, action: 'permanent' };
}

/** A row that needs somebody to grant or repair something. */
export function permission(meaning: string, remedy: string): ErrorCodeRow {
  return { meaning, remedy, action: 'permission' };
}
