/** `rollback`: while a release bakes a verb of it; after it is closed a workflow of its own, under the same id. */
import { randomUUID } from 'node:crypto';
import { escapeText } from '../../domain/details.js';
import type { ReleaseStatus } from '../../domain/status.js';
import { ROLLBACK_WORKFLOW, type RollbackInput } from '../../workflows/messages.js';
import { connectTemporal, type Temporal } from '../connection.js';
import { type Cli, print, say } from '../context.js';
import { deliver } from '../deliver.js';
import { CliError } from '../errors.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { launch, type Started } from '../launch.js';
import { NoReleaseError, type Reading, readRelease } from '../read-release.js';
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
    .action(run((app: string, options: RollbackOptions) => rollback(cli, app, options)));
}

async function rollback(cli: Cli, app: string, options: RollbackOptions): Promise<ExitCode> {
  const temporal = await connectTemporal(cli.env);
  try {
    const reading = await latest(temporal, app);
    const runs = reading?.kind === 'open' || reading?.kind === 'silent';
    const runId = runs
      ? await takeBack(cli, temporal, app, reading, options)
      : await startRollback(cli, temporal, { ...options, app, from: fromOf(app, reading, options) });
    return options.watch ? await watch(cli, temporal, { app, run: runId }, options.output) : EXIT.ok;
  } finally {
    await temporal.close();
  }
}

async function latest(temporal: Temporal, app: string): Promise<Reading | null> {
  try {
    return await readRelease(temporal, { app });
  } catch (error) {
    if (error instanceof NoReleaseError) return null;
    throw error;
  }
}

/** The release runs: it is told to end, and where to go back to. */
async function takeBack(
  cli: Cli,
  temporal: Temporal,
  app: string,
  reading: Extract<Reading, { kind: 'open' | 'silent' }>,
  { to, appVersion, from, by, reason, commandId: id, output }: RollbackOptions,
): Promise<string> {
  if (reading.kind === 'open') refuseUnlessBaking(app, reading.status, from);
  const commandId = id ?? randomUUID();
  const payload = {
    by,
    commandId,
    version: to,
    ...(reason === undefined ? {} : { reason }),
    ...(appVersion === undefined ? {} : { appVersion }),
  };
  const target = { app, run: reading.runId };
  const delivered = await deliver(cli, temporal, target, { verb: 'rollback', payload, noWait: false });
  if (output === 'text') printDelivered(cli, app, 'rollback', delivered, { by, commandId, isSigned: false });
  else print(cli, JSON.stringify({ app, to, runId: reading.runId, commandId, message: delivered.message }));
  return reading.runId;
}

function refuseUnlessBaking(
  app: string,
  { phase, kind, version, percentage, previousVersion }: ReleaseStatus,
  from: string | undefined,
): void {
  const see = `weapp-rollout status ${shellWord(app)} --watch   follows it`;
  if (kind === 'rollback')
    throw new CliError(`a rollback of ${app} from ${version} to ${previousVersion} is running already`, see);
  if (phase === 'reverting') throw new CliError(`users of ${version} are being taken back already`, see);
  if (phase !== 'baking')
    throw new CliError(
      `rollback is for a release that bakes or is closed; ${version} is ${phase}, at ${percentage} % of users`,
      `weapp-rollout abort ${shellWord(app)}   ends it; whoever has ${version} goes back to ${previousVersion ?? 'the version before'}`,
    );
  if (from !== undefined && from !== version)
    throw new CliError(`it is ${version} that is online and bakes, not ${from}`, 'leave --from out');
}

/** The version that is online, as far as the last release can tell. */
function fromOf(app: string, reading: Reading | null, { from, to }: RollbackOptions): string {
  const last = reading?.kind === 'closed' ? reading.status : null;
  const online = from ?? (last?.percentage === 100 ? last.version : undefined);
  if (online === undefined)
    throw new CliError(
      last === null
        ? `no closed release of ${app} tells which version is online`
        : `the last release of ${app} ended as ${last.outcome}, so ${last.version} should not be online`,
      `say which is with --from VERSION; weapp-rollout wechat getversioninfo --app ${shellWord(app)} tells it`,
      EXIT.usage,
    );
  if (online === to)
    throw new CliError(`${to} is the version that is online`, 'choose another with --to', EXIT.usage);
  return online;
}

async function startRollback(
  cli: Cli,
  temporal: Temporal,
  {
    app,
    from,
    to,
    appVersion,
    by,
    reason = 'no reason given',
    output,
  }: RollbackOptions & { app: string; from: string },
): Promise<string> {
  const input = (searchAttributes: boolean): RollbackInput => ({
    app,
    from,
    to: { version: to, appVersion: appVersion ?? null },
    by,
    reason,
    searchAttributes,
  });
  const started = await launch(
    temporal,
    {
      workflow: ROLLBACK_WORKFLOW,
      input,
      memo: { app, version: from, rollbackTo: to },
      summary: `rollback of ${from} to ${to} for ${app}`,
      details: `Rollback of ${escapeText(from, 64)} to ${escapeText(to, 64)}. Started by ${escapeText(by, 100)}: ${escapeText(reason)}`,
    },
    (text) => say(cli, text),
  );
  printStarted(
    cli,
    { app, from, to, ...started, webUi: await webUiLink(cli.env, temporal, started) },
    output,
  );
  return started.runId;
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
  const { app, from, to, workflowId, runId, webUi } = told;
  print(cli, `${cli.colors.green('✔')} started the rollback of ${from} to ${to} for ${app}`);
  print(cli, `  Workflow: ${workflowId}\n  Run:      ${runId}`);
  if (webUi !== null) print(cli, `  Web UI:   ${webUi}`);
  print(cli, `  weapp-rollout status ${shellWord(app)} --watch   follows it`);
}
