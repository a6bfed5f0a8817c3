/** pg's pool as Kysely takes it, but for connections that are broken. */
import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import pg from 'pg';
import { READ_ONLY } from './translate.js';

/** A pool that survives connections ended by the server, in use or not, and never hands one out again. */
export function createPool(config: pg.PoolConfig): PostgresPool {
  const pool = new pg.Pool(config);
  // A connection may break while nobody asks anything on it; the next statement on it tells.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return {
    connect: async () => watched(await pool.connect()),
    end: () => pool.end(),
  };
}

/**
 * PostgreSQL says that it ends a connection (57P01) some time before it does. Kysely gives connections back without a
 * word about errors, and the pool would hand this one out again.
 */
function watched(client: pg.PoolClient): PostgresPoolClient {
  /** What has shown that nothing can be asked on it any more. */
  let end: { error: unknown } | null = null;
  // What pg says of `command` is wider than Kysely's type, which names the statements there are.
  const ask: (sql: string, parameters: unknown[]) => Promise<PostgresQueryResult<never>> =
    client.query.bind(client);
  async function asked(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<never>> {
    // Kysely's ROLLBACK, which would wait as long again for an answer that cannot come.
    if (end !== null) throw end.error;
    try {
      return await ask(sql, [...parameters]);
    } catch (error) {
      if (isEnd(error)) end = { error };
      throw error;
    }
  }
  function query<R>(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>>;
  function query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>;
  function query(given: string | PostgresCursor<unknown>, parameters: readonly unknown[] = []): unknown {
    // Kysely makes cursors only when it was given their class.
    if (typeof given !== 'string') throw new TypeError('there are no cursors here');
    return asked(given, parameters);
  }
  return { query, release: () => client.release(end !== null) };
}

/** What a statement has done wrong is an ERROR; FATAL, PANIC and what pg itself throws are the connection's end. */
function isEnd(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError) || error.severity !== 'ERROR') return true;
  // It leads to a server that is the primary no more; a new one may lead to the other.
  return error.code === READ_ONLY;
}
