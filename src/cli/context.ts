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
