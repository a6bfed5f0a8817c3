/** Every step from an empty database to the tables of this version. Steps are added, never changed. */
import { type Kysely, type Migration, sql } from 'kysely';

export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-credentials': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('component_tickets')
        .addColumn('component', 'text', (column) => column.primaryKey())
        .addColumn('sealed_ticket', 'text', (column) => column.notNull())
        .addColumn('made_at', 'timestamptz', (column) => column.notNull())
        .execute();
      await db.schema
        .createTable('component_tokens')
        .addColumn('component', 'text', (column) => column.primaryKey())
        .addColumn('sealed_token', 'text')
        .addColumn('made_at', 'timestamptz')
        .addColumn('expires_at', 'timestamptz')
        .addColumn('generation', 'integer', (column) => column.notNull().defaultTo(0))
        .execute();
      await db.schema
        .createTable('authorizers')
        .addColumn('component', 'text', (column) => column.notNull())
        .addColumn('app', 'text', (column) => column.notNull())
        .addColumn('state', 'text', (column) =>
          column.notNull().check(sql`state in ('authorized', 'unauthorized')`),
        )
        .addColumn('state_at', 'timestamptz')
        .addColumn('refused_at', 'timestamptz')
        .addColumn('sealed_refresh_token', 'text')
        .addColumn('refresh_token_at', 'timestamptz')
        .addColumn('sealed_access_token', 'text')
        .addColumn('access_made_at', 'timestamptz')
        .addColumn('access_expires_at', 'timestamptz')
        .addColumn('generation', 'integer', (column) => column.notNull().defaultTo(0))
        .addColumn('original_id', 'text')
        .addColumn('nick_name', 'text')
        .addColumn('permission_sets', sql`integer[]`)
        .addColumn('updated_at', 'timestamptz', (column) => column.notNull())
        .addPrimaryKeyConstraint('authorizers_key', ['component', 'app'])
        .execute();
      await db.schema
        .createIndex('authorizers_original_id')
        .on('authorizers')
        .column('original_id')
        .execute();
    },
  },
  '0002-pushes': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('pushes')
        .addColumn('id', 'bigint', (column) => column.primaryKey().generatedAlwaysAsIdentity())
        .addColumn('received_at', 'timestamptz', (column) => column.notNull())
        .addColumn('app', 'text')
        .addColumn('original_id', 'text')
        .addColumn('event', 'text', (column) => column.notNull())
        .addColumn('fields', 'jsonb', (column) => column.notNull())
        .execute();
      await db.schema.createIndex('pushes_received_at').on('pushes').column('received_at').execute();
    },
  },
  '0003-api-audit': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('api_audit')
        .addColumn('id', 'bigint', (column) => column.primaryKey().generatedAlwaysAsIdentity())
        .addColumn('at', 'timestamptz', (column) => column.notNull())
        .addColumn('by', 'text')
        .addColumn('token_hash', 'text')
        .addColumn('remote_address', 'text')
        .addColumn('method', 'text', (column) => column.notNull())
        .addColumn('route', 'text', (column) => column.notNull())
        .addColumn('app', 'text')
        .addColumn('run', 'text')
        .addColumn('command_id', 'text')
        .addColumn('status', 'integer')
        .addColumn('detail', 'text')
        .addColumn('ms', 'integer')
        .execute();
      await db.schema.createIndex('api_audit_at').on('api_audit').column('at').execute();
      await db.schema.createIndex('api_audit_app').on('api_audit').columns(['app', 'id']).execute();
      await db.schema.createIndex('api_audit_by').on('api_audit').columns(['by', 'id']).execute();
    },
  },
};
