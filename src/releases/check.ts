/** The read-only preflight of a plan, on a worker, because tokens and health providers are there. */
import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import type { ReleasePlan } from '../domain/plan.js';
import type { Finding } from '../domain/preflight.js';
import { CHECK_WORKFLOW, TASK_QUEUE } from '../workflows/messages.js';
import type { Temporal } from './connection.js';
import { ReleaseError } from './errors.js';
import { fired } from './waiting.js';

/**
 * Asks a worker whether a start would go well; changes nothing.
 * @throws ReleaseError underWay when `stop` fired before a worker has answered; the check is called off then
 */
export async function checkPlan(
  { client }: Temporal,
  plan: ReleasePlan,
  stop: AbortSignal,
): Promise<Finding[]> {
  const handle: WorkflowHandle = await client.workflow.start(CHECK_WORKFLOW, {
    workflowId: `check:${plan.app}:${randomUUID()}`,
    taskQueue: TASK_QUEUE,
    args: [{ plan }],
    staticSummary: `check ${plan.version} for ${plan.app}`,
    workflowExecutionTimeout: '1h',
  });
  const result = await Promise.race([handle.result(), fired(stop)]);
  if (stop.aborted) {
    await handle.terminate('nobody waits for the answer any more');
    throw new ReleaseError('underWay', 'stopped waiting; the check was called off');
  }
  return result as Finding[];
}
