/** Starts a worker; nothing else. `npm run worker`, or `startWorker` inside `up`, the demo and tests. */
import { fileURLToPath } from 'node:url';
import {
  DefaultLogger,
  type LogLevel,
  NativeConnection,
  Runtime,
  Worker,
  type WorkerInterceptors,
} from '@temporalio/worker';
import { createActivities } from './activities/index.js';
import { loadWorkerConfig, type WorkerConfig } from './config/worker-config.js';
import { createTokens } from './credentials/create.js';
import { readSecret } from './credentials/references.js';
import { openIdentities } from './identity/identities.js';
import { readReferencedFile } from './plan/references.js';
import { describeUnreachable, loadConnectConfig } from './servers/connect.js';
import { createWechatClient } from './wechat/client.js';
import { TASK_QUEUE } from './workflows/messages.js';

export interface WorkerSettings {
  connection: NativeConnection;
  namespace: string;
  config: WorkerConfig;
  /** Where `env:` references are looked up; usually this process's environment. */
  env: Readonly<Record<string, string | undefined>>;
  taskQueue?: string;
  /** A bundle made beforehand; without one the workflows are bundled now (about two seconds). */
  bundlePath?: string;
  /** For simulations: activities besides the product's, and what stands before every attempt. */
  beside?: { activities: Record<string, (...args: never[]) => unknown>; interceptors: WorkerInterceptors };
}

export interface RunningWorker {
  /** Ends when the worker has stopped; rejects when it broke. */
  done: Promise<void>;
  /** Lets running attempts end, then stops. */
  stop(): Promise<void>;
}

/** The converter that never throws; the same file for worker, client and replay. */
export const PAYLOAD_CONVERTER_PATH = fileURLToPath(
  new URL('./workflows/payload-converter.cjs', import.meta.url),
);

/** A module of the workflows: a source in a checkout, a compiled file in the package. */
const workflowModule = (name: string): string =>
  fileURLToPath(
    new URL(`./workflows/${name}.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url),
  );

/** What the workflows are bundled from, by whoever does it beforehand. */
export const WORKFLOW_BUNDLE = {
  workflowsPath: workflowModule('index'),
  workflowInterceptorModules: [workflowModule('stale-time')],
  payloadConverterPath: PAYLOAD_CONVERTER_PATH,
};

/** Logs of the whole process, once, before any connection. */
export function installRuntime(level: LogLevel): void {
  Runtime.install({
    logger: new DefaultLogger(level),
    telemetryOptions: { logging: { filter: { core: 'WARN', other: 'WARN' }, forward: {} } },
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

/** Starts polling. Throws what the connection throws. */
export async function startWorker(settings: WorkerSettings): Promise<RunningWorker> {
  const { connection, namespace, config, env } = settings;
  const { folder } = config.references;
  const references = { env, ...(folder === undefined ? {} : { folder }) };
  const identities = await openIdentities(
    config.identities,
    (reference) => readSecret(reference, env, 'the public key'),
    config.api.publicKey,
  );
  const { tokens, close } = await createTokens(config, env);
  const activities = createActivities({
    client: createWechatClient({
      baseUrl: config.wechat.baseUrl,
      timeoutMs: config.wechat.timeoutMs,
      tokens,
    }),
    providers: { references, allowedHosts: config.providers.allowedHosts },
    notify: { references, allowedHosts: config.notify.allowedHosts },
    files: (reference, largest) => readReferencedFile(reference, references, largest),
    identities,
  });
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue: settings.taskQueue ?? TASK_QUEUE,
    activities: { ...activities, ...settings.beside?.activities },
    interceptors: {
      ...settings.beside?.interceptors,
      ...(settings.bundlePath === undefined
        ? { workflowModules: WORKFLOW_BUNDLE.workflowInterceptorModules }
        : {}),
    },
    dataConverter: { payloadConverterPath: PAYLOAD_CONVERTER_PATH },
    ...(settings.bundlePath === undefined
      ? { workflowsPath: WORKFLOW_BUNDLE.workflowsPath }
      : { workflowBundle: { codePath: settings.bundlePath } }),
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
    stop: async () => {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await done;
    },
  };
}

async function main(): Promise<void> {
  const config = await loadWorkerConfig(process.env);
  installRuntime('INFO');
  const { address, connectionOptions, namespace } = loadConnectConfig();
  const connection = await NativeConnection.connect(connectionOptions).catch((error: unknown) => {
    throw new Error(describeUnreachable(address, error));
  });
  // An open connection would keep a process alive that has nothing to do.
  const worker = await startWorker({ connection, namespace, config, env: process.env }).catch(
    async (error: unknown) => {
      await connection.close();
      throw error;
    },
  );
  console.log(`worker: polling ${TASK_QUEUE} in namespace ${namespace}; WeChat at ${config.wechat.baseUrl}`);
  if (process.env.WEAPP_CONFIG === undefined && process.env.WEAPP_TOKEN === undefined)
    console.warn('worker: it has no token yet; set WEAPP_TOKEN or WEAPP_CONFIG and start it again');
  const stop = () => void worker.stop();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  await worker.done.finally(() => connection.close());
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  main().catch((error: unknown) => {
    console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  });
