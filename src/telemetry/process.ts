/** What a worker's process tells of itself, put together: logs, metrics, probes, for `npm run worker` and `up`. */
import { Client } from '@temporalio/client';
import type { Logger } from '@temporalio/common';
import type { NativeConnection } from '@temporalio/worker';
import type { WorkerConfig } from '../config/worker-config.js';
import type { Environment } from '../credentials/references.js';
import { freePorts, LOOPBACK } from '../servers/ports.js';
import { collectReleases } from './collect-releases.js';
import { exposition } from './exposition.js';
import { createLogger, formatFor, type LineStream, type LogFormat, type LogSettings } from './log.js';
import { createMetrics, type Metrics } from './metrics.js';
import { serverAnswers, type WorkerState, workerReadiness } from './readiness.js';
import { Redactor } from './redactor.js';
import { learnSecrets } from './secrets.js';
import { serveTelemetry, type TelemetryServer } from './serve.js';

/** The streams that logs go to: plain lines to `err`, as they are about the work; JSON to `out`, where it is collected. */
export interface Streams {
  out: LineStream & { isTTY?: boolean };
  err: LineStream;
}

export interface ProcessTelemetry {
  metrics: Metrics;
  redactor: Redactor;
  format: LogFormat;
  /** Plain lines or JSON, as configured and where they go. */
  logger(level: LogSettings['level']): Logger;
  /** Begins to answer probes and scrapes; null when the configuration has it off, or the address cannot be had. */
  serve(note: (text: string) => void): Promise<TelemetryServer | null>;
  /** The way to the server is known. */
  connected(connection: NativeConnection, namespace: string, note: (text: string) => void): void;
  /** The worker is made. */
  working(state: () => WorkerState): void;
}

/** A port that was free a moment ago may be taken; then another one is tried. */
const ATTEMPTS = 3;

/**
 * Learns what must not be said, and installs the SDK's runtime with its metrics on a port of the loopback address.
 * @param install called once, or again when the port was taken just then; throws in that case
 */
export async function openTelemetry(
  { config, env, streams, level }: TelemetrySettings,
  install: (logger: Logger, metrics: string | undefined) => void,
): Promise<ProcessTelemetry> {
  const redactor = new Redactor();
  await learnSecrets(redactor, config, env);
  const { listen, logs, releases } = config.telemetry;
  const format = formatFor(logs, streams.out);
  const stream = format === 'json' ? streams.out : streams.err;
  const logger = (of: LogSettings['level']) => createLogger({ level: of, format, stream, redactor });
  const sdk = await installed((metrics) => install(logger(level), metrics), listen !== null);
  const metrics = createMetrics();

  let state: () => WorkerState | null = () => null;
  let answers = async () => false;
  return {
    metrics,
    redactor,
    format,
    logger,
    async serve(note) {
      if (listen === null) return null;
      const readiness = workerReadiness(
        () => state(),
        () => answers(),
      );
      return serveTelemetry(listen, { readiness, metrics: () => exposition(metrics.registry, sdk) }, note);
    },
    connected(connection, namespace, note) {
      answers = serverAnswers(connection);
      if (releases) collectReleases(metrics.registry, new Client({ connection, namespace }), { note });
    },
    working(of) {
      state = of;
    },
  };
}

export interface TelemetrySettings {
  config: WorkerConfig;
  env: Environment;
  streams: Streams;
  level: LogSettings['level'];
}

/** The address of the SDK's exporter; null without one. */
async function installed(
  install: (metrics: string | undefined) => void,
  wanted: boolean,
): Promise<string | null> {
  for (let attempt = 1; wanted; attempt += 1) {
    const [port] = await freePorts(1);
    const address = `${LOOPBACK}:${port}`;
    try {
      install(address);
      return `http://${address}/metrics`;
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
    }
  }
  install(undefined);
  return null;
}
