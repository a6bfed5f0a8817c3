/** `rollback`: while a release bakes a verb of it; after it is closed a workflow of its own, under the same id. */
import { randomUUID } from 'node:crypto';
import { connectTemporal } from '../../releases/connection.js';
import type { Started } from '../../releases/launch.js';
import { rollback } from '../../releases/rollback.js';
import { type Cli, print, say } from '../context.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { patienceOf } from '../patience.js';
import { VERB_COMMANDS } from '../verb-table.js';
import { webUiLink } from '../web-ui.js';
import { shellWord } from '../words.js';
import { type OutputFormat, outputOption, type Registry, userOf } from './shared.js';
import { watch } from './status.js';
import { whole } from './verb-options.js';
import { printDelivered } from './verbs.js';

interface RollbackOptions {
  to: string;
  appVersion?: number;
  from?: string;
  by: string;
  reason?: string;
  commandId?: string;
  watch?: boolean;
  output: OutputFormat;
}

const HELP = `
While a release bakes, this ends it and takes everyone back. After it is closed, a short workflow of its own does, under
the same id. While a release is on its way to 100 %, \`abort\` takes its users back.
\`weapp-rollout wechat get_history_version --app APP\` lists the versions WeChat can go back to.`;

/** Adds `rollback`. */
export function addRollback({ add, run }: Registry, cli: Cli): void {
  const { name, summary, example } = VERB_COMMANDS.rollback;
  add(`${name} <app>`, summary, example)
    .requiredOption('--to <version>', 'the version to go back to')
    .option('--app-version <number>', "its number in WeChat's list, where a version is listed twice", whole)
    .option('--from <version>', 'the version that is online, when the last release does not tell')
    .option('--by <who>', 'who you are, as the release records it', userOf(cli.env))
    .option('--reason <why>', 'why, as the release records it')
    .option('--command-id <id>', 'send the same command again without doing it twice')
    .option('-w, --watch', 'follow it until it ends; the exit code is its outcome')
    .addOption(outputOption())
    .addHelpText('after', HELP)
    .action(run((app: string, options: RollbackOptions) => take(cli, app, options)));
}

async function take(cli: Cli, app: string, options: RollbackOptions): Promise<ExitCode> {
  const temporal = await connectTemporal(cli.env);
  try {
    const { output, by, to } = options;
    const asked = { ...options, app, commandId: options.commandId ?? randomUUID() };
    const done = await rollback(temporal, asked, patienceOf(cli), (text) => say(cli, text));
    if (done.kind === 'started') {
      const webUi = await webUiLink(cli.env, temporal, done.started);
      printStarted(cli, { app, from: done.from, to, ...done.started, webUi }, output);
    } else if (output === 'json') {
      const { commandId, message } = done.delivered;
      print(cli, JSON.stringify({ app, to, runId: done.runId, commandId, message }));
    } else {
      const { commandId } = asked;
      printDelivered(cli, app, 'rollback', done.delivered, { by, commandId, isSigned: false });
    }
    return options.watch ? await watch(cli, temporal, { app, run: done.runId }, output) : EXIT.ok;
  } finally {
    await temporal.close();
  }
}

function printStarted(
  cli: Cli,
  told: Started & { app: string; from: string; to: string; webUi: string | null },
  output: OutputFormat,
): void {
  if (output === 'json') {
    print(cli, JSON.stringify(told));
    return;
  }
  const { app, from, to, workflowId, runId, webUi, repeated } = told;
  const done = repeated ? 'was started before, with this command id:' : 'started';
  print(cli, `${cli.colors.green('✔')} ${done} the rollback of ${from} to ${to} for ${app}`);
  print(cli, `  Workflow: ${workflowId}\n  Run:      ${runId}`);
  if (webUi !== null) print(cli, `  Web UI:   ${webUi}`);
  print(cli, `  weapp-rollout status ${shellWord(app)} --watch   follows it`);
}
