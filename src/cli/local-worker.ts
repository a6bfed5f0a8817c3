/** A worker in this process, for `up` and the demo. Loads the native SDK: import it only when one is wanted. */
import { NativeConnection } from '@temporalio/worker';
import type { WorkerConfig } from '../config/worker-config.js';
import type { Closers } from '../servers/closers.js';
import { loadConnectConfig } from '../servers/connect.js';
import type { Environment } from '../servers/folders.js';
import { openTelemetry } from '../telemetry/process.js';
import { installRuntime, type RunningWorker, startWorker } from '../worker.js';

export interface LocalWorkerOptions {
  /** `host:port` of a server of our own; without it the one that TEMPORAL_* names. */
  address?: string;
  config: WorkerConfig;
  env: Environment;
  closers: Closers;
  /** Only errors, so that a screen that is redrawn stays whole. */
  quiet: boolean;
  /** Serve metrics and probes, as configured; takes what a person should know about that. */
  note?: (text: string) => void;
}

/** A worker, and where its metrics and probes are; null when nowhere. */
export type LocalWorker = RunningWorker & { telemetryUrl: string | null };

/** Starts it; once per process. Throws what the connection throws. */
export async function startLocalWorker(options: LocalWorkerOptions): Promise<LocalWorker> {
  const { address, env, closers, quiet, note } = options;
  const config = note === undefined ? withoutServer(options.config) : options.config;
  const level = quiet ? 'ERROR' : 'WARN';
  const streams = { out: process.stderr, err: process.stderr };
  const telemetry = await openTelemetry({ config, env, streams, level }, (logger, metrics) =>
    installRuntime(level, { logger, ...(metrics === undefined ? {} : { metrics }) }),
  );
  const server = note === undefined ? null : await telemetry.serve(note);
  if (server !== null) await closers.add('its metrics', server, (running) => running.close());
  const known = address === undefined ? loadConnectConfig(env) : null;
  const connectionOptions = known?.connectionOptions ?? { address: address ?? '' };
  const namespace = known?.namespace ?? 'default';
  const connection = await NativeConnection.connect(connectionOptions);
  telemetry.connected(connection, namespace, note ?? (() => {}));
  const starting = startWorker({ connection, namespace, config, env, telemetry });
  // One entry for both: a connection cannot be closed while a worker is being made on it.
  await closers.add('the worker', starting, async (started) => {
    await started.then((worker) => worker.stop()).finally(() => connection.close());
  });
  const worker = await starting;
  telemetry.working(worker.status);
  // Whoever waits for `done` hears of a failure; nobody else must.
  worker.done.catch(() => {});
  return { ...worker, telemetryUrl: server?.url ?? null };
}

/** Neither our server nor the SDK's exporter. */
function withoutServer(config: WorkerConfig): WorkerConfig {
  return { ...config, telemetry: { ...config.telemetry, listen: null } };
}
