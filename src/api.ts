/** Starts the HTTP API, with the push receiver in it where it is configured; nothing else. `npm run api`. */
import { fileURLToPath } from 'node:url';
import { DEFAULT_PORT, greeting, HELP } from './api/about.js';
import { openApi } from './api/open.js';
import { type Program, runServer } from './api/run-server.js';
import { processTerminal, type Terminal } from './api/terminal.js';

const API: Program = {
  help: HELP,
  port: DEFAULT_PORT,
  async open(opening) {
    const opened = await openApi(opening);
    return { ...opened, greeting: (url) => greeting(url, opened) };
  },
};

/**
 * Runs the API until it is stopped; exit codes as `runServer`. A Temporal server that does not answer is no reason to end:
 * /readyz and every answer say so.
 */
export function runApi(args: string[], terminal: Terminal): Promise<number> {
  return runServer(API, args, terminal);
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  process.exitCode = await runApi(process.argv.slice(2), processTerminal());
