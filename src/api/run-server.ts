/** What the processes of the API and of the receiver have in common: from their command line to their end. */
import type { FastifyInstance } from 'fastify';
import { ConfigError, loadWorkerConfig, type WorkerConfig } from '../config/worker-config.js';
import { type Environment, SecretReferenceError } from '../credentials/references.js';
import { Closers } from '../servers/closers.js';
import { readArguments } from './arguments.js';
import type { LogOptions } from './log.js';
import { logTo, type Terminal } from './terminal.js';

/** What a server is opened with. */
export interface Opening {
  config: WorkerConfig;
  env: Environment;
  log: LogOptions | false;
  /** Takes what is opened: it is closed at the end, also when the rest could not be opened. Last first. */
  closers: Closers;
}

/** A server that was opened and does not listen yet. */
export interface Opened {
  server: FastifyInstance;
  /** What a person should know. */
  notes: readonly string[];
}

export interface Program {
  help: string;
  /** Where it listens unless told otherwise. */
  port: number;
  /** Opens it; `greeting` is what is printed once it listens. */
  open(opening: Opening): Promise<Opened & { greeting(url: string): string }>;
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
  const { env, out, err } = terminal;
  const listen = readArguments(args, port);
  if (listen === 'help') {
    out(help);
    return 0;
  }
  if ('usage' in listen) {
    err(`error: ${listen.usage}\n\n${help}`);
    return 2;
  }
  const closers = new Closers(err);
  try {
    const config = await loadWorkerConfig(env);
    const opened = await open({ config, env, log: await logTo(terminal, config), closers });
    const url = await opened.server.listen(listen);
    out(opened.greeting(url));
    for (const note of opened.notes) out(`Note: ${note}.`);
    await terminal.stopped();
    return 0;
  } catch (error) {
    err(`error: ${error instanceof Error ? error.message : String(error)}`);
    return error instanceof ConfigError || error instanceof SecretReferenceError ? 2 : 1;
  } finally {
    await closers.close();
  }
}
