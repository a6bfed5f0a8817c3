/** Starts the push receiver; nothing else. `npm run receiver`. */
import { fileURLToPath } from 'node:url';
import { readArguments } from './api/arguments.js';
import { DEFAULT_PORT, greeting, HELP } from './api/push/arguments.js';
import { auditSignal } from './api/push/audit-signal.js';
import { openKept } from './api/push/open.js';
import { readPushSecrets } from './api/push/secrets.js';
import { createReceiver } from './api/push/server.js';
import { logTo, processTerminal, type Terminal } from './api/terminal.js';
import { ConfigError, loadWorkerConfig } from './config/worker-config.js';
import { SecretReferenceError } from './credentials/references.js';
import { lazyTemporal } from './releases/connection.js';

/**
 * Runs the receiver until it is stopped. Exit codes: 0 ended as asked, 1 it cannot listen or reach its database, 2 wrong
 * usage or configuration. A Temporal server that does not answer is no reason to end: WeChat then gets 503.
 */
export async function runReceiver(args: string[], terminal: Terminal): Promise<number> {
  const options = readArguments(args, DEFAULT_PORT);
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
    const { client, address, namespace, close } = lazyTemporal(env);
    closers.push(close);

    const server = createReceiver(
      { ...kept, secrets, signalAudit: auditSignal(client) },
      await logTo(terminal, config),
    );
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

if (process.argv[1] === fileURLToPath(import.meta.url))
  process.exitCode = await runReceiver(process.argv.slice(2), processTerminal());
