/** What the processes of the API and of the receiver have in common: from their command line to their end. */
import type { FastifyInstance } from 'fastify';
import { ConfigError, loadWorkerConfig, type WorkerConfig } from '../config/worker-config.js';
import { SecretReferenceError } from '../credentials/references.js';
import { readArguments } from './arguments.js';
import type { LogOptions } from './log.js';
import { logTo, type Terminal } from './terminal.js';

/** A server that was opened and does not listen yet. */
export interface Opened {
  server: FastifyInstance;
  /** What is printed once it listens. */
  greeting(url: string): string;
  /** What a person should know. */
  notes: readonly string[];
  /** Ends the server first, so that what is in hand can still be stored. */
  close(): Promise<void>;
}

export interface Program {
  help: string;
  /** Where it listens unless told otherwise. */
  port: number;
  /** Opens it; what was opened before a failure is closed again. */
  open(config: WorkerConfig, terminal: Terminal, log: LogOptions): Promise<Opened>;
}

/**
 * Runs a server until it is stopped. Exit codes: 0 ended as asked, 1 it cannot listen or reach its database, 2 wrong usage
 * or configuration.
 */
export async function runServer(
  { help, port, open }: Program,
  args: string[],
  terminal: Terminal,
): Promise<number> {
  const listen = readArguments(args, port);
  if (listen === 'help') {
    terminal.out(help);
    return 0;
  }
  if ('usage' in listen) {
    terminal.err(`error: ${listen.usage}\n\n${help}`);
    return 2;
  }
  let opened: Opened | null = null;
  try {
    const config = await loadWorkerConfig(terminal.env);
    opened = await open(config, terminal, await logTo(terminal, config));
    const url = await opened.server.listen(listen);
    terminal.out(opened.greeting(url));
    for (const note of opened.notes) terminal.out(`Note: ${note}.`);
    await terminal.stopped();
    return 0;
  } catch (error) {
    terminal.err(`error: ${error instanceof Error ? error.message : String(error)}`);
    return error instanceof ConfigError || error instanceof SecretReferenceError ? 2 : 1;
  } finally {
    await opened?.close();
  }
}
