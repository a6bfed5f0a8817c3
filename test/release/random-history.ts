/** A release's own history, over all of its runs, as far as the rules speak of it. */
import type { Client, WorkflowHandle } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { dataConverter, workflowBundle } from '../support/temporal.js';

/** An activity that was scheduled, or ended. Moments are milliseconds since the epoch. */
export interface HistoryEvent {
  type: 'scheduled' | 'completed';
  activity: string;
  /** The workflow's own time when it decided so (scheduled), or the server's (completed). */
  at: number;
  /** Of all runs, in order. */
  order: number;
  /** The input, or the result. */
  data: Record<string, unknown>;
}

/** One run as the server keeps it, by its run id. */
export interface Recorded {
  workflowId: string;
  history: NonNullable<Awaited<ReturnType<WorkflowHandle['fetchHistory']>>>;
}

/** Why a run does not replay as it was decided, by its run id. */
export async function replayErrors(recorded: readonly Recorded[]): Promise<Map<string, string>> {
  const errors = new Map<string, string>();
  const options = { workflowBundle: workflowBundle(), dataConverter };
  for await (const { workflowId, error } of Worker.runReplayHistories(options, recorded))
    if (error !== undefined) errors.set(workflowId, error.message);
  return errors;
}

export async function historyOf(
  client: Client,
  workflowId: string,
  firstRunId: string,
): Promise<{ history: HistoryEvent[]; histories: Recorded[]; text: string }> {
  const history: HistoryEvent[] = [];
  const histories: Recorded[] = [];
  let text = '';
  let next: string | null | undefined = firstRunId;
  while (next) {
    const runId: string = next;
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    const all = events ?? [];
    histories.push({ workflowId: runId, history: { events: all } });
    text += JSON.stringify(all, readable);
    const timeOf = (id: unknown): number =>
      Number(all[Number(id) - 1]?.eventTime?.seconds ?? 0) * 1_000 +
      (all[Number(id) - 1]?.eventTime?.nanos ?? 0) / 1e6;
    for (const event of all) {
      const scheduled = event.activityTaskScheduledEventAttributes;
      const completed = event.activityTaskCompletedEventAttributes;
      if (scheduled) {
        const task =
          all[Number(scheduled.workflowTaskCompletedEventId) - 1]?.workflowTaskCompletedEventAttributes;
        history.push({
          type: 'scheduled',
          activity: scheduled.activityType?.name ?? '',
          at: Math.floor(timeOf(task?.startedEventId)),
          order: history.length,
          data: decoded(scheduled.input?.payloads?.[0]?.data),
        });
      }
      if (completed) {
        const begun = all[Number(completed.scheduledEventId) - 1]?.activityTaskScheduledEventAttributes;
        history.push({
          type: 'completed',
          activity: begun?.activityType?.name ?? '',
          at: Math.floor(timeOf(event.eventId)),
          order: history.length,
          data: decoded(completed.result?.payloads?.[0]?.data),
        });
      }
    }
    next = all.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
  }
  return { history, histories, text };
}

function decoded(data: Uint8Array | null | undefined): Record<string, unknown> {
  if (!data || data.length === 0) return {};
  const value: unknown = JSON.parse(Buffer.from(data).toString('utf8'));
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** Bytes as the text that they are. */
function readable(_key: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  const buffer = value as { type?: unknown; data?: unknown } | null;
  return buffer?.type === 'Buffer' && Array.isArray(buffer.data)
    ? Buffer.from(buffer.data).toString('utf8')
    : value;
}
