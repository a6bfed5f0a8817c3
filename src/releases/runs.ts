/** An app's runs, as far back as the server keeps them. */
import type { WorkflowExecutionInfo } from '@temporalio/client';
import { releaseWorkflowId } from '../workflows/messages.js';
import type { Temporal } from './connection.js';
import { isPlain } from './list-filter.js';
import { readRelease } from './read.js';
import { type ReleaseRow, rowOf } from './visibility.js';

/** More are not listed. */
export const MOST_RUNS = 200;

/** An app's runs as the server lists them, in its order, `most` of them; none of an app that no query can name. */
export async function* runsOf(
  { client }: Temporal,
  app: string,
  most: number,
): AsyncGenerator<WorkflowExecutionInfo> {
  const id = releaseWorkflowId(app);
  // Such a name was never started.
  if (!isPlain(id)) return;
  let listed = 0;
  for await (const info of client.workflow.list({ query: `WorkflowId = '${id}'`, pageSize: most })) {
    if (listed++ === most) return;
    yield info;
  }
}

/** The latest first, 200 at most. */
export async function listRuns(temporal: Temporal, app: string): Promise<ReleaseRow[]> {
  const rows: ReleaseRow[] = [];
  for await (const info of runsOf(temporal, app, MOST_RUNS)) rows.push(rowOf(info));
  const runs = await Promise.all(rows.map((row) => withOutcome(temporal, row)));
  return runs.toSorted((one, other) => other.startedAt - one.startedAt);
}

/** On a server without our search attributes only the result tells how a run ended. */
async function withOutcome(temporal: Temporal, row: ReleaseRow): Promise<ReleaseRow> {
  if (row.state !== 'completed' || row.outcome !== null) return row;
  const reading = await readRelease(temporal, { app: row.app, run: row.runId }).catch(() => null);
  if (reading?.kind !== 'closed') return row;
  const { outcome, version, percentage } = reading.status;
  return { ...row, outcome, version, percentage };
}
