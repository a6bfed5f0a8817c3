/** Takes Mini Programs that authorised the platform elsewhere into the store. */
import type { Authorizer, AuthorizerChange } from '../database/authorizer-rows.js';
import type { AuthorizerStore, LockedAuthorizer } from '../database/authorizer-store.js';
import { DatabaseError } from '../database/errors.js';

/** One Mini Program with its refresh token. */
export interface ImportRow {
  app: string;
  refreshToken: string;
  /** When it authorised the platform, ms since the epoch; null when nobody knows. */
  authorizedAt: number | null;
  originalId?: string;
  nickName?: string;
  permissionSets?: readonly number[];
  /** WeChat lists it and yet refuses calls for it (61003). */
  refused?: boolean;
}

/**
 * What became of a row. `kept`: the stored tokens are as good or better, and were left alone.
 * `left`: an event says that it took its authorization back after the row's time.
 */
export type Imported = 'added' | 'updated' | 'unchanged' | 'kept' | 'left';

export interface ImportOptions {
  component: string;
  /** When the rows were true: a token stored later stays. Milliseconds since the epoch. */
  readAt: number;
  /** Where the rows come from decides which token is believed: WeChat's own list, or somebody's file. */
  source: 'wechat' | 'file';
  /** A file's token also replaces a stored one. */
  overwrite?: boolean;
  now: () => number;
}

const LIMITS = { lockMs: 30_000, idleMs: 5_000 };

/**
 * Stores one row, whole or not at all; the same row again changes nothing. A stored row that cannot be read is replaced
 * by what WeChat lists, and by a file's only with `overwrite`: the key may be a wrong one.
 * @throws DatabaseError; `damaged` and `query` are about this row only
 */
export async function importRow(
  store: AuthorizerStore,
  row: ImportRow,
  options: ImportOptions,
): Promise<Imported> {
  const key = { component: options.component, app: row.app };
  const write = () =>
    store.locked(key, { wait: true, create: true, limits: LIMITS }, (locked) => take(locked, row, options));
  try {
    return (await write()) ?? 'unchanged';
  } catch (error) {
    const replaces = options.source === 'wechat' || options.overwrite === true;
    if (!(error instanceof DatabaseError) || error.trouble !== 'damaged' || !replaces) throw error;
    await store.forget(key);
    return (await write()) ?? 'unchanged';
  }
}

async function take(
  { current, change }: LockedAuthorizer,
  row: ImportRow,
  options: ImportOptions,
): Promise<Imported> {
  const isNew = current.stateAt === null && current.refreshToken === null;
  if (hasLeft(current, row) && options.overwrite !== true) return 'left';
  const keeps = keepsToken(current, options);
  const changes: AuthorizerChange = {
    ...facts(row),
    ...(keeps || current.refreshToken === row.refreshToken
      ? {}
      : { refreshToken: { token: row.refreshToken, at: options.readAt }, access: null }),
    ...(current.state === 'authorized' ? {} : { state: 'authorized' as const }),
    ...(row.authorizedAt === null || row.authorizedAt <= (current.stateAt ?? -1)
      ? {}
      : { stateAt: row.authorizedAt }),
    ...refusal(current, row, options),
  };
  const changed = Object.entries(changes).some(
    ([field, value]) => !isSame(Reflect.get(current, field), value),
  );
  if (changed) await change(changes);
  if (isNew) return 'added';
  if (keeps && options.source === 'file' && current.refreshToken !== row.refreshToken) return 'kept';
  return changed ? 'updated' : 'unchanged';
}

/** An event said that it left, after the authorization that the row is about. */
function hasLeft({ state, stateAt }: Authorizer, { authorizedAt }: ImportRow): boolean {
  return state === 'unauthorized' && stateAt !== null && (authorizedAt === null || stateAt > authorizedAt);
}

/** WeChat's list is right unless a token came after it was asked; a file may be of any age. */
function keepsToken(
  { refreshToken, refreshTokenAt }: Authorizer,
  { readAt, source, overwrite }: ImportOptions,
): boolean {
  if (refreshToken === null) return false;
  if (source === 'file') return overwrite !== true;
  return refreshTokenAt !== null && refreshTokenAt >= readAt;
}

function facts({ originalId, nickName, permissionSets }: ImportRow): AuthorizerChange {
  return {
    ...(originalId === undefined ? {} : { originalId }),
    ...(nickName === undefined ? {} : { nickName }),
    ...(permissionSets === undefined ? {} : { permissionSets }),
  };
}

function refusal(
  { refusedAt }: Authorizer,
  { refused }: ImportRow,
  { now, source }: ImportOptions,
): AuthorizerChange {
  if (refused === true) return { refusedAt: now() };
  return refusedAt !== null && source === 'wechat' ? { refusedAt: null } : {};
}

function isSame(stored: unknown, value: unknown): boolean {
  return JSON.stringify(stored) === JSON.stringify(value);
}
