/** Starts the push receiver; nothing else. `npm run receiver`. */
import { fileURLToPath } from 'node:url';
import { DEFAULT_PORT, greeting, HELP } from './api/push/arguments.js';
import { auditSignal } from './api/push/audit-signal.js';
import { openKept } from './api/push/open.js';
import { readPushSecrets } from './api/push/secrets.js';
import { createReceiver } from './api/push/server.js';
import { type Program, runServer } from './api/run-server.js';
import { processTerminal, type Terminal } from './api/terminal.js';
import { lazyTemporal } from './releases/connection.js';

const RECEIVER: Program = {
  help: HELP,
  port: DEFAULT_PORT,
  async open({ config, env, log, closers }) {
    const { secrets, notes } = await readPushSecrets(config, env);
    const temporal = lazyTemporal(env);
    await closers.add('the connection to Temporal', temporal, ({ close }) => close());
    const kept = await openKept(config, env);
    await closers.add('the database', kept, ({ close }) => close());
    const { client, address, namespace } = temporal;
    const server = createReceiver({ ...kept, secrets, signalAudit: auditSignal(client) }, log);
    await closers.add('the server', server, (open) => open.close());
    return {
      server,
      greeting: (url) => `${greeting(url)}\nSignals go to Temporal at ${address}, namespace ${namespace}.`,
      notes: [...notes, ...kept.notes],
    };
  },
};

/**
 * Runs the receiver until it is stopped; exit codes as `runServer`. A Temporal server that does not answer is no reason to
 * end: WeChat then gets 503.
 */
export function runReceiver(args: string[], terminal: Terminal): Promise<number> {
  return runServer(RECEIVER, args, terminal);
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  process.exitCode = await runReceiver(process.argv.slice(2), processTerminal());
