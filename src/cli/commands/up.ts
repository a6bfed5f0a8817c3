/** `up`: everything for one machine, in the foreground. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadWorkerConfig } from '../../config/worker-config.js';
import { RELEASE_SEARCH_ATTRIBUTES } from '../../domain/search-attributes.js';
import { connectTemporal, connectTo } from '../../releases/connection.js';
import { fired } from '../../releases/waiting.js';
import { Closers } from '../../servers/closers.js';
import { isConfigured, loadConnectConfig } from '../../servers/connect.js';
import { type DevServer, startDevServer } from '../../servers/dev-server.js';
import { findTemporalCli } from '../../servers/find.js';
import { dataFolder, type Environment } from '../../servers/folders.js';
import { isPortFree } from '../../servers/ports.js';
import { type Cli, print, say } from '../context.js';
import { CliError } from '../errors.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { type PreparedApi, prepareApi, startLocalApi } from '../local-api.js';
import { startSimulatedWechat } from '../simulated-wechat.js';
import { removeUpRecord, webUiLink, writeUpRecord } from '../web-ui.js';
import { port, type Registry, userOf } from './shared.js';

interface UpOptions {
  simulator?: boolean;
  world?: string;
  port?: number;
  uiPort?: number;
  data?: string;
  api: boolean;
  apiPort?: number;
  serverOnly?: boolean;
}

const DEFAULT_PORT = 7233;
const DEFAULT_UI_PORT = 8233;
const DEFAULT_API_PORT = 8790;
const EXAMPLE_WORLD = fileURLToPath(new URL('../../../examples/world.yaml', import.meta.url));

/** Adds `up`. */
export function addUp({ add, run }: Registry, cli: Cli): void {
  add('up', 'run a Temporal server, a worker and the API on this machine, until Ctrl-C', 'up --simulator')
    .option('--simulator', 'and a simulated WeChat that the worker uses instead of the real one')
    .option('--world <file>', 'what exists in the simulated WeChat (default: examples/world.yaml)')
    .option('--port <number>', `port of the Temporal server (default: ${DEFAULT_PORT})`, port)
    .option('--ui-port <number>', `port of its Web UI (default: ${DEFAULT_UI_PORT})`, port)
    .option('--api-port <number>', `port of the HTTP API (default: ${DEFAULT_API_PORT})`, port)
    .option('--no-api', 'without the HTTP API')
    .option('--server-only', 'the Temporal server and its Web UI; worker and API are processes of their own')
    .option(
      '--data <folder>',
      "where releases are kept (default: WEAPP_DATA, else the platform's data folder)",
    )
    .action(run((options: UpOptions) => up(cli, options)));
}

async function up(cli: Cli, options: UpOptions): Promise<ExitCode> {
  refuseContradictions(cli.env, options);
  const interrupted = cli.interruptible();
  const closers = new Closers((text) => say(cli, text));
  try {
    const running = bringUp(cli, options, closers);
    const pressed = fired(interrupted).then(() => null);
    const over = await Promise.race([running, pressed]);
    const how = over === null ? null : await Promise.race([over(), pressed]);
    if (how !== null) throw new CliError(how);
    return EXIT.ok;
  } catch (error) {
    if (!interrupted.aborted) throw error;
    return EXIT.ok;
  } finally {
    if (interrupted.aborted) say(cli, endingText(cli.env, options));
    await closers.close();
  }
}

function endingText(env: Environment, { simulator, data }: UpOptions): string {
  const forgotten = simulator === true && data === undefined && !isConfigured(env);
  return forgotten ? 'ending' : 'ending; releases wait and go on when a worker is up again';
}

function refuseContradictions(env: Environment, options: UpOptions): void {
  const refuse = (what: string, remedy: string) => new CliError(what, remedy, EXIT.usage);
  if (options.world !== undefined && !options.simulator)
    throw refuse('--world says what is in the simulated WeChat', 'add --simulator');
  if (options.serverOnly && options.simulator)
    throw refuse(
      '--simulator is for the worker of `up`, and --server-only leaves that out',
      'beside a worker of its own run `npm run simulator`, and name it with WECHAT_API_BASE',
    );
  if (options.serverOnly && isConfigured(env))
    throw refuse(
      `--server-only starts a server of our own, but ${loadConnectConfig(env).address} is configured`,
      'unset TEMPORAL_ADDRESS (or the profile that names a server), or use that one',
    );
  const own = options.port ?? options.uiPort ?? options.data;
  if (own !== undefined && isConfigured(env))
    throw refuse(
      `--port, --ui-port and --data are for a server of our own, but ${loadConnectConfig(env).address} is configured`,
      'unset TEMPORAL_ADDRESS (or the profile that names a server), or leave the options out',
    );
}

