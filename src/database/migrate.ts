/** Brings the tables to this version. Any number of processes may do it at once. */
import { type Kysely, Migrator } from 'kysely';
import { DatabaseError } from './errors.js';
import { MIGRATIONS } from './migrations.js';
import { SCHEMA, type Tables } from './tables.js';

const TABLE = 'migrations';

/**
 * Runs the steps that are missing. Kysely holds an advisory lock of PostgreSQL meanwhile, which a process that dies
 * lets go of.
 * @throws DatabaseError `schema` when the tables are newer than this program
 */
export async function migrate(db: Kysely<Tables>): Promise<void> {
  await refuseNewer(db);
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...MIGRATIONS }) },
    migrationTableSchema: SCHEMA,
    migrationTableName: TABLE,
    migrationLockTableName: 'migrations_lock',
  });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return;
  // Another process, of a newer version, may have been faster.
  await refuseNewer(db);
  throw error;
}

async function refuseNewer(db: Kysely<Tables>): Promise<void> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ schema, name }) => schema === SCHEMA && name === TABLE)) return;
  const done = await db.selectFrom(TABLE).select('name').execute();
  const unknown = done.map(({ name }) => name).filter((name) => !Object.hasOwn(MIGRATIONS, name));
  if (unknown.length === 0) return;
  throw new DatabaseError(
    'schema',
    `the tables are of a newer version of weapp-rollout (${unknown.join(', ')})`,
    'Use that version here too; tables are never taken back.',
  );
}
