/** What a command may touch of the process it runs in. */
import type { Environment } from '../servers/folders.js';
import type { Colors } from './render.js';

/** A stream that text goes to; `process.stdout` is one. */
export type Output = NodeJS.WritableStream & { isTTY?: boolean; columns?: number; rows?: number };

export interface Cli {
  env: Environment;
  out: Output;
  err: Output;
  colors: Colors;
  /** Milliseconds since the epoch. */
  now(): number;
  /** From the first call on, Ctrl-C, SIGTERM and SIGHUP fire the signal instead of ending the process; the second one ends it. */
  interruptible(): AbortSignal;
  /** Asks a person and answers what was typed, empty when nothing was; absent when there is no terminal to ask on. */
  ask?: (question: string) => Promise<string>;
}

/** A line to standard output. */
export function print(cli: Pick<Cli, 'out'>, text: string): void {
  cli.out.write(`${text}\n`);
}

/** A line to standard error: what is said about the work, not its result. */
export function say(cli: Pick<Cli, 'err'>, text: string): void {
  cli.err.write(`${text}\n`);
}

/** Resolves after `ms` milliseconds, or at once when the signal fires. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end, { once: true });
  });
}

/** Resolves when the signal fires. */
export function fired(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
