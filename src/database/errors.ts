/** The only error of this room, and how PostgreSQL's and the network's errors become one. */

/**
 * What went wrong with the database.
 *
 * - `unreachable`: no connection, or it broke; trying again may help.
 * - `busy`: a lock or a statement took too long, or there are too many connections; trying again may help.
 * - `refused`: the server does not let us in, or not do this.
 * - `schema`: the tables are newer than this program, or could not be made.
 * - `key`: a key for what is encrypted is missing or malformed.
 * - `damaged`: what is stored cannot be decrypted: changed, or moved from another row.
 * - `query`: anything else that PostgreSQL said.
 */
export type DatabaseTrouble = 'unreachable' | 'busy' | 'refused' | 'schema' | 'key' | 'damaged' | 'query';

/** What to do stands in `remedy`. Neither text holds a password, a key or what is stored. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';

  constructor(
    readonly trouble: DatabaseTrouble,
    /** What happened, in one clause. */
    readonly what: string,
    readonly remedy: string,
  ) {
    // Several lines: whoever prints errors shows the first and puts the rest below it as what helps.
    super(`${what}\n${remedy}`);
  }

  /** Whether the same may work in a moment. */
  get passing(): boolean {
    return this.trouble === 'unreachable' || this.trouble === 'busy';
  }
}

/** Where the database is, as it may be shown: `host:port/name`. */
export type Where = string;

interface Row {
  trouble: DatabaseTrouble;
  what: string;
  remedy: string;
}

const RUNNING =
  'Start it, or correct database.url (DATABASE_URL): it is postgres://user:password@host:5432/name.';
const ACCOUNT = 'Correct user and password in database.url (DATABASE_URL).';
const GONE: Row = { trouble: 'unreachable', what: 'the connection broke', remedy: RUNNING };
const AGAIN = 'It is tried again; when it stays, look for long transactions in pg_stat_activity.';

/** By SQLSTATE (PostgreSQL's documentation, appendix A) or the system's error code. */
const ROWS: Readonly<Record<string, Row>> = {
  ECONNREFUSED: { trouble: 'unreachable', what: 'nothing listens there', remedy: RUNNING },
  ENOTFOUND: { trouble: 'unreachable', what: 'there is no such host', remedy: RUNNING },
  EAI_AGAIN: { trouble: 'unreachable', what: 'its name cannot be looked up', remedy: RUNNING },
  ETIMEDOUT: { trouble: 'unreachable', what: 'no answer in time', remedy: RUNNING },
  EHOSTUNREACH: { trouble: 'unreachable', what: 'there is no way to the host', remedy: RUNNING },
  ENOENT: { trouble: 'unreachable', what: 'there is no such socket', remedy: RUNNING },
  ECONNRESET: GONE,
  EPIPE: GONE,
  '57P01': GONE,
  '57P02': GONE,
  '57P03': { trouble: 'unreachable', what: 'it is starting or stopping', remedy: 'It is tried again.' },
  '25P03': { trouble: 'busy', what: 'a transaction stood still for too long and was ended', remedy: AGAIN },
  '53300': {
    trouble: 'busy',
    what: 'it has no connection left',
    remedy: 'Raise its max_connections, or lower database.poolSize.',
  },
  '55P03': { trouble: 'busy', what: 'another process holds the row for too long', remedy: AGAIN },
  '57014': { trouble: 'busy', what: 'a statement took too long', remedy: AGAIN },
  '40P01': { trouble: 'busy', what: 'two transactions waited for each other', remedy: AGAIN },
  '40001': { trouble: 'busy', what: 'two transactions came into conflict', remedy: AGAIN },
  '28P01': { trouble: 'refused', what: 'the password is wrong', remedy: ACCOUNT },
  '28000': { trouble: 'refused', what: 'the user may not log in', remedy: ACCOUNT },
  '3D000': {
    trouble: 'refused',
    what: 'there is no such database',
    remedy: 'Make it with createdb, or correct database.url (DATABASE_URL).',
  },
  '42501': {
    trouble: 'refused',
    what: 'the user may not do this',
    remedy: 'Let the user create a schema in this database: GRANT CREATE ON DATABASE … TO ….',
  },
};

const CROWDED: Row = {
  trouble: 'busy',
  what: 'none of the connections became free in time',
  remedy: 'It is tried again; when it stays, raise database.poolSize.',
};
const TIMEOUT: Row = { trouble: 'unreachable', what: 'no answer in time', remedy: RUNNING };

/** Any error of a query as a DatabaseError; errors of other rooms pass as they are. */
export function translated(error: unknown, where: Where): unknown {
  if (!(error instanceof Error) || error instanceof DatabaseError) return error;
  const code = codeOf(error);
  const row = (code === null ? undefined : ROWS[code]) ?? byText(error, code);
  if (row === undefined) return error;
  return new DatabaseError(row.trouble, `the database at ${where}: ${row.what}`, row.remedy);
}

/** An AggregateError has one error for each address of the host. */
function codeOf(error: Error): string | null {
  const own: unknown = Reflect.get(error, 'code');
  if (typeof own === 'string') return own;
  const parts: unknown = Reflect.get(error, 'errors');
  const [first] = Array.isArray(parts) ? parts : [];
  return first instanceof Error ? codeOf(first) : null;
}

/** What pg says of its own has no code, only a text. */
function byText(error: Error, code: string | null): Row | undefined {
  if (/timeout exceeded when trying to connect/i.test(error.message)) return CROWDED;
  if (/timeout/i.test(error.message)) return TIMEOUT;
  if (/connection (terminated|ended|error)|not queryable|server closed/i.test(error.message)) return GONE;
  if (/does not support SSL/i.test(error.message)) {
    return {
      trouble: 'refused',
      what: 'it offers no TLS',
      remedy: 'Take sslmode out of database.url, or let the server offer TLS.',
    };
  }
  // SQLSTATEs have five characters; the texts that belong to them name columns and constraints, not values.
  if (code === null || !/^[0-9A-Z]{5}$/.test(code)) return undefined;
  return {
    trouble: 'query',
    what: `it answered ${code} (${error.message})`,
    remedy: 'This is a fault of this program.',
  };
}