/** Starts everything, prints where it is, and answers a wait for whatever ends by itself. */
async function bringUp(cli: Cli, options: UpOptions, closers: Closers): Promise<() => Promise<string>> {
  const server = isConfigured(cli.env) ? null : await startServer(cli, options, closers);
  if (server === null) await tellForeign(cli, options);
  if (server !== null && options.serverOnly) {
    tellReady(cli, server, 'npm run worker');
    // Nothing else in this process waits for anything, and the server ends with it.
    const alive = setInterval(() => {}, 60_000);
    await closers.add('the waiting', alive, async (timer) => clearInterval(timer));
    return () => server.ended.then((how) => `the Temporal server ${how}`);
  }
  const wechat = options.simulator
    ? await startSimulatedWechat(options.world ?? EXAMPLE_WORLD, cli.env, closers)
    : null;
  const base = wechat ?? { config: await loadWorkerConfig(cli.env), env: cli.env };
  const api = options.api
    ? await prepareApi(base, { folder: options.data ?? dataFolder(cli.env), owner: userOf(cli.env) })
    : null;
  const { config } = api ?? base;
  const { startLocalWorker } = await import('../local-worker.js');
  const worker = await startLocalWorker({
    ...(server === null ? {} : { address: server.address }),
    config,
    env: base.env,
    closers,
    quiet: false,
    note: (text) => say(cli, cli.colors.yellow(`⚠ ${text}`)),
  });
  if (api !== null) await serve(cli, options, api, server, closers);
  const title = wechat === null ? 'WeChat' : 'Simulated';
  print(
    cli,
    `${title.padEnd(11)}${config.wechat.baseUrl}${wechat === null ? '' : `  (${wechat.apps.join(', ')})`}`,
  );
  print(cli, `${'Worker'.padEnd(11)}in this process`);
  if (worker.telemetryUrl !== null) print(cli, `${'Metrics'.padEnd(11)}${worker.telemetryUrl}/metrics`);
  if (wechat === null && !cli.env.WEAPP_CONFIG && !cli.env.WEAPP_TOKEN)
    say(
      cli,
      cli.colors.yellow('⚠ no access token: set WEAPP_TOKEN, or WEAPP_CONFIG to a file; or use --simulator'),
    );
  tellReady(cli, server, 'weapp-rollout start PLAN --watch');
  const ends = [
    worker.done.then(
      () => 'the worker ended',
      (error: unknown) => `the worker ended: ${String(error)}`,
    ),
  ];
  if (server !== null) ends.push(server.ended.then((how) => `the Temporal server ${how}`));
  return () => Promise.race(ends);
}

function tellReady(cli: Cli, server: DevServer | null, next: string): void {
  const atDefault = server === null || server.address.endsWith(`:${DEFAULT_PORT}`);
  print(cli, `\n${cli.colors.green('✔')} ready; Ctrl-C ends it. In another terminal:`);
  if (!atDefault) print(cli, `  export TEMPORAL_ADDRESS=${server.address}`);
  print(cli, `  ${next}`);
}

/** The API on its port; its log goes to standard error, from warnings on. */
async function serve(
  cli: Cli,
  { port: own, apiPort }: UpOptions,
  api: PreparedApi,
  server: DevServer | null,
  closers: Closers,
): Promise<void> {
  const temporal =
    server === null ? await connectTemporal(cli.env) : await connectTo(server.address, 'default');
  await closers.add('the connection of the API', temporal, (connected) => connected.close());
  const url = await startLocalApi(api, temporal, {
    port: apiPort ?? (own === undefined ? DEFAULT_API_PORT : 0),
    log: (line) => say(cli, line),
    closers,
    webUi: (run) => webUiLink(cli.env, temporal, run),
  });
  const how = api.tokenFile === null ? 'tokens of WEAPP_CONFIG' : `token in ${api.tokenFile}`;
  print(cli, `${'API'.padEnd(11)}${url}/docs  (${how})`);
}

async function tellForeign(cli: Cli, { simulator }: UpOptions): Promise<void> {
  const temporal = await connectTemporal(cli.env);
  await temporal.close();
  print(
    cli,
    `${'Temporal'.padEnd(11)}${temporal.address}, namespace ${temporal.namespace}: configured, so none is started`,
  );
  if (simulator)
    say(
      cli,
      'releases of this server that other workers serve may now meet the simulated WeChat: one or the other',
    );
}

async function startServer(cli: Cli, options: UpOptions, closers: Closers): Promise<DevServer> {
  const wanted = options.port ?? DEFAULT_PORT;
  if (!(await isPortFree(wanted)))
    throw new CliError(
      `port ${wanted} is taken; another \`weapp-rollout up\` or a Temporal server may run`,
      'use that one, or give --port and --ui-port other numbers',
    );
  say(cli, 'finding the Temporal server …');
  const { path } = await findTemporalCli({ env: cli.env, onProgress: (text) => say(cli, `  ${text}`) });
  const folder = options.data ?? dataFolder(cli.env);
  await mkdir(folder, { recursive: true });
  const dbFile = databaseOf(folder, options);
  const server = await startDevServer({
    cliPath: path,
    port: wanted,
    uiPort: options.uiPort ?? (options.port === undefined ? DEFAULT_UI_PORT : 0),
    searchAttributes: RELEASE_SEARCH_ATTRIBUTES,
    logFile: join(folder, 'temporal.log'),
    ...(dbFile === null ? {} : { dbFile }),
  });
  await closers.add('the Temporal server', server, (running) => running.stop());
  const webUi = server.webUi ?? '';
  const shared = dataFolder(cli.env);
  await mkdir(shared, { recursive: true });
  await writeUpRecord(shared, { address: server.address, webUi });
  await closers.add('its record', shared, removeUpRecord);
  print(
    cli,
    `${'Temporal'.padEnd(11)}${server.address}  (${dbFile ?? 'in memory, as long as the simulated WeChat'})`,
  );
  print(cli, `${'Web UI'.padEnd(11)}${webUi}`);
  return server;
}

/**
 * The simulated WeChat forgets everything at its end, and releases of the real one must never be steered against it:
 * so its releases are kept in memory, or with --data in a file of their own.
 */
function databaseOf(folder: string, { simulator, data }: UpOptions): string | null {
  if (!simulator) return join(folder, 'temporal.db');
  return data === undefined ? null : join(folder, 'temporal-simulator.db');
}
