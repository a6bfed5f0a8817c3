/** A Temporal cluster on PostgreSQL, brought up by the scripts and with the variables of docker-compose.yml. */
import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { isPortFree } from '../../src/servers/ports.js';
import { type ServerProcess, startServerProcess } from '../../src/servers/server-process.js';
import type { ClusterPrograms } from './cluster-programs.js';
import { environmentOf, ROOT, service } from './compose.js';
import { startPostgresOverTcp } from './postgres.js';

const run = promisify(execFile);
/** Services of the server and the variables of its ports, as its own configuration template names them. */
const PORTS = ['FRONTEND', 'HISTORY', 'MATCHING', 'WORKER'].flatMap((part) => [
  `${part}_GRPC_PORT`,
  `${part}_MEMBERSHIP_PORT`,
]);

export interface TemporalCluster {
  /** `host:port` of the frontend. */
  readonly address: string;
  /** The folder that deploy/secrets.sh has filled. */
  readonly secrets: string;
  /** A database's address for one of the users that deploy/databases.sh made. */
  databaseUrl(user: 'temporal' | 'rollout', database: string): string;
  /** Dumps Temporal's databases and restores them from that, as docs/operations.md has it; the server must not run. */
  restoreFromBackup(): Promise<void>;
  /** Carries out the jobs that run once, as every `docker compose up` does. */
  runJobs(): Promise<void>;
  /** Ends the Temporal server, with SIGKILL when it shall be sudden. */
  stopServer(how?: 'suddenly'): Promise<void>;
  startServer(): Promise<void>;
  readonly serverPid: number;
  close(): Promise<void>;
}

/** `cli` is the program `temporal`. Null when there is no PostgreSQL. */
export async function startTemporalCluster(
  { server, sqlTool }: ClusterPrograms,
  cli: string,
): Promise<TemporalCluster | null> {
  const folder = await mkdtemp(join(tmpdir(), 'weapp-cluster-'));
  const secrets = join(folder, 'secrets');
  await run('sh', [join(ROOT, 'deploy/secrets.sh'), secrets]);
  const secret = (name: string) => readFileSync(join(secrets, name), 'utf8').trim();
  const numbers = (await lowPorts(PORTS.length + 3)).map(String);
  const [postgresPort = '', httpPort = '', metricsPort = '', ...rest] = numbers;
  const ports = Object.fromEntries(PORTS.map((name, index) => [name, rest[index] ?? '']));
  const postgres = await startPostgresOverTcp(Number(postgresPort), secret('postgres_password'));
  if (postgres === null) return null;
  const address = `127.0.0.1:${ports.FRONTEND_GRPC_PORT}`;
  // The image's own start; what it finds out about the container's addresses is known here.
  const entrypoint = join(folder, 'entrypoint.sh');
  writeFileSync(entrypoint, `#!/bin/sh\nexec '${server}' start\n`);
  chmodSync(entrypoint, 0o755);

  const places = {
    '0.0.0.0': '127.0.0.1',
    'temporal:7233': address,
    '0.0.0.0:8000': `127.0.0.1:${metricsPort}`,
    '/deploy': join(ROOT, 'deploy'),
  };
  const PATH = [dirname(cli), dirname(sqlTool), postgres.bin, process.env.PATH].join(':');
  const beside: Record<string, Record<string, string>> = {
    databases: { PGHOST: '127.0.0.1', PGPORT: postgresPort },
    'temporal-schema': { SQL_HOST: '127.0.0.1', SQL_PORT: postgresPort },
    temporal: {
      ...ports,
      FRONTEND_HTTP_PORT: httpPort,
      POSTGRES_SEEDS: '127.0.0.1',
      DB_PORT: postgresPort,
      TEMPORAL_ENTRYPOINT: entrypoint,
      // It would make its folder for archives, which nobody uses, where it stands.
      PWD: folder,
    },
  };
  const environment = (name: string) => ({
    ...environmentOf(name, places),
    ...beside[name],
    SECRETS: secrets,
    PATH,
  });
  const script = (name: string) =>
    (service(name).command ?? []).map((word) => word.replace(/^\/deploy/, join(ROOT, 'deploy')));
  const job = async (name: string) => {
    const [shell = '', ...args] = script(name);
    await run(shell, args, { env: environment(name), timeout: 120_000 }).catch(
      (error: Error & { stdout?: string; stderr?: string }) => {
        throw new Error(`${name}: ${error.message}\n${error.stdout}\n${error.stderr}`);
      },
    );
  };

  let process_: ServerProcess | null = null;
  const startServer = async () => {
    const pairs = Object.entries(environment('temporal')).map(([name, value]) => `${name}=${value}`);
    const started = await startServerProcess({
      path: 'env',
      args: ['-i', ...pairs, ...script('temporal')],
      graceMs: 20_000,
    });
    process_ = started;
    await listening(address, started);
  };
  const cluster: TemporalCluster = {
    address,
    secrets,
    get serverPid() {
      return process_?.pid ?? 0;
    },
    databaseUrl: (user, database) =>
      `postgres://${user}:${secret(`${user}_password`)}@127.0.0.1:${postgresPort}/${database}`,
    async restoreFromBackup() {
      for (const database of ['temporal', 'temporal_visibility']) {
        const dump = join(folder, `${database}.dump`);
        const env = {
          PATH,
          PGHOST: '127.0.0.1',
          PGPORT: postgresPort,
          PGPASSWORD: secret('postgres_password'),
        };
        const as = ['--username', 'postgres', '--dbname', database];
        await run('pg_dump', ['--username', 'postgres', '--format', 'custom', '--file', dump, database], {
          env,
        });
        await run('pg_restore', ['--clean', '--if-exists', ...as, dump], { env });
      }
    },
    async runJobs() {
      for (const name of ['databases', 'temporal-schema']) await job(name);
      if (process_ === null) await startServer();
      const ended = process_?.ended.then((how) => Promise.reject(new Error(`the Temporal server ${how}`)));
      await Promise.race([job('namespace'), ended]);
    },
    startServer,
    async stopServer(how) {
      if (how === 'suddenly' && process_ !== null) process.kill(process_.pid, 'SIGKILL');
      await process_?.stop();
      process_ = null;
    },
    async close() {
      await process_?.stop();
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
  try {
    await cluster.runJobs();
  } catch (error) {
    const tail = (process_ as ServerProcess | null)?.logTail() ?? [];
    await cluster.close();
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${tail.join('\n')}`);
  }
  return cluster;
}

/** On PostgreSQL the server keeps the ports of its parts as two bytes with a sign. */
const LARGEST_PORT = 32_767;

async function lowPorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  while (found.size < count) {
    const port = randomInt(12_000, LARGEST_PORT + 1);
    if (await isPortFree(port)) found.add(port);
  }
  return [...found];
}

/** As the health check of the compose file: somebody listens. */
async function listening(address: string, server: ServerProcess): Promise<void> {
  const [host, port] = address.split(':');
  const end = Date.now() + 60_000;
  for (;;) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(Number(port), host);
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (isOpen) return;
    if (Date.now() > end)
      throw new Error(`the Temporal server does not listen\n${server.logTail().join('\n')}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
