/** Tries out whom a plan tells, on a worker, because addresses and secrets are there. */
import type { ReleasePlan } from '../domain/plan.js';
import {
  TEST_NOTIFICATIONS_WORKFLOW,
  type TestedChannel,
  type TestNotificationsInput,
} from '../workflows/messages.js';
import { askWorker } from './ask-worker.js';
import type { Temporal } from './connection.js';

/**
 * Sends one test message to each channel of a plan, or to one of them (counted from 1).
 * @throws ReleaseError underWay when `stop` fired before a worker has answered; the test is called off then
 */
export async function tryChannels(
  temporal: Temporal,
  { app, version, description, notify }: ReleasePlan,
  channel: number | undefined,
  stop: AbortSignal,
): Promise<TestedChannel[]> {
  const plan = { app, version, description, notify };
  const input: TestNotificationsInput = { plan, ...(channel === undefined ? {} : { channel }) };
  const what = 'notifications test';
  return askWorker(temporal, { workflow: TEST_NOTIFICATIONS_WORKFLOW, what, plan, input }, stop);
}
