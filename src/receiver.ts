/** Starts the push receiver; nothing else. `npm run receiver`. */
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { greeting, HELP, readArguments } from './api/arguments.js';
import { auditSignal } from './api/audit-signal.js';
import type { ReceiverOptions } from './api/options.js';
import { readPushSecrets } from './api/secrets.js';
import { createReceiver } from './api/server.js';
import { ConfigError, loadWorkerConfig, type WorkerConfig } from './config/worker-config.js';
import { openPlatform, openStore } from './credentials/open.js';
import { type Environment, SecretReferenceError } from './credentials/references.js';
import { loadConnectConfig } from './servers/connect.js';

const PAYLOAD_CONVERTER = fileURLToPath(new URL('./workflows/payload-converter.cjs', import.meta.url));

/** What the receiver needs of its process. */
export interface Terminal {
  env: Environment;
  out(line: string): void;
  err(line: string): void;
  /** Resolves when it shall stop. */
  stopped(): Promise<void>;
}

/**
 * Runs the receiver until it is stopped. Exit codes: 0 ended as asked, 1 it cannot listen or reach its database, 2 wrong
 * usage or configuration. A Temporal server that does not answer is no reason to end: WeChat then gets 503.
 */
export async function runReceiver(args: string[], terminal: Terminal): Promise<number> {
  const options = readArguments(args);
  if (options === 'help') {
    terminal.out(HELP);
    return 0;
  }
  if ('usage' in options) {
    terminal.err(`error: ${options.usage}\n\n${HELP}`);
    return 2;
  }
  const closers: (() => Promise<void>)[] = [];
  try {
    const { env } = terminal;
    const config = await loadWorkerConfig(env);
    const { secrets, notes } = await readPushSecrets(config, env);
    const kept = await openKept(config, env);
    closers.push(kept.close);
    const { connectionOptions, namespace, address } = loadConnectConfig(env);
    const connection = Connection.lazy(connectionOptions);
    closers.push(() => connection.close());
    const dataConverter = { payloadConverterPath: PAYLOAD_CONVERTER };
    const client = new Client({ connection, namespace, dataConverter });

    const log = { level: 'info', stream: { write: (line: string) => terminal.err(line.trimEnd()) } };
    const server = createReceiver({ ...kept, secrets, signalAudit: auditSignal(client) }, log);
    closers.push(() => server.close());
    const url = await server.listen(options);
    terminal.out(greeting(url));
    terminal.out(`Signals go to Temporal at ${address}, namespace ${namespace}.`);
    for (const note of [...notes, ...kept.notes]) terminal.out(`Note: ${note}.`);
    await terminal.stopped();
    return 0;
  } catch (error) {
    terminal.err(`error: ${error instanceof Error ? error.message : String(error)}`);
    return error instanceof ConfigError || error instanceof SecretReferenceError ? 2 : 1;
  } finally {
    // First the server, so that what is in hand can still be stored.
    for (const close of closers.reverse()) await close();
  }
}

type Kept = Pick<ReceiverOptions, 'events' | 'keepUnmatched' | 'appOf'> & {
  notes: string[];
  close(): Promise<void>;
};

/** What is stored, as far as the configuration has somewhere to store it. */
async function openKept(config: WorkerConfig, env: Environment): Promise<Kept> {
  if (config.tokens.component !== undefined) {
    const { events, store, close } = await openPlatform(config, env);
    return { events, keepUnmatched: store.pushes.keepUnmatched, appOf: store.appOf, notes: [], close };
  }
  const notes = ['there is no tokens.component, so tickets and authorizations are acknowledged and not used'];
  const store = await openStore(config, env);
  if (store !== null)
    return {
      events: null,
      keepUnmatched: store.pushes.keepUnmatched,
      appOf: store.appOf,
      notes,
      close: store.close,
    };
  notes.push('there is no database, so audit results that reach no release are only logged');
  return { events: null, keepUnmatched: null, appOf: async () => null, notes, close: async () => {} };
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  process.exitCode = await runReceiver(process.argv.slice(2), {
    env: process.env,
    out: (line) => console.log(line),
    err: (line) => console.error(line),
    stopped: () =>
      new Promise((resolve) => {
        for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
      }),
  });
