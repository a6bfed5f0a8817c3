/** When a stored token is good, when it is renewed, and who waits for it. What a token is for makes no difference. */
import type { StoredToken } from '../database/component-store.js';
import { WechatError } from '../wechat/errors.js';
import { asCredentialError, credentialError, RETRY_MS } from './failures.js';
import { unlessAborted } from './waiting.js';

export interface TokenSource {
  /**
   * What is stored. `version` changes with it, and with whatever could make a failed renewal succeed.
   * Throws when there can be no token at all.
   */
  read(id: string): Promise<{ current: StoredToken | null; version: string }>;
  /**
   * Another token than `unwanted`: one that was stored meanwhile, or a new one. Null when `wait` is false and
   * another process is at it.
   */
  renew(id: string, order: RenewOrder): Promise<StoredToken | null>;
}

export interface RenewOrder {
  unwanted: string | null;
  /** Whether to wait for another process, and to ask WeChat more than once. */
  wait: boolean;
}

export interface KeeperOptions {
  source: TokenSource;
  /** How long before its end a token is renewed, milliseconds; never more than half its life. */
  refreshAheadMs: number;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Told of a renewal that failed while the token was still good. Default: a warning of the process. */
  warn?: ((text: string) => void) | undefined;
}

export interface Keeper {
  /** Throws WechatError of kind `credential`, or AbortError. */
  get(id: string, options?: { rejected?: string; signal?: AbortSignal }): Promise<string>;
}

/**
 * A token that WeChat refuses this soon after it was made is not made anew, milliseconds. Whatever is wrong, another
 * one would be refused too, and a loop would use up the daily limit of calls.
 */
const JUST_MADE_MS = 30_000;
/** WeChat's live for two hours. Milliseconds. */
const LONGEST_LIFE_MS = 24 * 3_600_000;
/** On its last seconds a token could expire on the way; of a short life it is a quarter. Milliseconds. */
const LAST_MS = 10_000;
/** How long a failure is believed before WeChat is asked again, milliseconds. */
const REST_MS = 60_000;
const REST_QUOTA_MS = 10 * 60_000;
/** Looking again is needed when a renewal that was under way had another aim. */
const MOST_TURNS = 3;

interface Rest {
  until: number;
  version: string;
  error: unknown;
}

/**
 * The life of a token as it is stored, milliseconds. Whatever an answer says: one of no length would be renewed with
 * each call, and one of a thousand years never.
 */
export function lifeOf(expiresInMs: number): number {
  return Math.min(Math.max(expiresInMs, JUST_MADE_MS), LONGEST_LIFE_MS);
}

export function createKeeper(options: KeeperOptions): Keeper {
  const { source, refreshAheadMs, now } = options;
  const warn = options.warn ?? ((text) => process.emitWarning(text));
  const flights = new Map<string, Promise<StoredToken | null>>();
  const rests = new Map<string, Rest>();

  /** One renewal at a time for each id in this process; all who ask meanwhile get what it comes to. */
  function renewed(id: string, order: RenewOrder): Promise<StoredToken | null> {
    const flight = flights.get(id);
    if (flight !== undefined) return flight;
    const begun = source.renew(id, order).finally(() => flights.delete(id));
    flights.set(id, begun);
    return begun;
  }

  function resting(id: string, version: string): Rest | null {
    const rest = rests.get(id);
    if (rest === undefined) return null;
    if (rest.version === version && now() < rest.until) return rest;
    rests.delete(id);
    return null;
  }

  /** The token is good for now: whatever goes wrong, it is answered. */
  async function ahead(
    id: string,
    current: StoredToken,
    version: string,
    signal?: AbortSignal,
  ): Promise<string> {
    // Someone renews it already, or it has just failed.
    if (flights.has(id) || resting(id, version) !== null) return current.token;
    try {
      const made = await unlessAborted(signal, renewed(id, { unwanted: current.token, wait: false }));
      return (made ?? current).token;
    } catch (error) {
      if (signal?.aborted) throw error;
      rests.set(id, { until: now() + REST_MS, version, error });
      warn(aheadFailed(id, current, error));
      return current.token;
    }
  }

  async function get(id: string, rejected: string | undefined, signal?: AbortSignal): Promise<string> {
    for (let turn = 1; ; turn += 1) {
      const { current, version } = await unlessAborted(signal, source.read(id));
      const standing = judge(current, rejected, now(), refreshAheadMs);
      if (current !== null && standing === 'good') return current.token;
      if (current !== null && standing === 'ahead') return ahead(id, current, version, signal);
      const rest = resting(id, version);
      // What failed while the old token was still good says nothing final.
      if (rest !== null && restOf(rest.error) !== null) throw rest.error;
      const order = { unwanted: current?.token ?? null, wait: true };
      const made = await unlessAborted(signal, renewed(id, order)).catch((error: unknown) => {
        const ms = restOf(error);
        if (ms !== null) rests.set(id, { until: now() + ms, version, error });
        throw error;
      });
      if (made !== null && (made.token !== rejected || turn === MOST_TURNS)) return made.token;
      if (turn === MOST_TURNS) throw taken(id);
    }
  }

  return {
    async get(id, { rejected, signal } = {}) {
      try {
        return await get(id, rejected, signal);
      } catch (error) {
        throw asCredentialError(error, id);
      }
    },
  };
}

/** `ahead`: good for now, and to be renewed. `spent`: cannot be used. */
function judge(
  current: StoredToken | null,
  rejected: string | undefined,
  now: number,
  refreshAheadMs: number,
): 'good' | 'ahead' | 'spent' {
  if (current === null) return 'spent';
  const { token, madeAt, expiresAt } = current;
  // Another process may have made it, by a clock that goes a little before ours.
  if (token === rejected) return Math.abs(now - madeAt) < JUST_MADE_MS ? 'good' : 'spent';
  const life = expiresAt - madeAt;
  if (now >= expiresAt - Math.min(LAST_MS, life / 4)) return 'spent';
  return now >= expiresAt - Math.min(refreshAheadMs, life / 2) ? 'ahead' : 'good';
}

/** How long asking WeChat again is useless, milliseconds; null when it may help at once. */
function restOf(error: unknown): number | null {
  if (!(error instanceof WechatError)) return null;
  switch (error.failure.action) {
    case 'permission':
    case 'permanent':
    case 'refreshToken':
      return REST_MS;
    case 'quota':
      return REST_QUOTA_MS;
    default:
      // WeChat itself said how long.
      return error.failure.code === undefined ? null : (error.failure.retryAfterMs ?? null);
  }
}

function aheadFailed(id: string, { expiresAt }: StoredToken, error: unknown): string {
  const told = asCredentialError(error, id);
  const reason = told instanceof WechatError ? told.message : 'an error of unknown making';
  return `the token of ${id} could not be renewed and is good until ${new Date(expiresAt).toISOString()}: ${reason}`;
}

function taken(id: string): WechatError {
  return credentialError({
    app: id,
    message: 'another process renews it and does not come to an end',
    remedy: 'It is tried again.',
    action: 'retryAfter',
    retryAfterMs: RETRY_MS,
  });
}
