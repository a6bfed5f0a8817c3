/** The Mini Programs that have authorised a platform, and their tokens. */
import {
  type Authorizer,
  type AuthorizerChange,
  type AuthorizerFacts,
  type AuthorizerKey,
  authorizerOf,
  columnsOf,
  factsOf,
} from './authorizer-rows.js';
import type { Cipher } from './cipher.js';
import type { Database, TransactionLimits } from './connection.js';

/** A Mini Program's row that no other process can change meanwhile. */
export interface LockedAuthorizer {
  readonly current: Authorizer;
  /** Once at most. */
  change(change: AuthorizerChange): Promise<void>;
}

export interface AuthorizerStore {
  read(key: AuthorizerKey): Promise<Authorizer | null>;
  /** All, or those of one platform, by appid. Decrypts nothing. */
  list(component?: string): Promise<AuthorizerFacts[]>;
  /** The appid of a `gh_…` id, the one authorised last when there are several. */
  appOf(originalId: string): Promise<string | null>;
  /** Drops what is stored of it, readable or not. */
  forget(key: AuthorizerKey): Promise<void>;
  /**
   * Runs `work` while this process alone holds the row. Null, and nothing is run, when there is no such row, or when
   * `wait` is false and another process holds it. `create` makes the row when it is missing: not authorised, of no
   * known time; it stays only when `work` succeeds.
   */
  locked<T>(
    key: AuthorizerKey,
    options: { wait: boolean; create: boolean; limits: TransactionLimits },
    work: (row: LockedAuthorizer) => Promise<T>,
  ): Promise<T | null>;
}

/** @param now milliseconds since the epoch, for `updated_at` */
export function createAuthorizerStore(
  database: Database,
  cipher: Cipher,
  now: () => number,
): AuthorizerStore {
  return {
    async read({ component, app }) {
      const row = await database.run((db) =>
        db
          .selectFrom('authorizers')
          .selectAll()
          .where('component', '=', component)
          .where('app', '=', app)
          .executeTakeFirst(),
      );
      return row === undefined ? null : authorizerOf(row, cipher);
    },
    async list(component) {
      const rows = await database.run((db) =>
        db
          .selectFrom('authorizers')
          .selectAll()
          .$if(component !== undefined, (query) => query.where('component', '=', component ?? ''))
          .orderBy('app')
          .execute(),
      );
      return rows.map(factsOf);
    },
    async appOf(originalId) {
      const row = await database.run((db) =>
        db
          .selectFrom('authorizers')
          .select('app')
          .where('original_id', '=', originalId)
          .orderBy('state')
          .orderBy('state_at', (order) => order.desc().nullsLast())
          .limit(1)
          .executeTakeFirst(),
      );
      return row?.app ?? null;
    },
    async forget({ component, app }) {
      await database.run((db) =>
        db.deleteFrom('authorizers').where('component', '=', component).where('app', '=', app).execute(),
      );
    },
    async locked(key, { wait, create, limits }, work) {
      const { component, app } = key;
      return database.transaction(async (trx) => {
        if (create) {
          await trx
            .insertInto('authorizers')
            .values({ component, app, state: 'unauthorized', updated_at: new Date(now()) })
            .onConflict((conflict) => conflict.doNothing())
            .execute();
        }
        const query = trx
          .selectFrom('authorizers')
          .selectAll()
          .where('component', '=', component)
          .where('app', '=', app)
          .forUpdate();
        const row = await (wait ? query : query.skipLocked()).executeTakeFirst();
        if (row === undefined) return null;
        return work({
          current: authorizerOf(row, cipher),
          async change(change) {
            await trx
              .updateTable('authorizers')
              .set(columnsOf(change, row, cipher, now()))
              .where('component', '=', component)
              .where('app', '=', app)
              .execute();
          },
        });
      }, limits);
    },
  };
}
