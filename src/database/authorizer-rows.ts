/** One authorised Mini Program as a row of the table and as the rest of the program sees it. */
import type { Selectable, Updateable } from 'kysely';
import { type Cipher, openIfSound, type Place } from './cipher.js';
import type { StoredToken } from './component-store.js';
import { storable } from './storable.js';
import type { AuthorizationState, Tables } from './tables.js';

/** What is known of a Mini Program without its secrets. Times are milliseconds since the epoch. */
export interface AuthorizerFacts {
  component: string;
  app: string;
  state: AuthorizationState;
  /** When the state came about, by WeChat's clock; null when WeChat has not said. */
  stateAt: number | null;
  /** When WeChat last refused it with 61003 although no event had said so. */
  refusedAt: number | null;
  originalId: string | null;
  nickName: string | null;
  /** Null when nobody has asked yet. */
  permissionSets: readonly number[] | null;
  /** When the refresh token came from WeChat, by our clock; null when there is none. */
  refreshTokenAt: number | null;
  /** Until when the stored access token is good; null when there is none. */
  accessExpiresAt: number | null;
}

export interface Authorizer extends AuthorizerFacts {
  refreshToken: string | null;
  access: StoredToken | null;
  /** Goes up with every token that is stored or dropped. */
  generation: number;
}

/** What is changed; fields left out stay as they are. */
export interface AuthorizerChange {
  state?: AuthorizationState;
  stateAt?: number;
  refusedAt?: number | null;
  originalId?: string;
  nickName?: string;
  permissionSets?: readonly number[];
  refreshToken?: { token: string; at: number } | null;
  access?: StoredToken | null;
}

export type AuthorizerKey = Pick<AuthorizerFacts, 'component' | 'app'>;
export type AuthorizerRow = Selectable<Tables['authorizers']>;

/** Far more than a nick name or an original id has. */
const LONGEST = 256;

const place = ({ component, app }: AuthorizerKey, column: string): Place => ({
  table: 'authorizers',
  column,
  row: [component, app],
});
const REFRESH = 'sealed_refresh_token';
const ACCESS = 'sealed_access_token';

export function factsOf(row: Omit<AuthorizerRow, typeof REFRESH | typeof ACCESS>): AuthorizerFacts {
  return {
    component: row.component,
    app: row.app,
    state: row.state,
    stateAt: row.state_at?.getTime() ?? null,
    refusedAt: row.refused_at?.getTime() ?? null,
    originalId: row.original_id,
    nickName: row.nick_name,
    permissionSets: row.permission_sets,
    refreshTokenAt: row.refresh_token_at?.getTime() ?? null,
    accessExpiresAt: row.access_expires_at?.getTime() ?? null,
  };
}

/** Decrypts. An access token that cannot be read is none. @throws DatabaseError `key`, `damaged` */
export function authorizerOf(row: AuthorizerRow, cipher: Cipher): Authorizer {
  const sealed = row[ACCESS];
  const token = sealed === null ? null : openIfSound(cipher, sealed, place(row, ACCESS));
  const [madeAt, expiresAt] = [row.access_made_at?.getTime(), row.access_expires_at?.getTime()];
  return {
    ...factsOf(row),
    generation: row.generation,
    refreshToken:
      row.sealed_refresh_token === null ? null : cipher.open(row.sealed_refresh_token, place(row, REFRESH)),
    access:
      token === null || madeAt === undefined || expiresAt === undefined ? null : { token, madeAt, expiresAt },
  };
}

/** The columns of a change, encrypted. */
export function columnsOf(
  change: AuthorizerChange,
  key: AuthorizerKey & { generation: number },
  cipher: Cipher,
  now: number,
): Updateable<Tables['authorizers']> {
  const { refreshToken, access } = change;
  return {
    updated_at: new Date(now),
    ...(change.state === undefined ? {} : { state: change.state }),
    ...(change.stateAt === undefined ? {} : { state_at: new Date(change.stateAt) }),
    ...(change.refusedAt === undefined ? {} : { refused_at: dateOf(change.refusedAt) }),
    ...(change.originalId === undefined ? {} : { original_id: storable(change.originalId, LONGEST) }),
    ...(change.nickName === undefined ? {} : { nick_name: storable(change.nickName, LONGEST) }),
    ...(change.permissionSets === undefined ? {} : { permission_sets: [...change.permissionSets] }),
    ...(refreshToken === undefined && access === undefined ? {} : { generation: key.generation + 1 }),
    ...(refreshToken === undefined
      ? {}
      : {
          [REFRESH]: refreshToken === null ? null : cipher.seal(refreshToken.token, place(key, REFRESH)),
          refresh_token_at: dateOf(refreshToken?.at ?? null),
        }),
    ...(access === undefined
      ? {}
      : {
          [ACCESS]: access === null ? null : cipher.seal(access.token, place(key, ACCESS)),
          access_made_at: dateOf(access?.madeAt ?? null),
          access_expires_at: dateOf(access?.expiresAt ?? null),
        }),
  };
}

function dateOf(at: number | null): Date | null {
  return at === null ? null : new Date(at);
}
