/** The tables: made by whoever comes first, refused when they are of a newer version. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { openDatabase } from '../../src/database/connection.js';
import { MIGRATIONS } from '../../src/database/migrations.js';
import { describeWithPostgres } from '../support/postgres.js';

const OPEN = fileURLToPath(new URL('support/open-process.ts', import.meta.url));

describeWithPostgres('migrations', (postgres) => {
  it('are run once by three processes that start at the same moment', async () => {
    const url = await postgres().database();
    const started = [1, 2, 3].map(() =>
      promisify(execFile)(process.execPath, ['--import', 'tsx', OPEN], {
        env: { ...process.env, DATABASE_URL: url },
      }),
    );
    for (const { stdout } of await Promise.all(started)) expect(stdout).toBe('open\n');
    const database = await openDatabase({ url });
    const done = await database.run((db) => db.selectFrom('migrations').select('name').execute());
    expect(done.map(({ name }) => name).sort()).toEqual(Object.keys(MIGRATIONS).sort());
    await database.close();
  });

  it('are run once by ten openings in one process, and not again', async () => {
    const url = await postgres().database();
    const opened = await Promise.all(Array.from({ length: 10 }, () => openDatabase({ url, poolSize: 3 })));
    await Promise.all(opened.map((database) => database.close()));
    const again = await openDatabase({ url });
    expect(await again.run((db) => db.selectFrom('migrations').select('name').execute())).toHaveLength(
      Object.keys(MIGRATIONS).length,
    );
    await again.close();
  });

  it('of a newer version are refused, by name', async () => {
    const url = await postgres().database();
    const database = await openDatabase({ url });
    await database.run((db) =>
      db
        .insertInto('migrations' as never)
        .values({ name: '9999-of-the-future', timestamp: '2030-01-01' } as never)
        .execute(),
    );
    await database.close();
    await expect(openDatabase({ url })).rejects.toMatchObject({
      trouble: 'schema',
      what: 'the tables are of a newer version of weapp-rollout (9999-of-the-future)',
    });
  });

  it('leave other programs’ tables of the same name alone', async () => {
    const url = await postgres().database();
    const database = await openDatabase({ url });
    await database.close();
    const dump = await postgres().dump(url);
    expect(dump).toContain('CREATE TABLE weapp_rollout.authorizers');
    expect(dump).not.toContain('CREATE TABLE public.');
  });
});
