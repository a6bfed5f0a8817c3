/** `list`: the releases that the server knows. */
import { InvalidArgumentError, Option } from 'commander';
import { OUTCOMES, type Outcome, PHASES, type Phase } from '../../domain/status.js';
import { connectTemporal, type Temporal } from '../../releases/connection.js';
import { listReleases, MOST_ROWS } from '../../releases/list.js';
import type { ReleaseFilter } from '../../releases/list-filter.js';
import type { ReleaseRow } from '../../releases/visibility.js';
import { type Cli, print, say } from '../context.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { align } from '../render.js';
import { ago, safe } from '../words.js';
import { type OutputFormat, outputOption, type Registry } from './shared.js';
import { whole } from './verb-options.js';

interface ListOptions extends Pick<ReleaseFilter, 'app' | 'version'> {
  all?: boolean;
  phase?: Phase;
  outcome?: Outcome;
  paused?: boolean;
  attention?: boolean;
  limit: number;
  output: OutputFormat;
}

const USUAL_ROWS = 500;

/** Adds `list`. */
export function addList({ add, run }: Registry, cli: Cli): void {
  add('list', 'list running releases', 'list --all')
    .option('-a, --all', 'closed ones too')
    .option('--app <appid>', 'of one Mini Program')
    .option('--version <version>', 'of one version')
    .addOption(new Option('--phase <phase>', 'where they stand').choices(PHASES))
    .addOption(new Option('--outcome <outcome>', 'closed ones, by how they ended').choices(OUTCOMES))
    .option('--paused', 'those that are paused')
    .option('--attention', 'those that a person must look at')
    .option('--limit <number>', `rows at most, up to ${MOST_ROWS}`, limit, USUAL_ROWS)
    .addOption(outputOption())
    .action(run((options: ListOptions) => list(cli, options)));
}

function limit(text: string): number {
  const number = whole(text);
  if (number >= 1 && number <= MOST_ROWS) return number;
  throw new InvalidArgumentError(`It must be a number from 1 to ${MOST_ROWS}.`);
}

async function list(cli: Cli, options: ListOptions): Promise<ExitCode> {
  const { output } = options;
  const temporal = await connectTemporal(cli.env);
  try {
    const filter = filterOf(options);
    const { rows, more } = await allRows(temporal, filter, options.limit);
    if (output === 'json') print(cli, JSON.stringify(rows, null, 2));
    else for (const line of renderRows(rows, cli.now())) print(cli, line);
    if (rows.length === 0 && output === 'text')
      say(
        cli,
        filter.state === 'running' ? 'no running releases; --all lists closed ones too' : 'no releases',
      );
    if (more)
      say(cli, rows.length < MOST_ROWS ? 'there are more; --limit lists them' : 'there are more, not listed');
    return EXIT.ok;
  } finally {
    await temporal.close();
  }
}

function filterOf({ all, app, version, phase, outcome, paused, attention }: ListOptions): ReleaseFilter {
  const closed = outcome !== undefined || phase === 'closed';
  const state = closed ? 'closed' : all ? 'all' : 'running';
  return { state, app, version, phase, outcome, paused, attention };
}

/** Page after page until there are as many as were asked for: a page may be short. */
async function allRows(
  temporal: Temporal,
  filter: ReleaseFilter,
  most: number,
): Promise<{ rows: ReleaseRow[]; more: boolean }> {
  const rows: ReleaseRow[] = [];
  let cursor: string | null = null;
  do {
    const page = await listReleases(temporal, filter, { limit: most - rows.length, cursor });
    rows.push(...page.rows);
    cursor = page.next;
  } while (cursor !== null && rows.length < most);
  return { rows, more: cursor !== null };
}

/** A table of releases; empty for none. */
export function renderRows(rows: ReleaseRow[], now: number): string[] {
  if (rows.length === 0) return [];
  const cells = rows.map((row) => [
    safe(row.app),
    safe(row.version ?? '-') + (row.rollbackTo === null ? '' : ` → ${safe(row.rollbackTo)}`),
    standing(row),
    row.percentage === null ? '-' : `${row.percentage} %`,
    ago(row.startedAt, now),
    row.runId,
  ]);
  return align([['app', 'version', 'state', 'users', 'started', 'run'], ...cells]);
}

function standing({ outcome, phase, state, paused, attention }: ReleaseRow): string {
  const stands = state === 'running' ? (phase ?? state) : (outcome ?? state);
  const over = state !== 'running' ? '' : attention ? ', a person must look' : paused ? ', paused' : '';
  return `${stands}${over}`;
}
