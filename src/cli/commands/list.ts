/** `list`: the releases that the server knows. */
import { connectTemporal } from '../../releases/connection.js';
import { type ReleaseRow, releasesQuery, rowOf } from '../../releases/visibility.js';
import { type Cli, print, say } from '../context.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { align } from '../render.js';
import { ago, safe } from '../words.js';
import { type OutputFormat, outputOption, type Registry } from './shared.js';

/** More are counted, not shown. */
const MOST_ROWS = 500;

/** Adds `list`. */
export function addList({ add, run }: Registry, cli: Cli): void {
  add('list', 'list running releases', 'list --all')
    .option('-a, --all', 'closed ones too')
    .addOption(outputOption())
    .action(run((options: { all?: boolean; output: OutputFormat }) => list(cli, options)));
}

async function list(
  cli: Cli,
  { all = false, output }: { all?: boolean; output: OutputFormat },
): Promise<ExitCode> {
  const temporal = await connectTemporal(cli.env);
  try {
    const rows: ReleaseRow[] = [];
    for await (const info of temporal.client.workflow.list({ query: releasesQuery(all) })) {
      if (rows.length === MOST_ROWS) break;
      rows.push(rowOf(info));
    }
    if (output === 'json') print(cli, JSON.stringify(rows, null, 2));
    else for (const line of renderRows(rows, cli.now())) print(cli, line);
    if (rows.length === 0 && output === 'text')
      say(cli, all ? 'no releases' : 'no running releases; --all lists closed ones too');
    if (rows.length === MOST_ROWS) say(cli, `only the first ${MOST_ROWS} are listed`);
    return EXIT.ok;
  } finally {
    await temporal.close();
  }
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
