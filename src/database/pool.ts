/** pg's pool as Kysely takes it, but for connections that are broken. */
import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import pg from 'pg';

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
  let broken = false;
  // What pg says of `command` is wider than Kysely's type, which names the statements there are.
  const ask: (sql: string, parameters: unknown[]) => Promise<PostgresQueryResult<never>> =
    client.query.bind(client);
  async function asked(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<never>> {
    try {
      return await ask(sql, [...parameters]);
    } catch (error) {
      // What a statement has done wrong is an ERROR; FATAL, PANIC and what pg itself throws are the connection's end.
      broken ||= !(error instanceof pg.DatabaseError && error.severity === 'ERROR');
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
  return { query, release: () => client.release(broken) };
}
