/** After the first key has changed: encrypts anew what the older keys have encrypted, so that they can be dropped. */
import { sql } from 'kysely';
import { type Cipher, nameOf, openIfSound, type Place } from './cipher.js';
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
const MOST_NAMED = 10;

/**
 * Encrypts everything with the first key. Rows that another process holds are left for the next time; they are
 * being written with the new key anyway. What cannot be read is left too, and `warn` is told of it once: whoever needs
 * nothing but the other rows must be able to start.
 * @throws DatabaseError `key` when a key that is still needed is not configured any more
 */
export async function reencrypt(
  database: Database,
  cipher: Cipher,
  warn: (text: string) => void,
): Promise<void> {
  const { currentPrefix } = cipher;
  if (currentPrefix === null) return;
  const damaged: Place[] = [];
  for (const column of COLUMNS) {
    let after: readonly string[] | null = [];
    while (after !== null) after = await some(database, cipher, column, { currentPrefix, after, damaged });
  }
  if (damaged.length > 0) warn(unreadable(damaged));
}

/** Those with keys after `after`; answers the last one's, null when there are no more. */
async function some(
  database: Database,
  cipher: Cipher,
  { table, column, key }: Column,
  work: { currentPrefix: string; after: readonly string[]; damaged: Place[] },
): Promise<string[] | null> {
  const [from, secret] = [sql.table(`${SCHEMA}.${table}`), sql.ref(column)];
  const keys = sql.join(key.map((name) => sql.ref(name)));
  const later = work.after.length === 0 ? sql.lit(true) : sql`(${keys}) > (${sql.join(work.after)})`;
  return database.transaction(async (trx) => {
    const { rows } = await sql<Record<string, string>>`select ${keys}, ${secret} from ${from}
      where ${secret} is not null and not starts_with(${secret}, ${work.currentPrefix}) and ${later}
      order by ${keys} limit ${AT_ONCE} for update skip locked`.execute(trx);
    const places = rows.map((row) => ({ table, column, row: key.map((name) => row[name] ?? '') }));
    for (const [index, place] of places.entries()) {
      const plain = openIfSound(cipher, rows[index]?.[column] ?? '', place);
      if (plain === null) work.damaged.push(place);
      else
        await sql`update ${from} set ${secret} = ${cipher.seal(plain, place)}
          where (${keys}) = (${sql.join(place.row)})`.execute(trx);
    }
    return rows.length < AT_ONCE ? null : (places.at(-1)?.row ?? null);
  });
}

function unreadable(places: readonly Place[]): string {
  const more = places.length > MOST_NAMED ? ` and ${places.length - MOST_NAMED} more` : '';
  return `${places.length} stored texts cannot be decrypted and were left as they are, so their keys cannot go: ${places
    .slice(0, MOST_NAMED)
    .map(nameOf)
    .join(
      '; ',
    )}${more}. Check these keys, or take the tokens from WeChat again with \`weapp-rollout apps import\`.`;
}
