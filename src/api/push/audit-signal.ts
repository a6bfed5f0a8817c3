/** How an audit result reaches a release: a signal through a Temporal client. */
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { auditResultSignal, releaseWorkflowId } from '../../workflows/messages.js';
import type { SignalAudit } from './options.js';

/** WeChat waits five seconds for everything together. Milliseconds. */
const DEADLINE_MS = 3_000;

/**
 * Signals the open release of an app; resolves once Temporal has stored the signal. Rejects with the client's errors,
 * after `deadlineMs` at the latest.
 */
export function auditSignal(client: Client, deadlineMs = DEADLINE_MS): SignalAudit {
  return async (app, result) => {
    const handle = client.workflow.getHandle(releaseWorkflowId(app));
    try {
      await client.withDeadline(Date.now() + deadlineMs, () => handle.signal(auditResultSignal, result));
      return 'signalled';
    } catch (error) {
      // There never was one, or it has ended.
      if (error instanceof WorkflowNotFoundError) return 'noRelease';
      throw error;
    }
  };
}
