/** After the first key has changed: encrypts anew what the older keys have encrypted, so that they can be dropped. */
import { sql } from 'kysely';
import type { Cipher } from './cipher.js';
import type { Database } from './connection.js';
import { SCHEMA } from './tables.js';

interface Column {
  table: string;
  column: string;
  key: readonly string[];
}

const COLUMNS: readonly Column[] = [
  { table: 'component_tickets', column: 'sealed_ticket', key: ['component'] },
  { table: 'component_tokens', column: 'sealed_token', key: ['component'] },
  { table: 'authorizers', column: 'sealed_refresh_token', key: ['component', 'app'] },
  { table: 'authorizers', column: 'sealed_access_token', key: ['component', 'app'] },
];
/** Rows in one transaction: a release that needs one of them waits no longer than for these. */
const AT_ONCE = 100;

/**
 * Encrypts everything with the first key. Rows that another process holds are left for the next time; they are
 * being written with the new key anyway.
 * @throws DatabaseError `key` when a key that is still needed is not configured any more
 */
export async function reencrypt(database: Database, cipher: Cipher): Promise<void> {
  if (cipher.currentPrefix === null) return;
  for (const column of COLUMNS) while ((await some(database, cipher, column)) === AT_ONCE);
}

async function some(database: Database, cipher: Cipher, { table, column, key }: Column): Promise<number> {
  const [from, secret] = [sql.table(`${SCHEMA}.${table}`), sql.ref(column)];
  const keys = sql.join(key.map((name) => sql.ref(name)));
  return database.transaction(async (trx) => {
    const { rows } = await sql<Record<string, string>>`select ${keys}, ${secret} from ${from}
      where ${secret} is not null and not starts_with(${secret}, ${cipher.currentPrefix})
      limit ${AT_ONCE} for update skip locked`.execute(trx);
    for (const row of rows) {
      const place = { table, column, row: key.map((name) => row[name] ?? '') };
      const sealed = cipher.seal(cipher.open(row[column] ?? '', place), place);
      const same = sql.join(
        key.map((name) => sql`${sql.ref(name)} = ${row[name]}`),
        sql` and `,
      );
      await sql`update ${from} set ${secret} = ${sealed} where ${same}`.execute(trx);
    }
    return rows.length;
  });
}
