/** `apps import`, `apps list`, `apps start-tickets`: the Mini Programs whose tokens are made here. */
import type { WorkerConfig } from '../../config/worker-config.js';
import { loadWorkerConfig } from '../../config/worker-config.js';
import type { Platform, Store } from '../../credentials/open.js';
import type { AuthorizerFacts } from '../../database/authorizer-rows.js';
import { DatabaseError } from '../../database/errors.js';
import { WechatError } from '../../wechat/errors.js';
import { readAppsFile } from '../apps-file.js';
import { type AppsReport, emptyReport, renderApps, renderReport, rowOf } from '../apps-view.js';
import { type Cli, print, say } from '../context.js';
import { CliError } from '../errors.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { type OutputFormat, outputOption, type Registry } from './shared.js';

/** After this many it is told how far an import has come. */
const TELL_EVERY = 50;

const IMPORT_HELP = `
Without --file everything is asked from WeChat: the list of all Mini Programs that have authorised the platform
(component.appid, component.secret), then the name and the permission sets of each. Needs a ticket: start the
receiver first and wait ten minutes.

A file is a list in YAML, JSON or CSV (with a line of names):
  appid,refresh_token,auth_time,original_id,nick_name,permission_sets
  wx0123456789abcdef,REFRESH_TOKEN,1761955200,gh_0123456789ab,Shop,1 18
Only appid and refresh_token are needed; auth_time is in seconds since the epoch.

It may be repeated and broken off at any time: each Mini Program is stored whole or not at all, and a stored token
is never replaced by an older one. Tokens are never shown.

Examples:
  weapp-rollout apps import
  weapp-rollout apps import --file apps.csv
  weapp-rollout apps import --file apps.yaml --overwrite`;

const LIST_HELP = `
It reads only the database (WEAPP_CONFIG's database.url, else DATABASE_URL). "set 18" tells whether permission set 18
(development and data analysis), which releases need, was granted.

Examples:
  weapp-rollout apps list
  weapp-rollout apps list --output json`;

const TICKETS_HELP = `
WeChat pushes a ticket every ten minutes to the address for authorization events (docs/receiver.md). When it has stopped,
or was never begun, this asks it to begin (api_start_push_ticket). Start the receiver first.

Example:
  weapp-rollout apps start-tickets`;

/** Adds `apps`. */
export function addApps({ add, run }: Registry, cli: Cli): void {
  const apps = add(
    'apps',
    'the Mini Programs whose tokens are made here: import, list, start-tickets',
    'apps list',
  );
  apps
    .command('import')
    .summary('take Mini Programs that have authorised the platform into the database')
    .description('Take Mini Programs that have authorised the platform into the database.')
    .option('--file <file>', 'a list with refresh tokens, instead of asking WeChat')
    .option('--overwrite', "with --file: also replace stored tokens by the file's")
    .addOption(outputOption())
    .addHelpText('after', IMPORT_HELP)
    .action(run((options: ImportOptions) => importApps(cli, options)));
  apps
    .command('list')
    .summary('list them: authorization, permission set 18, token')
    .description('List the stored Mini Programs.')
    .addOption(outputOption())
    .addHelpText('after', LIST_HELP)
    .action(run(({ output }: { output: OutputFormat }) => listApps(cli, output)));
  apps
    .command('start-tickets')
    .summary('ask WeChat to push tickets to the receiver')
    .description('Ask WeChat to push component_verify_tickets to the receiver.')
    .addHelpText('after', TICKETS_HELP)
    .action(run(() => startTickets(cli)));
}

async function startTickets(cli: Cli): Promise<ExitCode> {
  const config = await loadWorkerConfig(cli.env);
  const { openPlatform } = await import('../../credentials/open.js');
  await using(
    () => openPlatform(config, cli.env),
    ({ calls }: Platform) => calls.startTickets({ signal: cli.interruptible() }),
  );
  print(cli, `${cli.colors.green('✔')} WeChat pushes a ticket every ten minutes from now on`);
  return EXIT.ok;
}

interface ImportOptions {
  file?: string;
  overwrite?: boolean;
  output: OutputFormat;
}

async function importApps(cli: Cli, { file, overwrite = false, output }: ImportOptions): Promise<ExitCode> {
  if (overwrite && file === undefined)
    throw new CliError('--overwrite goes with --file', 'WeChat’s own list is believed anyway', EXIT.usage);
  const config = await loadWorkerConfig(cli.env);
  const report =
    file === undefined ? await fromWechat(cli, config) : await fromFile(cli, config, file, overwrite);
  if (output === 'json') print(cli, JSON.stringify(report, null, 2));
  else for (const line of renderReport(report, cli.colors)) print(cli, line);
  if (report.interrupted)
    throw new CliError('stopped before its end', 'what is stored stays; run it again to go on');
  return report.problems.length > 0 ? EXIT.tool : EXIT.ok;
}

