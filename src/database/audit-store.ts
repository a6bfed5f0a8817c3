/** Who asked what of the HTTP API, and what came of it. Never a body, and never a token. */
import type { Selectable } from 'kysely';
import type { Database } from './connection.js';
import { storable } from './storable.js';
import type { Tables } from './tables.js';

/** A request as it begins. Null is what it does not have, or what is not known of it. */
export interface AuditedRequest {
  /** Milliseconds since the epoch. */
  at: number;
  /** Whose token it came with. */
  by: string | null;
  /** The token's hash or the beginning of it, in hexadecimal digits; 16 of them are kept. */
  tokenHashPrefix: string | null;
  remoteAddress: string | null;
  method: string;
  /** The route's pattern, such as `/v1/releases/:app/pause`. */
  route: string;
  app: string | null;
  run: string | null;
  commandId: string | null;
}

/** What came of a request. */
export interface AuditedAnswer {
  /** Of HTTP. */
  status: number;
  /** In a few words; what is longer than 500 characters is cut. */
  detail: string | null;
  /** How long it took, milliseconds. */
  ms: number;
  /** What is known only now: the app of a plan, the run that was started, the id that a command was given. */
  app?: string;
  run?: string;
  commandId?: string;
}

/** A request with its answer; all three fields of that are null while there is none. */
export interface AuditRow extends AuditedRequest {
  id: string;
  status: number | null;
  detail: string | null;
  ms: number | null;
}

export interface AuditFilter {
  app?: string | undefined;
  by?: string | undefined;
  /** A `next` of an earlier answer: only what was asked before it. */
  before?: string | undefined;
  /** Rows at most; 1 to 1,000. */
  limit: number;
}

export interface AuditStore {
  /** Writes down that something is asked; answers the row's id. Deletes some of what is too old. */
  begin(request: AuditedRequest): Promise<string>;
  /** Writes down what came of it. */
  end(id: string, answer: AuditedAnswer): Promise<void>;
  /** The newest first; `next` is null at the end. @throws RangeError for a `before` that is no such cursor */
  list(filter: AuditFilter): Promise<{ rows: AuditRow[]; next: string | null }>;
}

/** How long a row is kept, milliseconds: a year, and a month to look back on it. */
export const AUDIT_KEPT_MS = 400 * 24 * 3_600_000;
/** What is deleted with one row that comes in, so that none waits for a great cleaning. */
const DELETED_AT_ONCE = 100;
const MOST_ROWS = 1_000;
const LONGEST_NAME = 200;
const LONGEST_DETAIL = 500;
/** A token of the API, wherever it was put. */
const TOKEN = /wr_[A-Za-z0-9_-]{20,}/g;
/** A row's id, well within a bigint. */
const CURSOR = /^\d{1,18}$/;
const LARGEST_INTEGER = 2 ** 31 - 1;

export function createAuditStore(database: Database): AuditStore {
  return {
    begin: (request) =>
      database.run(async (db) => {
        const { id } = await db
          .insertInto('api_audit')
          .values({
            at: new Date(request.at),
            by: named(request.by),
            token_hash: hashPrefix(request.tokenHashPrefix),
            remote_address: named(request.remoteAddress),
            method: text(request.method, LONGEST_NAME),
            route: text(request.route, LONGEST_NAME),
            app: named(request.app),
            run: named(request.run),
            command_id: named(request.commandId),
          })
          .returning('id')
          .executeTakeFirstOrThrow();
        await db
          .deleteFrom('api_audit')
          .where('id', 'in', (old) =>
            old
              .selectFrom('api_audit')
              .select('id')
              .where('at', '<', new Date(request.at - AUDIT_KEPT_MS))
              .limit(DELETED_AT_ONCE),
          )
          .execute();
        return id;
      }),
    end: (id, { status, detail, ms, app, run, commandId }) =>
      database.run(async (db) => {
        await db
          .updateTable('api_audit')
          .set({
            status: integer(status),
            detail: detail === null ? null : text(detail, LONGEST_DETAIL),
            ms: integer(ms),
            ...(app === undefined ? {} : { app: named(app) }),
            ...(run === undefined ? {} : { run: named(run) }),
            ...(commandId === undefined ? {} : { command_id: named(commandId) }),
          })
          .where('id', '=', id)
          .execute();
      }),
    async list({ app, by, before, limit }) {
      if (before !== undefined && !CURSOR.test(before))
        throw new RangeError('before is no cursor of an earlier answer');
      const most = Math.min(Math.max(1, Math.floor(limit)), MOST_ROWS);
      const found = await database.run((db) => {
        let asked = db.selectFrom('api_audit').selectAll();
        if (app !== undefined) asked = asked.where('app', '=', named(app));
        if (by !== undefined) asked = asked.where('by', '=', named(by));
        if (before !== undefined) asked = asked.where('id', '<', before);
        // One more than is asked for tells whether there are more.
        return asked
          .orderBy('id', 'desc')
          .limit(most + 1)
          .execute();
      });
      const rows = found.slice(0, most).map(rowOf);
      return { rows, next: found.length > most ? (rows.at(-1)?.id ?? null) : null };
    },
  };
}

function rowOf(row: Selectable<Tables['api_audit']>): AuditRow {
  const { id, at, by, method, route, app, run, status, detail, ms } = row;
  return {
    ...{ id, at: at.getTime(), by, tokenHashPrefix: row.token_hash, remoteAddress: row.remote_address },
    ...{ method, route, app, run, commandId: row.command_id, status, detail, ms },
  };
}

function text(given: string, longest: number): string {
  // First the tokens: half of one that was cut would be seen by nobody here, and by whoever reads it.
  return storable(given.replace(TOKEN, 'wr_…'), longest);
}

function named(given: string | null): string | null {
  return given === null ? null : text(given, LONGEST_NAME);
}

/** Whatever is no hash is not kept: it could be the token. */
function hashPrefix(given: string | null): string | null {
  const digits = /^(?:sha256:)?([\da-f]{8,64})$/i.exec(given ?? '')?.[1];
  return digits?.slice(0, 16).toLowerCase() ?? null;
}

function integer(value: number): number {
  return Math.min(Math.max(0, Math.round(value)), LARGEST_INTEGER);
}
