import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Connection } from '@temporalio/client';
import { msToTs, optionalTsToMs } from '@temporalio/common/lib/time.js';
import type { SearchAttributeTable } from '../domain/search-attributes.js';
import { freePorts, isPortFree, LOOPBACK } from './ports.js';
import { untilAnswered, whenReady } from './ready.js';
import { type ServerProcess, ServerStartError, startServerProcess } from './server-process.js';

/** How to run Temporal's dev server: one process, SQLite, no access control, for one machine. */
export interface DevServerOptions {
  /** The Temporal command line, as `findTemporalCli` finds it. */
  readonly cliPath: string;
  /** Port of the gRPC service; 0, the default, takes a free one. */
  readonly port?: number;
  /** Port of the Web UI; 0, the default, takes a free one. */
  readonly uiPort?: number;
  /** File that keeps everything over a restart. Without it all is lost with the process. */
  readonly dbFile?: string;
  readonly namespace?: string;
  /** Days that closed releases stay visible; the dev server's own default is one. */
  readonly retentionDays?: number;
  readonly searchAttributes?: SearchAttributeTable;
  /** The server's own dynamic settings, such as its limits. */
  readonly settings?: Readonly<Record<string, number | boolean | string>>;
  /** Without the Web UI. */
  readonly headless?: boolean;
  /** Takes the server's output, appended. */
  readonly logFile?: string;
}

/** A dev server that runs and answers. */
export interface DevServer {
  /** `host:port` of the gRPC service. */
  readonly address: string;
  /** Address of the Web UI, or null without one. */
  readonly webUi: string | null;
  readonly namespace: string;
  readonly pid: number;
  /** Resolves, with how it ended, when the server is gone for any reason. */
  readonly ended: Promise<string>;
  /** Ends it and waits until it is gone. May be called again. */
  stop(): Promise<void>;
}

const READY_TIMEOUT_MS = 30_000;
const GRACE_MS = 10_000;
const ATTEMPTS = 3;
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Starts a dev server on the loopback address and returns when the namespace answers and keeps closed releases as
 * long as asked. It ends with this process at the latest.
 * @throws {ServerStartError} when a port is taken, it ends, or it stays silent; with its last log lines
 */
export async function startDevServer(options: DevServerOptions): Promise<DevServer> {
  await refuseTakenPorts(options);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(options);
    } catch (error) {
      // Between finding free ports and taking them, someone else may have taken one; the server finds several more by
      // itself in the same way, and panics when it loses one.
      const mayHelp = error instanceof ServerStartError && error.died;
      if (!mayHelp || attempt === ATTEMPTS) throw error;
    }
  }
}

async function startOnce(options: DevServerOptions): Promise<DevServer> {
  if (options.dbFile) await mkdir(dirname(options.dbFile), { recursive: true });
  const [freePort = 0, freeUiPort = 0] = await freePorts(2);
  const port = options.port || freePort;
  const uiPort = options.uiPort || freeUiPort;
  const namespace = options.namespace ?? 'default';
  const server = await startServerProcess({
    path: options.cliPath,
    args: devServerArguments({ ...options, port, uiPort, namespace }),
    ...(options.logFile ? { logFile: options.logFile } : {}),
    graceMs: GRACE_MS,
  });
  const address = `${LOOPBACK}:${port}`;
  try {
    const ready = { process: server, address, title: 'the Temporal dev server', timeoutMs: READY_TIMEOUT_MS };
    await whenReady(ready, (connection) => keepFor(connection, namespace, options.retentionDays ?? 90));
  } catch (error) {
    await server.stop();
    throw error;
  }
  return describe(server, address, options.headless ? null : `http://${LOOPBACK}:${uiPort}`, namespace);
}

function describe(
  server: ServerProcess,
  address: string,
  webUi: string | null,
  namespace: string,
): DevServer {
  return { address, webUi, namespace, pid: server.pid, ended: server.ended, stop: () => server.stop() };
}

/** The arguments of `temporal` for these options. */
export function devServerArguments(
  options: Omit<DevServerOptions, 'cliPath'> & { port: number; uiPort: number; namespace: string },
): string[] {
  const args = ['server', 'start-dev', '--ip', LOOPBACK, '--port', String(options.port)];
  if (options.headless) args.push('--headless');
  // The Web UI would otherwise fetch a news feed from the internet.
  else args.push('--ui-port', String(options.uiPort), '--ui-disable-news-fetch');
  if (options.namespace !== 'default') args.push('--namespace', options.namespace);
  if (options.dbFile) args.push('--db-filename', options.dbFile);
  for (const [name, kind] of Object.entries(options.searchAttributes ?? {})) {
    args.push('--search-attribute', `${name}=${kind}`);
  }
  for (const [name, value] of Object.entries(options.settings ?? {})) {
    args.push('--dynamic-config-value', `${name}=${JSON.stringify(value)}`);
  }
  return args;
}

/** The retention cannot be given at the start; a namespace is created with one day and changed afterwards. */
async function keepFor(connection: Connection, namespace: string, days: number): Promise<void> {
  const service = connection.workflowService;
  const { config } = await untilAnswered(() => service.describeNamespace({ namespace }));
  const wantedMs = days * DAY_MS;
  if (optionalTsToMs(config?.workflowExecutionRetentionTtl) === wantedMs) return;
  await service.updateNamespace({ namespace, config: { workflowExecutionRetentionTtl: msToTs(wantedMs) } });
}

async function refuseTakenPorts(options: DevServerOptions): Promise<void> {
  const wanted = [options.port, options.headless ? undefined : options.uiPort];
  for (const port of wanted) {
    if (port && !(await isPortFree(port))) {
      throw new ServerStartError(`port ${port} of ${LOOPBACK} is taken by another program`, []);
    }
  }
}
