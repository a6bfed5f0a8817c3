/** A worker in this process, for `up` and the demo. Loads the native SDK: import it only when one is wanted. */
import { NativeConnection } from '@temporalio/worker';
import type { WorkerConfig } from '../config/worker-config.js';
import { loadConnectConfig } from '../servers/connect.js';
import type { Environment } from '../servers/folders.js';
import { installRuntime, type RunningWorker, startWorker } from '../worker.js';
import type { Closers } from './closers.js';

export interface LocalWorkerOptions {
  /** `host:port` of a server of our own; without it the one that TEMPORAL_* names. */
  address?: string;
  config: WorkerConfig;
  env: Environment;
  closers: Closers;
  /** Only errors, so that a screen that is redrawn stays whole. */
  quiet: boolean;
}

/** Starts it; once per process. Throws what the connection throws. */
export async function startLocalWorker(options: LocalWorkerOptions): Promise<RunningWorker> {
  const { address, config, env, closers, quiet } = options;
  installRuntime(quiet ? 'ERROR' : 'WARN');
  const known = address === undefined ? loadConnectConfig(env) : null;
  const connectionOptions = known?.connectionOptions ?? { address: address ?? '' };
  const namespace = known?.namespace ?? 'default';
  const connection = await NativeConnection.connect(connectionOptions);
  const starting = startWorker({ connection, namespace, config, env });
  // One entry for both: a connection cannot be closed while a worker is being made on it.
  await closers.add('the worker', starting, async (started) => {
    await started.then((worker) => worker.stop()).finally(() => connection.close());
  });
  const worker = await starting;
  // Whoever waits for `done` hears of a failure; nobody else must.
  worker.done.catch(() => {});
  return worker;
}
