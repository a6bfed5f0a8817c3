/** Asks a worker something about a plan: a short workflow, because tokens, addresses and secrets are there and not here. */
import { randomUUID } from 'node:crypto';
import { WorkflowFailedError, type WorkflowHandle, WorkflowNotFoundError } from '@temporalio/client';
import { reasonOf } from '../servers/grpc.js';
import { TASK_QUEUE } from '../workflows/messages.js';
import type { Temporal } from './connection.js';
import { ReleaseError } from './errors.js';
import { fired } from './waiting.js';

export interface Question {
  workflow: string;
  /** A noun, for whoever sees it: `check`. */
  what: string;
  plan: { app: string; version: string };
  /** The workflow's one argument. */
  input: unknown;
}

/**
 * The worker's answer.
 * @throws ReleaseError refused when the worker could not tell; underWay when `stop` fired before a worker has answered; the question is called off then
 */
export async function askWorker<Answer>(
  { client }: Temporal,
  { workflow, what, plan, input }: Question,
  stop: AbortSignal,
): Promise<Answer> {
  const handle: WorkflowHandle = await client.workflow.start(workflow, {
    workflowId: `${workflow}:${plan.app}:${randomUUID()}`,
    taskQueue: TASK_QUEUE,
    args: [input],
    staticSummary: `${what} ${plan.version} for ${plan.app}`,
    workflowExecutionTimeout: '1h',
  });
  const answer = handle.result().catch((error: unknown) => {
    if (!(error instanceof WorkflowFailedError)) throw error;
    throw new ReleaseError('refused', `the ${what} did not come off: ${reasonOf(error)}`, null, {
      cause: error,
    });
  });
  const result = await Promise.race([answer, fired(stop)]);
  if (stop.aborted) {
    await handle.terminate('nobody waits for the answer any more').catch((error: unknown) => {
      // It has just ended.
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    });
    throw new ReleaseError('underWay', `stopped waiting; the ${what} was called off`);
  }
  return result as Answer;
}
