/** `history`: what was decided in a release, by whom, when, through what and why; or an app's earlier runs. */
import { headlineText } from '../../domain/back-story.js';
import type { Decision, ReleaseStatus } from '../../domain/status.js';
import { connectTemporal, type Temporal } from '../../releases/connection.js';
import { readRelease } from '../../releases/read.js';
import { listRuns, MOST_RUNS } from '../../releases/runs.js';
import type { ReleaseRow } from '../../releases/visibility.js';
import { type Cli, print, say } from '../context.js';
import { CliError } from '../errors.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { align, type Colors } from '../render.js';
import { brief, moment, safe } from '../words.js';
import { type OutputFormat, outputOption, type Registry } from './shared.js';

interface HistoryOptions {
  run?: string;
  runs?: boolean;
  output: OutputFormat;
}

/** Adds `history`. */
export function addHistory({ add, run }: Registry, cli: Cli): void {
  add(
    'history <app>',
    'show what was decided in a release: by whom, when, through what, why',
    'history wx0123456789abcdef --runs',
  )
    .option('--run <id>', 'an older run; without it the latest')
    .option('--runs', "the app's runs instead, the latest first: how each ended, and when")
    .addOption(outputOption())
    .action(
      run(async (app: string, options: HistoryOptions): Promise<ExitCode> => {
        const temporal = await connectTemporal(cli.env);
        try {
          if (options.runs) await showRuns(cli, temporal, app, options.output);
          else await tell(cli, temporal, app, options);
          return EXIT.ok;
        } finally {
          await temporal.close();
        }
      }),
    );
}

async function tell(
  cli: Cli,
  temporal: Temporal,
  app: string,
  { run, output }: HistoryOptions,
): Promise<void> {
  const reading = await readRelease(temporal, { app, run });
  if (reading.kind === 'silent' || reading.kind === 'lost')
    throw new CliError(`the history of ${app} cannot be read: ${safe(reading.why)}`);
  const { status } = reading;
  if (output === 'json') print(cli, JSON.stringify(status.decisions, null, 2));
  else for (const line of renderDecisions(status, cli.colors)) print(cli, line);
}

/** A table of decisions with the headline above it. */
export function renderDecisions(status: ReleaseStatus, colors: Colors): string[] {
  const { app, version, decisions } = status;
  const headline = `${safe(version)} for ${safe(app)}: ${safe(headlineText(status))}`;
  if (decisions.length === 0) return [colors.bold(headline), 'nothing was decided yet'];
  const rows = decisions.map((decision) => [
    moment(decision.at),
    `${safe(decision.what)}${decision.refused === true ? ' (refused)' : ''}`,
    whoText(decision),
    safe(decision.why),
  ]);
  return [colors.bold(headline), ...align([['when', 'what', 'by', 'why'], ...rows])];
}

function whoText({ by, via, authenticated }: Decision): string {
  const proven = authenticated === true ? 'signed' : null;
  const how = [via ?? null, proven].filter((part) => part !== null).join(', ');
  return how === '' ? safe(by) : `${safe(by)} (${how})`;
}

async function showRuns(cli: Cli, temporal: Temporal, app: string, output: OutputFormat): Promise<void> {
  const runs = await listRuns(temporal, app);
  if (output === 'json') print(cli, JSON.stringify(runs, null, 2));
  else if (runs.length === 0) say(cli, `there is no run of ${app}, or its retention is over`);
  else for (const line of renderRuns(runs)) print(cli, line);
  if (runs.length === MOST_RUNS) say(cli, `only ${MOST_RUNS} are listed`);
}

/** A table of runs. */
export function renderRuns(rows: readonly ReleaseRow[]): string[] {
  const cells = rows.map((row) => [
    moment(row.startedAt),
    row.closedAt === null ? '-' : brief(row.closedAt - row.startedAt),
    safe(row.version ?? '-') + (row.rollbackTo === null ? '' : ` → ${safe(row.rollbackTo)}`),
    row.outcome ?? (row.state === 'running' ? (row.phase ?? row.state) : row.state),
    row.percentage === null ? '-' : `${row.percentage} %`,
    row.runId,
  ]);
  return align([['started', 'lasted', 'version', 'outcome', 'users', 'run'], ...cells]);
}
