/** One small pool of connections, with limits on everything that could wait for ever. */
import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely';
import { DatabaseError } from './errors.js';
import { migrate } from './migrate.js';
import { createPool } from './pool.js';
import { SCHEMA, type Tables } from './tables.js';
import { translated } from './translate.js';

export interface DatabaseOptions {
  /** `postgres://user:password@host:port/name`. */
  url: string;
  /** Connections at most, at least 3. */
  poolSize?: number;
}

/** How long a transaction may take, milliseconds. */
export interface TransactionLimits {
  /** Waiting for a row that another process holds. */
  lockMs: number;
  /** Standing still between two statements; then PostgreSQL ends it and the row is free. */
  idleMs: number;
}

/** An open database, its tables up to date. Every error it throws by itself is a DatabaseError. */
export interface Database {
  /** Statements, each for itself. */
  run<T>(work: (db: Kysely<Tables>) => Promise<T>): Promise<T>;
  /** Statements that count together or not at all. What `work` throws undoes them and is thrown. */
  transaction<T>(work: (trx: Transaction<Tables>) => Promise<T>, limits?: TransactionLimits): Promise<T>;
  readonly poolSize: number;
  close(): Promise<void>;
}

export const POOL_SIZE = 5;
const CONNECT_MS = 5_000;
const STATEMENT_MS = 15_000;
/**
 * After this long a connection whose answer stays away is given up, milliseconds. A server that is there ends every
 * statement sooner: after 15 s, and 35 s more at most for a row that another process holds.
 */
export const SILENCE_MS = 55_000;
const USUAL_LIMITS: TransactionLimits = { lockMs: 10_000, idleMs: 10_000 };

/**
 * Connects and brings the tables up to date.
 * @throws DatabaseError naming host, port and database, never the password
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const where = whereOf(options.url);
  const poolSize = Math.max(3, options.poolSize ?? POOL_SIZE);
  const pool = createPool({
    connectionString: options.url,
    max: poolSize,
    connectionTimeoutMillis: CONNECT_MS,
    idleTimeoutMillis: 30_000,
    statement_timeout: STATEMENT_MS,
    query_timeout: SILENCE_MS,
    application_name: 'weapp-rollout',
    // A firewall between here and there must not make a kept connection a dead one.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    // A pool that nobody closed must not keep a command from ending.
    allowExitOnIdle: true,
  });
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) }).withSchema(SCHEMA);
  const database: Database = {
    poolSize,
    run: (work) => telling(where, () => work(db)),
    transaction: (work, limits = USUAL_LIMITS) =>
      telling(where, () =>
        db.transaction().execute(async (trx) => {
          await limit(trx, limits);
          return work(trx);
        }),
      ),
    close: () => db.destroy(),
  };
  try {
    await database.run(migrate);
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}

async function telling<T>(where: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw translated(error, where);
  }
}

/** For this transaction only. Waiting for a lock is part of a statement, so that may take longer too. */
async function limit(trx: Transaction<Tables>, { lockMs, idleMs }: TransactionLimits): Promise<void> {
  const statementMs = lockMs + STATEMENT_MS;
  await sql`select set_config('lock_timeout', ${String(lockMs)}, true),
    set_config('statement_timeout', ${String(statementMs)}, true),
    set_config('idle_in_transaction_session_timeout', ${String(idleMs)}, true)`.execute(trx);
}

/** Host, port and name, for errors. The address itself must not show: it has the password in it. */
function whereOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  // Behind the host an @ is the end of a password that has a / ? or # in it: what looks like the host is its beginning.
  const broken = parsed === null || `${parsed.pathname}${parsed.search}${parsed.hash}`.includes('@');
  if (broken || !/^postgres(ql)?:$/.test(parsed.protocol))
    throw new DatabaseError(
      'refused',
      'the address of the database is no postgres:// URL',
      'Write postgres://user:password@host:5432/name into the place that database.url names (DATABASE_URL); / ? # and @ in the password, and @ in the query, as %2F %3F %23 and %40.',
    );
  // A folder of sockets is named by `host` in the query, which goes before the other.
  const host = parsed.searchParams.get('host') || parsed.hostname || 'localhost';
  return `${host}:${parsed.port || '5432'}${parsed.pathname}`;
}
