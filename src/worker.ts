/** Starts a worker; nothing else. `npm run worker`, or `startWorker` inside `up`, the demo and tests. */
import { fileURLToPath } from 'node:url';
import {
  DefaultLogger,
  type InjectedSinks,
  type Logger,
  type LogLevel,
  NativeConnection,
  Runtime,
  Worker,
  type WorkerInterceptors,
  type WorkerStatus,
} from '@temporalio/worker';
import { createActivities } from './activities/index.js';
import { loadWorkerConfig, type WorkerConfig } from './config/worker-config.js';
import { createTokens } from './credentials/create.js';
import { readSecret } from './credentials/references.js';
import { openIdentities } from './identity/identities.js';
import { readReferencedFile } from './plan/references.js';
import { describeUnreachable, loadConnectConfig } from './servers/connect.js';
import type { Metrics } from './telemetry/metrics.js';
import { quotaObserved } from './telemetry/observed-client.js';
import { openTelemetry, type ProcessTelemetry } from './telemetry/process.js';
import type { Redactor } from './telemetry/redactor.js';
import { learnTokens, learnValue } from './telemetry/secrets.js';
import { createWechatClient } from './wechat/client.js';
import { PAYLOAD_CONVERTER_PATH, prebuiltBundle, WORKFLOW_BUNDLE } from './workflow-bundle.js';
import { TASK_QUEUE } from './workflows/messages.js';
import type { ReleaseSinks } from './workflows/sinks.js';

export { PAYLOAD_CONVERTER_PATH, WORKFLOW_BUNDLE };

export interface WorkerSettings {
  connection: NativeConnection;
  namespace: string;
  config: WorkerConfig;
  /** Where `env:` references are looked up; usually this process's environment. */
  env: Readonly<Record<string, string | undefined>>;
  taskQueue?: string;
  /** A bundle made beforehand; without one the build's, or in a checkout one made now (about two seconds). */
  bundlePath?: string;
  /** Where the worker tells what it does, and what must never be said. */
  telemetry?: { metrics: Metrics; redactor: Redactor };
  /** For simulations: activities besides the product's, and what stands before every attempt. */
  beside?: { activities: Record<string, (...args: never[]) => unknown>; interceptors: WorkerInterceptors };
}

export interface RunningWorker {
  /** Ends when the worker has stopped; rejects when it broke. */
  done: Promise<void>;
  /** How it stands, for its readiness. */
  status(): WorkerStatus;
  /** Lets running attempts end, then stops. */
  stop(): Promise<void>;
}

/**
 * Logs and the SDK's own metrics of the whole process, once, before any connection.
 * @param metrics `host:port` where the SDK's exporter is to listen; throws when it is taken, and may then be called again
 */
export function installRuntime(
  level: LogLevel,
  { logger = new DefaultLogger(level), metrics }: { logger?: Logger; metrics?: string } = {},
): void {
  Runtime.install({
    logger,
    telemetryOptions: {
      logging: { filter: { core: 'WARN', other: 'WARN' }, forward: {} },
      ...(metrics === undefined
        ? {}
        : { metrics: { prometheus: { bindAddress: metrics, ...AS_PROMETHEUS } } }),
    },
    // Whoever starts the worker decides what a signal means: `up` and the demo have more to end than a worker.
    shutdownSignals: [],
  });
}

/**
 * How long one activation of a workflow may compute. All messages that came while no worker was up are one activation,
 * ten thousand at most; the SDK's own five seconds can end the whole process in the midst of them ("async hook stack has
 * become corrupted"), again and again. The option is there and not in the SDK's types.
 */
const PATIENCE: object = { isolateExecutionTimeout: '30s' };

/** Names and units as Prometheus' own conventions have them. */
const AS_PROMETHEUS = { countersTotalSuffix: true, unitSuffix: true, useSecondsForDurations: true };

