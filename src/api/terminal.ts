/** What a server needs of its process. */
import type { WorkerConfig } from '../config/worker-config.js';
import type { Environment } from '../credentials/references.js';
import { redacting } from '../telemetry/log.js';
import { Redactor } from '../telemetry/redactor.js';
import { learnSecrets } from '../telemetry/secrets.js';
import type { LogOptions } from './log.js';

export interface Terminal {
  env: Environment;
  out(line: string): void;
  err(line: string): void;
  /** Resolves when it shall stop. */
  stopped(): Promise<void>;
}

/** This process: its streams, SIGINT and SIGTERM. */
export function processTerminal(): Terminal {
  return {
    env: process.env,
    out: (line) => console.log(line),
    err: (line) => console.error(line),
    stopped: () =>
      new Promise((resolve) => {
        for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
      }),
  };
}

/** A log to standard error, in which no secret of the configuration or the environment is seen, whatever is written. */
export async function logTo(
  { env, err }: Pick<Terminal, 'env' | 'err'>,
  config: WorkerConfig,
  level = 'info',
): Promise<LogOptions> {
  const redactor = new Redactor();
  await learnSecrets(redactor, config, env);
  return { level, stream: redacting({ write: (line) => err(line.trimEnd()) }, redactor) };
}
