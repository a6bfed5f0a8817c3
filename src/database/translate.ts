/** How PostgreSQL's, pg's and the network's errors become the one of this room. */
import { DatabaseError, type DatabaseTrouble } from './errors.js';

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
const NO_WAY: Row = { trouble: 'unreachable', what: 'there is no way to the host', remedy: RUNNING };
const FULL: Row = {
  trouble: 'busy',
  what: 'it has not enough disk, memory or connections',
  remedy: 'It is tried again; when it stays, look at what its machine has left.',
};

/** A server that has just become, or still is, a standby. */
export const READ_ONLY = '25006';

/** By SQLSTATE (PostgreSQL's documentation, appendix A) or the system's error code. */
const ROWS: Readonly<Record<string, Row>> = {
  ECONNREFUSED: { trouble: 'unreachable', what: 'nothing listens there', remedy: RUNNING },
  ENOTFOUND: { trouble: 'unreachable', what: 'there is no such host', remedy: RUNNING },
  EAI_AGAIN: { trouble: 'unreachable', what: 'its name cannot be looked up', remedy: RUNNING },
  ETIMEDOUT: { trouble: 'unreachable', what: 'no answer in time', remedy: RUNNING },
  EHOSTUNREACH: NO_WAY,
  ENETUNREACH: NO_WAY,
  ENOENT: { trouble: 'unreachable', what: 'there is no such socket', remedy: RUNNING },
  ECONNRESET: GONE,
  EPIPE: GONE,
  '57P01': GONE,
  '57P02': GONE,
  '57P03': { trouble: 'unreachable', what: 'it is starting or stopping', remedy: 'It is tried again.' },
  '57P04': { trouble: 'unreachable', what: 'the database was dropped', remedy: RUNNING },
  '57P05': GONE,
  [READ_ONLY]: {
    trouble: 'unreachable',
    what: 'it takes no changes: it is a standby, or set to read only',
    remedy: 'It is tried again; when it stays, let database.url (DATABASE_URL) lead to the primary.',
  },
  '55000': { trouble: 'unreachable', what: 'it is not ready for this', remedy: 'It is tried again.' },
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

/** By the first two characters of a SQLSTATE: connection exceptions, insufficient resources. */
const CLASSES: Readonly<Record<string, Row>> = { '08': GONE, '53': FULL };

/** By pg's own words, which have no code. */
const TEXTS: readonly (readonly [RegExp, Row])[] = [
  [
    /timeout exceeded when trying to connect/i,
    {
      trouble: 'busy',
      what: 'none of the connections became free in time',
      remedy: 'It is tried again; when it stays, raise database.poolSize.',
    },
  ],
  [/timeout/i, { trouble: 'unreachable', what: 'no answer in time', remedy: RUNNING }],
  [/connection (terminated|ended|error)|not queryable|server closed/i, GONE],
  [
    /does not support SSL/i,
    {
      trouble: 'refused',
      what: 'it offers no TLS',
      remedy: 'Take sslmode out of database.url, or let the server offer TLS.',
    },
  ],
  [
    /^SASL: .* password must be/,
    { trouble: 'refused', what: 'it asks for a password, and there is none', remedy: ACCOUNT },
  ],
];

/** Any error of a query as a DatabaseError; errors of other rooms pass as they are. */
export function translated(error: unknown, where: Where): unknown {
  if (!(error instanceof Error) || error instanceof DatabaseError) return error;
  const code = codeOf(error);
  const row = code === null ? byText(error) : byCode(code, error.message);
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

function byText(error: Error): Row | undefined {
  // pg's own are plain ones; those of other rooms may have the same words in them.
  if (Object.getPrototypeOf(error) !== Error.prototype) return undefined;
  return TEXTS.find(([words]) => words.test(error.message))?.[1];
}

function byCode(code: string, text: string): Row | undefined {
  const known = ROWS[code];
  if (known !== undefined) return known;
  if (/CERT|^UNABLE_TO_|^ERR_(TLS|SSL)/.test(code))
    return {
      trouble: 'refused',
      what: `its certificate is not trusted (${code})`,
      remedy: 'Name the authority that has signed it as sslrootcert in database.url, and the host as in it.',
    };
  // SQLSTATEs have five characters, a digit among them; the system's begin with E and have letters only.
  if (/^E[A-Z]+$/.test(code)) return { ...GONE, what: `the connection failed (${code})` };
  if (!/^[0-9A-Z]{5}$/.test(code)) return TEXTS.find(([words]) => words.test(text))?.[1];
  return CLASSES[code.slice(0, 2)] ?? ourFault(code, text);
}

/** The texts name columns and constraints, but for those of class 22, which quote the value. */
function ourFault(code: string, text: string): Row {
  const said = code.startsWith('22') ? '' : ` (${text})`;
  return { trouble: 'query', what: `it answered ${code}${said}`, remedy: 'This is a fault of this program.' };
}