/** Starts polling. Throws what the connection throws. */
export async function startWorker(settings: WorkerSettings): Promise<RunningWorker> {
  const { connection, namespace, config, env, telemetry } = settings;
  const bundlePath = settings.bundlePath ?? (await prebuiltBundle());
  const { folder } = config.references;
  const onResolved = (value: string) => {
    if (telemetry !== undefined) learnValue(telemetry.redactor, value);
  };
  const references = { env, onResolved, ...(folder === undefined ? {} : { folder }) };
  const identities = await openIdentities(
    config.identities,
    (reference) => readSecret(reference, env, 'the public key'),
    config.api.publicKey,
  );
  const { tokens, close } = await createTokens(config, env, telemetry?.metrics.wechatCall);
  const { baseUrl, timeoutMs } = config.wechat;
  const client =
    telemetry === undefined
      ? createWechatClient({ baseUrl, timeoutMs, tokens })
      : quotaObserved(
          createWechatClient({
            ...{ baseUrl, timeoutMs, tokens: learnTokens(tokens, telemetry.redactor) },
            onCall: telemetry.metrics.wechatCall,
          }),
          telemetry.metrics,
        );
  const sinks: InjectedSinks<ReleaseSinks> = {
    telemetry: { closed: { fn: (_info, closed) => telemetry?.metrics.closed(closed) } },
  };
  const activities = createActivities({
    client,
    providers: { references, allowedHosts: config.providers.allowedHosts },
    notify: { references, allowedHosts: config.notify.allowedHosts },
    onNotified: ({ channel, result }) => telemetry?.metrics.notified(channel, result),
    files: (reference, largest) => readReferencedFile(reference, references, largest),
    identities,
  });
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue: settings.taskQueue ?? TASK_QUEUE,
    activities: { ...activities, ...settings.beside?.activities },
    sinks,
    interceptors: {
      ...settings.beside?.interceptors,
      ...(bundlePath === undefined ? { workflowModules: WORKFLOW_BUNDLE.workflowInterceptorModules } : {}),
    },
    dataConverter: { payloadConverterPath: PAYLOAD_CONVERTER_PATH },
    ...(bundlePath === undefined
      ? { workflowsPath: WORKFLOW_BUNDLE.workflowsPath }
      : { workflowBundle: { codePath: bundlePath } }),
    // Longer than a write takes (but an upload): a stop seldom cuts one off, and the protocol mends it when it does.
    shutdownGraceTime: '25s',
    maxCachedWorkflows: 1_000,
    ...PATIENCE,
  }).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  const done = worker.run().finally(close);
  return {
    done,
    status: () => worker.getStatus(),
    stop: async () => {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await done;
    },
  };
}

/**
 * `npm run worker`: this process is a worker until it is told to stop by SIGINT or SIGTERM.
 * @param how other than by the defaults: a bundle made beforehand, another task queue
 */
export async function runWorker(how: Pick<WorkerSettings, 'bundlePath' | 'taskQueue'> = {}): Promise<void> {
  const { env } = process;
  const config = await loadWorkerConfig(env);
  const server = loadConnectConfig();
  // After what can be wrong in the settings: the runtime keeps a process alive that has nothing to do.
  const telemetry = await openTelemetry(
    { config, env, streams: { out: process.stdout, err: process.stderr }, level: 'INFO' },
    (logger, metrics) => installRuntime('INFO', { logger, ...(metrics === undefined ? {} : { metrics }) }),
  );
  const logger = telemetry.logger('INFO');
  // What a person would read is no line of JSON's.
  const tell = telemetry.format === 'json' ? logger.info.bind(logger) : (text: string) => console.log(text);
  const warn = (text: string) => logger.warn(text);
  const probes = await telemetry.serve(warn);
  try {
    await work({ config, server, env, telemetry, how, tell, warn, url: probes?.url ?? null });
  } finally {
    await probes?.close();
  }
}

interface Work {
  config: WorkerConfig;
  /** The Temporal server. */
  server: ReturnType<typeof loadConnectConfig>;
  env: NodeJS.ProcessEnv;
  telemetry: ProcessTelemetry;
  how: Pick<WorkerSettings, 'bundlePath' | 'taskQueue'>;
  tell(text: string): void;
  warn(text: string): void;
  /** Where metrics and probes are; null when nowhere. */
  url: string | null;
}

async function work({ config, server, env, telemetry, how, tell, warn, url }: Work): Promise<void> {
  const { address, connectionOptions, namespace } = server;
  const connection = await NativeConnection.connect(connectionOptions).catch((error: unknown) => {
    throw new Error(describeUnreachable(address, error));
  });
  telemetry.connected(connection, namespace, warn);
  // An open connection would keep a process alive that has nothing to do.
  const worker = await startWorker({ ...how, connection, namespace, config, env, telemetry }).catch(
    async (error: unknown) => {
      await connection.close();
      throw error;
    },
  );
  telemetry.working(worker.status);
  tell(`worker: polling ${TASK_QUEUE} in namespace ${namespace}; WeChat at ${config.wechat.baseUrl}`);
  if (url !== null) tell(`worker: metrics at ${url}/metrics, probes at ${url}/livez and ${url}/readyz`);
  if (env.WEAPP_CONFIG === undefined && env.WEAPP_TOKEN === undefined)
    warn('worker: it has no token yet; set WEAPP_TOKEN or WEAPP_CONFIG and start it again');
  const stop = () => void worker.stop();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  await worker.done.finally(() => connection.close());
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  runWorker().catch((error: unknown) => {
    console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  });
