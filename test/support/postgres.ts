/** A PostgreSQL of one's own for a test file: started in a folder that ends with it, with the machine's programs. */
import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, describe, inject } from 'vitest';
import { type ServerProcess, startServerProcess } from '../../src/servers/server-process.js';
import { canRun, PATH_FOLDERS } from './programs.js';

const run = promisify(execFile);

export interface Postgres {
  /** Makes an empty database and answers its URL. */
  database(): Promise<string>;
  /** The whole of a database as text, as a backup would have it. */
  dump(url: string): Promise<string>;
  /** A user with a password, where the others need none. */
  readonly locked: { user: string; password: string };
}

/** A group of tests on a real PostgreSQL, skipped with the reason where there is none. */
export function describeWithPostgres(name: string, body: (postgres: () => Postgres) => void): void {
  const bin = findPrograms();
  if (bin === null) {
    describe.skip(`${name} (no PostgreSQL: initdb, postgres and pg_dump are neither in PG_BIN, nor in PATH, nor in /usr/lib/postgresql; apt-get install postgresql)`, () =>
      body(() => {
        throw new Error('there is no PostgreSQL');
      }));
    return;
  }
  describe(name, () => {
    let cluster: Cluster | null = null;
    beforeAll(async () => {
      cluster = await startCluster(bin);
    });
    afterAll(() => cluster?.stop());
    body(() => {
      if (cluster === null) throw new Error('PostgreSQL has not started');
      return cluster;
    });
  });
}

/** The folder with the server's programs, the newest of several; null when there is none. */
function findPrograms(): string | null {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...(process.env.PG_BIN ? [process.env.PG_BIN] : []),
    ...PATH_FOLDERS,
    ...versions.map((version) => join(root, version, 'bin')),
  ];
  return (
    folders.find((folder) => ['initdb', 'postgres', 'pg_dump'].every((name) => canRun(join(folder, name)))) ??
    null
  );
}

export interface Cluster extends Postgres {
  /** The folder of PostgreSQL's programs. */
  readonly bin: string;
  stop(): Promise<void>;
}

/** PostgreSQL refuses root; as root, everything is run as the account its package makes. */
function ownAccount(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }).trim());
  return { uid: id('-u'), gid: id('-g') };
}

const LOCKED = { user: 'locked', password: 'a-password-that-must-not-show' };

/** A folder that the server's account owns. */
async function ownFolder(account: ReturnType<typeof ownAccount>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'weapp-postgres-'));
  chmodSync(folder, 0o700);
  if (account !== null) chownSync(folder, account.uid, account.gid);
  return folder;
}

/**
 * The data of an empty PostgreSQL, which each test file copies: making it takes seconds of the processor. Null where there
 * is no PostgreSQL.
 */
export async function emptyCluster(): Promise<string | null> {
  const bin = findPrograms();
  if (bin === null) return null;
  const account = ownAccount();
  const folder = await ownFolder(account);
  await run(
    join(bin, 'initdb'),
    [
      ...['-D', join(folder, 'data'), '-U', 'postgres'],
      ...['--auth=trust', '--no-sync', '-E', 'UTF8', '--locale=C'],
    ],
    { ...account, cwd: folder },
  );
  return folder;
}

/** A PostgreSQL that is reached over TCP and lets nobody in without a password, as in production; null where there is none. */
export async function startPostgresOverTcp(port: number, password: string): Promise<Cluster | null> {
  const bin = findPrograms();
  return bin === null ? null : startCluster(bin, { port, password });
}

async function startCluster(bin: string, tcp?: { port: number; password: string }): Promise<Cluster> {
  const account = ownAccount();
  const folder = await ownFolder(account);
  const data = join(folder, 'data');
  const empty = inject('emptyCluster');
  if (empty === null) throw new Error('there was no PostgreSQL when the tests began');
  await run('cp', ['-a', join(empty, 'data'), data]);
  const settings = {
    // A socket in a folder of its own: a port could be taken by another test file just then.
    listen_addresses: tcp === undefined ? '' : '127.0.0.1',
    ...(tcp === undefined ? {} : { port: String(tcp.port) }),
    unix_socket_directories: folder,
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    max_connections: tcp === undefined ? 60 : 200,
    shared_buffers: '16MB',
    hba_file: await hbaFile(folder),
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const program = join(bin, 'postgres');
  const [path, args] =
    account === null
      ? [program, []]
      : ['setpriv', [`--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups', program]];
  const server = await startServerProcess({ path, args: [...args, '-D', data, ...flags], graceMs: 5_000 });
  const at = tcp === undefined ? '' : `&port=${tcp.port}`;
  const url = (name: string) => `postgres://postgres@localhost/${name}?host=${folder}${at}`;
  const admin = await connected(url('postgres'), server);
  await admin.query(`create role ${LOCKED.user} login password '${LOCKED.password}'`);
  if (tcp !== undefined) await admin.query(`alter role postgres password '${tcp.password}'`);
  return {
    bin,
    locked: LOCKED,
    async database() {
      const name = `test_${randomBytes(6).toString('hex')}`;
      await admin.query(`create database ${name}`);
      return url(name);
    },
    async dump(address) {
      const { stdout } = await run(join(bin, 'pg_dump'), ['--inserts', '-d', address], {
        maxBuffer: 64 * 1024 * 1024,
      });
      return stdout;
    },
    async stop() {
      await admin.end();
      // SIGTERM lets every client finish first; a test that forgot one must not hold the others up.
      process.kill(server.pid, 'SIGQUIT');
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Everyone comes in without a password, but for one, and but for whoever comes over TCP. */
async function hbaFile(folder: string): Promise<string> {
  const path = join(folder, 'hba.conf');
  const lines = [
    `local all ${LOCKED.user} scram-sha-256`,
    'local all all trust',
    'host all all 127.0.0.1/32 scram-sha-256',
  ];
  await writeFile(path, `${lines.join('\n')}\n`, { mode: 0o644 });
  return path;
}

async function connected(url: string, server: ServerProcess): Promise<pg.Client> {
  const end = Date.now() + 20_000;
  for (;;) {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => {});
    try {
      await client.connect();
      return client;
    } catch (error) {
      await client.end().catch(() => {});
      if (Date.now() > end)
        throw new Error(`PostgreSQL does not answer: ${error}\n${server.logTail().join('\n')}`);
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  }
}
