/** The tables, as queries see them. Columns named `sealed_…` hold what the cipher made, never plain text. */
import type { ColumnType, Generated, JSONColumnType } from 'kysely';

/** The schema that all tables are in, so that the database may be shared with other programs. */
export const SCHEMA = 'weapp_rollout';

export interface Tables {
  component_tickets: {
    component: string;
    sealed_ticket: string;
    /** When WeChat made it. */
    made_at: Date;
  };
  component_tokens: {
    component: string;
    sealed_token: string | null;
    made_at: Date | null;
    expires_at: Date | null;
    /** Goes up with every token that is stored. */
    generation: Generated<number>;
  };
  authorizers: {
    component: string;
    app: string;
    state: AuthorizationState;
    /** What WeChat says of when the state came about: an event's time, or the list's auth_time. */
    state_at: Date | null;
    /** When a call was refused with 61003 though no event had said so. */
    refused_at: Date | null;
    sealed_refresh_token: string | null;
    /** When the refresh token came from WeChat, by our clock. */
    refresh_token_at: Date | null;
    sealed_access_token: string | null;
    access_made_at: Date | null;
    access_expires_at: Date | null;
    generation: Generated<number>;
    original_id: string | null;
    nick_name: string | null;
    permission_sets: number[] | null;
    updated_at: Date;
  };
  pushes: {
    id: Generated<string>;
    received_at: Date;
    app: string | null;
    original_id: string | null;
    event: string;
    fields: JSONColumnType<Record<string, string>>;
  };
  api_audit: {
    /** Goes up with every request. */
    id: Generated<string>;
    at: Date;
    /** Whose token it was; null when there was none that is known. */
    by: string | null;
    /** The first hexadecimal digits of the token's SHA-256. */
    token_hash: string | null;
    remote_address: string | null;
    method: string;
    /** The route's pattern, never the address with what stands in it. */
    route: string;
    app: string | null;
    run: string | null;
    command_id: string | null;
    /** Null until the request was answered: then nobody knows whether it was done. */
    status: number | null;
    detail: string | null;
    /** How long it took, milliseconds. */
    ms: number | null;
  };
  migrations: { name: string; timestamp: ColumnType<string, never, never> };
}

export type AuthorizationState = 'authorized' | 'unauthorized';
