/** What a server needs of its process. */
import type { Environment } from '../credentials/references.js';

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
