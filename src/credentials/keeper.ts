/** When a stored token is renewed, and who waits for it. What a token is for makes no difference. */
import type { StoredToken } from '../database/component-store.js';
import { DatabaseError } from '../database/errors.js';
import { WechatError } from '../wechat/errors.js';
import { asCredentialError, credentialError, RETRY_MS } from './failures.js';
import { standingOf } from './token-life.js';
import { createFlights, inTime, unlessAborted } from './waiting.js';

/** `version` changes with the token, and with whatever could make a failed renewal succeed. */
export interface Stored {
  current: StoredToken | null;
  version: string;
}

export interface TokenSource {
  /** What is stored. Throws when there can be no token at all. */
  read(id: string): Promise<Stored>;
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

/** How long a call that has a good token waits for something better, milliseconds. */
const PATIENCE_MS = 2_000;
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

export function createKeeper(options: KeeperOptions): Keeper {
  const { source, refreshAheadMs, now } = options;
  const warn = options.warn ?? ((text) => process.emitWarning(text));
  const flights = createFlights<string, StoredToken | null>();
  const rests = new Map<string, Rest>();
  /** The last token that is known of each, for while the database is away. */
  const known = new Map<string, StoredToken>();

  /** A slow reading may bring what was stored before the last renewal. */
  function remember(id: string, token: StoredToken): void {
    const last = known.get(id);
    if (last === undefined || last.madeAt <= token.madeAt) known.set(id, token);
  }

  /** One renewal at a time for each id in this process; all who ask meanwhile get what it comes to. */
  function renewed(id: string, order: RenewOrder): Promise<StoredToken | null> {
    return flights.join(id, async () => {
      const made = await source.renew(id, order);
      if (made !== null) remember(id, made);
      return made;
    });
  }

  /**
   * While the database is away a token stays as good as it was. That its authorization has ended meanwhile is missed,
   * but then WeChat refuses it. Null when there is no such token.
   */
  function usable(id: string, rejected: string | undefined): string | null {
    const last = known.get(id);
    if (last === undefined || last.token === rejected) return null;
    return standingOf(last, rejected, now(), refreshAheadMs) === 'spent' ? null : last.token;
  }

  /** What is stored; an error when that takes long and there is a token that is good without it. */
  async function read(id: string, rejected: string | undefined): Promise<Stored> {
    const stored = source.read(id);
    if (usable(id, rejected) === null) return stored;
    const inGoodTime = await inTime(PATIENCE_MS, stored);
    if (inGoodTime === null) throw new DatabaseError('busy', 'the database is slow', 'It is tried again.');
    return inGoodTime;
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
    const order = { unwanted: current.token, wait: false };
    const renewal = renewed(id, order).catch((error: unknown) => {
      rests.set(id, { until: now() + REST_MS, version, error });
      warn(aheadFailed(id, current, error));
      return null;
    });
    // It goes on, and is the next one's: only this call has no reason to wait for it.
    const made = await unlessAborted(signal, inTime(PATIENCE_MS, renewal));
    return (made ?? current).token;
  }

  async function get(id: string, rejected: string | undefined, signal?: AbortSignal): Promise<string> {
    for (let turn = 1; ; turn += 1) {
      const { current, version } = await unlessAborted(signal, read(id, rejected));
      if (current === null) {
        known.delete(id);
      } else {
        remember(id, current);
        const standing = standingOf(current, rejected, now(), refreshAheadMs);
        if (standing === 'good') return current.token;
        if (standing === 'ahead') return ahead(id, current, version, signal);
      }
      const rest = resting(id, version);
      // What failed while the old token was still good says nothing final.
      if (rest !== null && restOf(rest.error, id) !== null) throw rest.error;
      const order = { unwanted: current?.token ?? null, wait: true };
      const made = await unlessAborted(signal, renewed(id, order)).catch((error: unknown) => {
        const ms = restOf(error, id);
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
        // What WeChat has refused is nobody's any more, however long the database is away.
        if (error instanceof WechatError || known.get(id)?.token === rejected) known.delete(id);
        const token = error instanceof DatabaseError && error.passing ? usable(id, rejected) : null;
        if (token !== null) return token;
        throw asCredentialError(error, id);
      }
    },
  };
}

/** How long asking WeChat again is useless, milliseconds; null when it may help at once. */
function restOf(error: unknown, id: string): number | null {
  if (!(error instanceof WechatError)) return null;
  const { kind, app, action, code, retryAfterMs } = error.failure;
  // The platform's own token is lacking: its keeper rests, and knows when that ends.
  if (kind === 'credential' && app !== id) return null;
  switch (action) {
    case 'permission':
    case 'permanent':
    case 'refreshToken':
      return REST_MS;
    case 'quota':
      return REST_QUOTA_MS;
    default:
      // WeChat itself said how long.
      return code === undefined ? null : (retryAfterMs ?? null);
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
