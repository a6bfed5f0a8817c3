/** Brings a measurement to a release. */
import { WorkflowNotFoundError } from '@temporalio/client';
import type { ReleaseStatus } from '../domain/status.js';
import { type HealthReportInput, healthReportSignal, healthReportUpdate } from '../workflows/messages.js';
import type { Temporal } from './connection.js';
import { closedError } from './deliver.js';
import { isRefusedByLimit } from './errors.js';
import { handleOf, type Target } from './read.js';

/**
 * Resolves once Temporal has it; what the release makes of it is in its status.
 * @param called what whoever reports calls it, for the error
 * @throws ReleaseError closed, noRelease
 */
export async function sendReport(
  temporal: Temporal,
  target: Target,
  sent: HealthReportInput,
  called: string,
): Promise<void> {
  const handle = handleOf(temporal, target);
  try {
    await handle.signal(healthReportSignal, sent);
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) throw await closedError(temporal, target, called);
    // A run takes 10,000 signals and not one more; an Update still reaches it.
    if (!isRefusedByLimit(error)) throw error;
    const { name } = healthReportUpdate;
    await handle.executeUpdate<ReleaseStatus, [HealthReportInput]>(name, { args: [sent] });
  }
}
