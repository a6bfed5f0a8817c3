/** An app's runs, as far back as the server keeps them. */
import { releaseWorkflowId } from '../workflows/messages.js';
import type { Temporal } from './connection.js';
import { readRelease } from './read.js';
import { type ReleaseRow, rowOf } from './visibility.js';

/** More are not listed. */
export const MOST_RUNS = 200;

/** The latest first, 200 at most. */
export async function listRuns(temporal: Temporal, app: string): Promise<ReleaseRow[]> {
  const rows: ReleaseRow[] = [];
  const id = releaseWorkflowId(app).replaceAll('\\', '\\\\').replaceAll("'", "\\'");
  for await (const info of temporal.client.workflow.list({ query: `WorkflowId = '${id}'` })) {
    if (rows.length === MOST_RUNS) break;
    rows.push(rowOf(info));
  }
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
