/** What a storm left in histories: no workflow task that failed for a reason of ours. */
import type { Client } from '@temporalio/client';

/**
 * The server's own races, after which it just tries again (WorkflowTaskFailedCause): a message came in while a task was
 * ending the run (UNHANDLED_COMMAND, UNHANDLED_UPDATE), or more came in during one task than it keeps back (FORCE_CLOSE_COMMAND).
 */
const RACES: readonly number[] = [1, 17, 31];

export interface Run {
  runId: string;
  events: number;
  signals: number;
  updates: number;
  /** Causes of failed workflow tasks that are no race of the server's, with their messages. */
  failed: string[];
}

/** Every run under a workflow id from the first one on. */
export async function runsOf(client: Client, workflowId: string, firstRunId: string): Promise<Run[]> {
  const runs: Run[] = [];
  let next: string | null | undefined = firstRunId;
  while (next) {
    const runId: string = next;
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    const all = events ?? [];
    runs.push({
      runId,
      events: all.length,
      signals: all.filter((event) => event.workflowExecutionSignaledEventAttributes).length,
      updates: all.filter((event) => event.workflowExecutionUpdateAcceptedEventAttributes).length,
      failed: all.flatMap(({ workflowTaskFailedEventAttributes: failed }) => {
        return failed && !RACES.includes(failed.cause ?? 0)
          ? [`cause ${failed.cause}: ${failed.failure?.message}`]
          : [];
      }),
    });
    next = all.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
  }
  return runs;
}
