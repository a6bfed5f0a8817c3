/** Starts the HTTP API, with the push receiver in it where it is configured; nothing else. `npm run api`. */
import { fileURLToPath } from 'node:url';
import { DEFAULT_PORT, greeting, HELP } from './api/about.js';
import { readArguments } from './api/arguments.js';
import { type OpenedApi, openApi } from './api/open.js';
import { logTo, processTerminal, type Terminal } from './api/terminal.js';
import { ConfigError, loadWorkerConfig } from './config/worker-config.js';
import { SecretReferenceError } from './credentials/references.js';

/**
 * Runs the API until it is stopped. Exit codes: 0 ended as asked, 1 it cannot listen or reach its database, 2 wrong usage
 * or configuration. A Temporal server that does not answer is no reason to end: /readyz and every answer say so.
 */
export async function runApi(args: string[], terminal: Terminal): Promise<number> {
  const listen = readArguments(args, DEFAULT_PORT);
  if (listen === 'help') {
    terminal.out(HELP);
    return 0;
  }
  if ('usage' in listen) {
    terminal.err(`error: ${listen.usage}\n\n${HELP}`);
    return 2;
  }
  let opened: OpenedApi | null = null;
  try {
    const { env } = terminal;
    const config = await loadWorkerConfig(env);
    opened = await openApi(config, env, await logTo(terminal, config));
    const url = await opened.server.listen(listen);
    terminal.out(greeting(url, opened));
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

if (process.argv[1] === fileURLToPath(import.meta.url))
  process.exitCode = await runApi(process.argv.slice(2), processTerminal());
