/**
 * Gives no answer to a query that was handed over with news and without a workflow task.
 *
 * A query that waited for a worker comes with the history as it is by then: what came after the last workflow task is in
 * it, and no task of its own. The SDK's core (1.24) runs the workflow on that nevertheless, at the time of the task
 * before, and keeps the outcome for the task that follows. A decision by time, or the order of commands, is then
 * another than in every later replay, and the release fails for ever with "Nondeterminism error". Refused here, the
 * query is answered with this error and the run is forgotten; the task that follows begins from the history.
 */
import { type WorkflowInterceptors, workflowInfo } from '@temporalio/workflow';
import { ASK_AGAIN } from './messages.js';

/** The core's name for a query that is a task of its own, and not brought along by a workflow task. */
const ALONE = 'legacy_query';
/**
 * News that is told with a time this long ago, milliseconds, is taken to have no task. It only matters
 * where tasks without commands lie between (the core tells nothing of them); else the times are the same.
 */
const SUSPICIOUS_MS = 1_000;

/** For `workflowInterceptorModules`: whoever makes a bundle of the workflows puts it in. */
export function interceptors(): WorkflowInterceptors {
  let replayedAt: string | null = null;
  /** Ends of the history that were new, since the replay on this worker began. */
  const news = new Set<number>();
  let isStale = false;
  return {
    internals: [
      {
        activate(input, next) {
          const { jobs, isReplaying, historyLength, timestamp } = input.activation;
          const queries = jobs?.flatMap(({ queryWorkflow }) => queryWorkflow ?? []) ?? [];
          // A real task may look the same: that query fails in vain, and the next one does not.
          if (isStale && news.size === 1 && queries.some(({ queryId }) => queryId === ALONE))
            throw new Error(ASK_AGAIN);
          if (queries.length > 0) return next(input);
          const at = `${timestamp?.seconds}.${timestamp?.nanos}`;
          if (isReplaying) replayedAt = at;
          else if (news.size === 0 && replayedAt !== null) {
            const toldMs = Number(timestamp?.seconds) * 1_000 + Number(timestamp?.nanos) / 1e6;
            const age = workflowInfo().unsafe.now() - toldMs;
            isStale = at === replayedAt || age > SUSPICIOUS_MS;
          }
          if (!isReplaying) news.add(historyLength ?? 0);
          next(input);
        },
      },
    ],
  };
}