async function fromWechat(cli: Cli, config: WorkerConfig): Promise<AppsReport> {
  const { openPlatform } = await import('../../credentials/open.js');
  const { importList } = await import('../../credentials/import-list.js');
  return using(
    () => openPlatform(config, cli.env),
    async ({ component, store, calls }: Platform) => {
      const report = emptyReport();
      const ended = await importList({
        component,
        store: store.authorizers,
        calls,
        now: cli.now,
        signal: cli.interruptible(),
        onImported({ app, result, refused, problem }, done, total) {
          report[result].push(app);
          if (refused) report.refused.push(app);
          if (problem !== null) report.problems.push(`${app}: its name and permission sets: ${problem}`);
          if (done % TELL_EVERY === 0) say(cli, `${done} of ${total} …`);
        },
      });
      return { ...report, interrupted: !ended };
    },
  );
}

async function fromFile(
  cli: Cli,
  config: WorkerConfig,
  file: string,
  overwrite: boolean,
): Promise<AppsReport> {
  const component = config.component?.appid;
  if (component === undefined)
    throw new CliError(
      'the configuration has no component.appid',
      'refresh tokens belong to one third-party platform: add its appid to the file that WEAPP_CONFIG names',
    );
  const { rows, problems } = await readAppsFile(file, cli.now());
  const { openStore } = await import('../../credentials/open.js');
  const { importRow } = await import('../../credentials/import.js');
  const interrupted = cli.interruptible();
  return using(
    () => openStore(config, cli.env).then(present),
    async ({ authorizers }) => {
      const report = emptyReport();
      report.problems.push(...problems);
      const options = { component, readAt: cli.now(), source: 'file', overwrite, now: cli.now } as const;
      for (const [index, row] of rows.entries()) {
        if (interrupted.aborted) return { ...report, interrupted: true };
        try {
          report[await importRow(authorizers, row, options)].push(row.app);
        } catch (error) {
          if (!(error instanceof DatabaseError) || !error.ofOneRow) throw error;
          const { trouble, what, remedy } = error;
          const helps = trouble === 'damaged' ? `${remedy} --overwrite puts the file’s token there.` : remedy;
          report.problems.push(`${row.app}: ${what}. ${helps}`);
        }
        if ((index + 1) % TELL_EVERY === 0) say(cli, `${index + 1} of ${rows.length} …`);
      }
      return report;
    },
  );
}

async function listApps(cli: Cli, output: OutputFormat): Promise<ExitCode> {
  const config = await loadWorkerConfig(cli.env);
  const { openStore } = await import('../../credentials/open.js');
  const apps = await using<Store, AuthorizerFacts[]>(
    // Nothing is decrypted, so no key is needed, nor any that is missing missed.
    () => openStore({ ...config, database: { ...config.database, keys: [] } }, cli.env).then(present),
    ({ authorizers }) => authorizers.list(),
  );
  if (output === 'json') print(cli, JSON.stringify(apps.map(rowOf), null, 2));
  else for (const line of renderApps(apps, cli.now())) print(cli, line);
  if (apps.length === 0 && output === 'text')
    say(cli, 'no Mini Programs are stored; `weapp-rollout apps import` takes them from WeChat');
  return EXIT.ok;
}

function present(store: Store | null): Store {
  if (store !== null) return store;
  throw new CliError(
    'no database is configured',
    'set DATABASE_URL to postgres://user:password@host:5432/name, or database.url in the file that WEAPP_CONFIG names',
  );
}

/** Opens, works, closes; and tells errors of the other rooms with what helps below them. */
async function using<T extends { close(): Promise<void> }, Result>(
  open: () => Promise<T>,
  work: (opened: T) => Promise<Result>,
): Promise<Result> {
  try {
    const opened = await open();
    try {
      return await work(opened);
    } finally {
      await opened.close();
    }
  } catch (error) {
    const cause = { cause: error };
    if (error instanceof DatabaseError) throw new CliError(error.what, error.remedy, EXIT.tool, cause);
    if (!(error instanceof WechatError)) throw error;
    const { endpoint, code, message, meaning, remedy } = error.failure;
    const seen = `${code === undefined ? '' : `${code} `}${message}`;
    throw new CliError(`${endpoint ?? 'access token'}: ${meaning} (${seen})`, remedy, EXIT.tool, cause);
  }
}
