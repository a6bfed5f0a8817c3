/** A database that cannot be used: the error says where and what helps, and never the password. */
import { expect, it } from 'vitest';
import { openDatabase } from '../../src/database/connection.js';
import { DatabaseError } from '../../src/database/errors.js';
import { freePorts } from '../../src/servers/ports.js';
import { describeWithPostgres } from '../support/postgres.js';

const PASSWORD = 'pass-word-that-must-not-show';

async function troubleOf(url: string): Promise<DatabaseError> {
  const error = await openDatabase({ url }).then(
    (database) => database.close(),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof DatabaseError)) throw new Error(`expected a DatabaseError, got ${error}`);
  expect(`${error.stack} ${JSON.stringify(error)}`).not.toContain(PASSWORD);
  return error;
}

it('nobody listens there', async () => {
  const [port] = await freePorts(1);
  const error = await troubleOf(`postgres://me:${PASSWORD}@127.0.0.1:${port}/rollouts`);
  expect(error).toMatchObject({ trouble: 'unreachable', passing: true });
  expect(error.what).toBe(`the database at 127.0.0.1:${port}/rollouts: nothing listens there`);
  expect(error.remedy).toContain('DATABASE_URL');
});

it.each([`mysql://me:${PASSWORD}@host/db`, PASSWORD, `me:${PASSWORD}@host`, ''])(
  'an address that is none of PostgreSQL is not repeated (%#)',
  async (url) => {
    expect((await troubleOf(url)).what).toBe('the address of the database is no postgres:// URL');
  },
);

it.each(['/', '7/', '7?', '7#', 'a@b/', 'a@b?', 'a@b#'])(
  'of an address whose password begins with %j and is not encoded no part is shown',
  async (begin) => {
    const error = await troubleOf(`postgres://me:${begin}${PASSWORD}@host/db`);
    expect(error.what).toBe('the address of the database is no postgres:// URL');
    expect(error.remedy).toContain('%2F');
  },
);

describeWithPostgres('a database that answers', (postgres) => {
  it('but refuses the password', async () => {
    const url = new URL(await postgres().database());
    url.username = postgres().locked.user;
    url.password = PASSWORD;
    const error = await troubleOf(url.href);
    expect(error).toMatchObject({ trouble: 'refused', passing: false });
    expect(error.what).toContain('the password is wrong');
  });

  it('but asks for a password where none is given', async () => {
    const url = new URL(await postgres().database());
    url.username = postgres().locked.user;
    const error = await troubleOf(url.href);
    expect(error).toMatchObject({ trouble: 'refused', remedy: expect.stringContaining('database.url') });
    expect(error.what).toContain('it asks for a password');
  });

  it('but takes no changes for a while, as a standby: that passes, without new connections being asked for', async () => {
    const url = await postgres().database();
    const name = new URL(url).pathname.slice(1);
    const [database, other] = [await openDatabase({ url }), await openDatabase({ url })];
    const { sql } = await import('kysely');
    const readOnly = (on: boolean) =>
      other.run((db) =>
        sql`alter database ${sql.ref(name)} set default_transaction_read_only = ${sql.lit(on)}`.execute(db),
      );
    const write = () =>
      database.run((db) =>
        db
          .insertInto('component_tokens')
          .values({ component: 'c' })
          .onConflict((c) => c.doNothing())
          .execute(),
      );
    // A session keeps the setting that it has begun with, as a connection keeps the server that it leads to.
    await readOnly(true);
    await other.run((db) =>
      sql`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()`.execute(db),
    );
    await write().catch(() => {});
    await expect(write()).rejects.toMatchObject({ trouble: 'unreachable', passing: true });
    await readOnly(false);
    await write();
    await Promise.all([database.close(), other.close()]);
  });

  it('but does not let the user make tables', async () => {
    const { user, password } = postgres().locked;
    const url = new URL(await postgres().database());
    Object.assign(url, { username: user, password });
    const error = await troubleOf(url.href);
    expect(error.what).toContain('the user may not do this');
    expect(error.remedy).toContain('GRANT CREATE ON DATABASE');
    expect(error.message).not.toContain(password);
  });

  it('but has no database of this name', async () => {
    const url = (await postgres().database()).replace(/test_\w+/, 'no_such_one');
    expect((await troubleOf(url)).what).toContain('there is no such database');
  });

  it('and ends connections, in use or not: statements fail as passing, the process lives, the next ones work', async () => {
    const url = await postgres().database();
    const [database, other] = [await openDatabase({ url }), await openDatabase({ url })];
    const { sql } = await import('kysely');
    const cut = () =>
      other.run((db) =>
        sql`select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid()`.execute(db),
      );
    const broken = database.transaction(async (trx) => {
      await sql`select 1`.execute(trx);
      await cut();
      await sql`select 1`.execute(trx);
    });
    await expect(broken).rejects.toMatchObject({ trouble: 'unreachable', passing: true });
    expect(await database.run(async (db) => (await sql`select 1`.execute(db)).rows.length)).toBe(1);
    await cut();
    await database.run((db) => sql`select 1`.execute(db)).catch(() => {});
    expect(await database.run(async (db) => (await sql`select 1`.execute(db)).rows.length)).toBe(1);
    await Promise.all([database.close(), other.close()]);
  });

  it('and whose row is held for too long is busy', async () => {
    const url = await postgres().database();
    const database = await openDatabase({ url });
    const { sql } = await import('kysely');
    await database.transaction(async (trx) => {
      await sql`lock table weapp_rollout.authorizers`.execute(trx);
      const waiting = database.transaction(
        (other) => sql`lock table weapp_rollout.authorizers`.execute(other),
        { lockMs: 50, idleMs: 1_000 },
      );
      await expect(waiting).rejects.toMatchObject({ trouble: 'busy', passing: true });
    });
    await database.close();
  });
});
