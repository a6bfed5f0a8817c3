/** The read-only preflight of a plan, on a worker, because tokens and health providers are there. */
import type { ReleasePlan } from '../domain/plan.js';
import type { Finding } from '../domain/preflight.js';
import { CHECK_WORKFLOW } from '../workflows/messages.js';
import { askWorker } from './ask-worker.js';
import type { Temporal } from './connection.js';

/**
 * Asks a worker whether a start would go well; changes nothing.
 * @throws ReleaseError underWay when `stop` fired before a worker has answered; the check is called off then
 */
export async function checkPlan(
  temporal: Temporal,
  plan: ReleasePlan,
  stop: AbortSignal,
): Promise<Finding[]> {
  return askWorker(temporal, { workflow: CHECK_WORKFLOW, what: 'check', plan, input: { plan } }, stop);
}
