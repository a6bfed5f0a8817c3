/** A third-party platform's verify ticket and its component access token. */
import type { Kysely, Transaction } from 'kysely';
import { type Cipher, openIfSound } from './cipher.js';
import type { Database, TransactionLimits } from './connection.js';
import type { Tables } from './tables.js';

/** An access token and its times, milliseconds since the epoch. */
export interface StoredToken {
  token: string;
  madeAt: number;
  expiresAt: number;
}

export interface Ticket {
  ticket: string;
  /** When WeChat made it, milliseconds since the epoch. */
  madeAt: number;
}

/** A component's token under a lock that no other process holds. */
export interface LockedComponent {
  readonly current: StoredToken | null;
  /** Another number means that someone has stored a token meanwhile. */
  readonly generation: number;
  /** The newest ticket, read on the connection that holds the lock: a second one might not be free. */
  ticket(): Promise<Ticket | null>;
  store(token: StoredToken): Promise<void>;
}

export interface ComponentStore {
  /** Keeps a ticket; an older one than the stored changes nothing. */
  keepTicket(component: string, ticket: Ticket): Promise<void>;
  /** Its token, and when WeChat made the newest ticket, milliseconds since the epoch; null for what is not there. */
  read(component: string): Promise<{ current: StoredToken | null; ticketAt: number | null }>;
  /**
   * Runs `work` while this process alone holds the token's row. Null, and nothing is run, when `wait` is false and
   * another process holds it.
   */
  locked<T>(
    component: string,
    options: { wait: boolean; limits: TransactionLimits },
    work: (row: LockedComponent) => Promise<T>,
  ): Promise<T | null>;
}

const ticketPlace = (component: string) => ({
  table: 'component_tickets',
  column: 'sealed_ticket',
  row: [component],
});
const tokenPlace = (component: string) => ({
  table: 'component_tokens',
  column: 'sealed_token',
  row: [component],
});

type Queries = Kysely<Tables> | Transaction<Tables>;

export function createComponentStore(database: Database, cipher: Cipher): ComponentStore {
  /** One that cannot be read is none: another is made of the ticket. */
  function tokenOf(component: string, row: Row | undefined): StoredToken | null {
    if (row === undefined || row.sealed_token === null || row.made_at === null || row.expires_at === null)
      return null;
    const token = openIfSound(cipher, row.sealed_token, tokenPlace(component));
    return token === null
      ? null
      : { token, madeAt: row.made_at.getTime(), expiresAt: row.expires_at.getTime() };
  }

  async function ticketOf(db: Queries, component: string): Promise<Ticket | null> {
    const row = await db
      .selectFrom('component_tickets')
      .selectAll()
      .where('component', '=', component)
      .executeTakeFirst();
    if (row === undefined) return null;
    const ticket = cipher.open(row.sealed_ticket, ticketPlace(component));
    return { ticket, madeAt: row.made_at.getTime() };
  }

  return {
    async keepTicket(component, { ticket, madeAt }) {
      const row = {
        component,
        sealed_ticket: cipher.seal(ticket, ticketPlace(component)),
        made_at: new Date(madeAt),
      };
      await database.run((db) =>
        db
          .insertInto('component_tickets')
          .values(row)
          .onConflict((conflict) =>
            conflict
              .column('component')
              .doUpdateSet({ sealed_ticket: row.sealed_ticket, made_at: row.made_at })
              .where('component_tickets.made_at', '<=', row.made_at),
          )
          .execute(),
      );
    },
    read: (component) =>
      database.run(async (db) => {
        const ticket = await db
          .selectFrom('component_tickets')
          .select('made_at')
          .where('component', '=', component)
          .executeTakeFirst();
        const row = await select(db, component).executeTakeFirst();
        return { current: tokenOf(component, row), ticketAt: ticket?.made_at.getTime() ?? null };
      }),
    async locked(component, { wait, limits }, work) {
      await database.run((db) =>
        db
          .insertInto('component_tokens')
          .values({ component })
          .onConflict((conflict) => conflict.doNothing())
          .execute(),
      );
      return database.transaction(async (trx) => {
        const query = select(trx, component).forUpdate();
        const row = await (wait ? query : query.skipLocked()).executeTakeFirst();
        if (row === undefined) return null;
        return work({
          current: tokenOf(component, row),
          generation: row.generation,
          ticket: () => ticketOf(trx, component),
          async store({ token, madeAt, expiresAt }) {
            await trx
              .updateTable('component_tokens')
              .set({
                sealed_token: cipher.seal(token, tokenPlace(component)),
                made_at: new Date(madeAt),
                expires_at: new Date(expiresAt),
                generation: row.generation + 1,
              })
              .where('component', '=', component)
              .execute();
          },
        });
      }, limits);
    },
  };
}

interface Row {
  sealed_token: string | null;
  made_at: Date | null;
  expires_at: Date | null;
}

function select(db: Queries, component: string) {
  return db.selectFrom('component_tokens').selectAll().where('component', '=', component);
}
