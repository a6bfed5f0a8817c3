/** Brings a measurement to a release. */
import { WorkflowNotFoundError, WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import type { ReleaseStatus } from '../domain/status.js';
import { type HealthReportInput, healthReportSignal, healthReportUpdate } from '../workflows/messages.js';
import type { Temporal } from './connection.js';
import { closedError, updateError } from './deliver.js';
import { isOutOfSignals, isSilence, ReleaseError } from './errors.js';
import { handleOf, type Target } from './read.js';

/** How long a worker has to take an Update, milliseconds. */
const UPDATE_MS = 10_000;

/**
 * Resolves once Temporal has it, with no worker up, too; what the release makes of it is in its status. A run that has
 * taken its 10,000 signals takes an Update instead, which needs a worker.
 * @param called what whoever reports calls it, for the error
 * @throws ReleaseError closed, noRelease; refused, or silent when no worker took the Update
 */
export async function sendReport(
  temporal: Temporal,
  target: Target,
  sent: HealthReportInput,
  called: string,
): Promise<void> {
  try {
    await handleOf(temporal, target)
      .signal(healthReportSignal, sent)
      .catch(async (error: unknown) => {
        if (!isOutOfSignals(error)) throw error;
        await update(temporal, target, sent, called);
      });
  } catch (error) {
    throw error instanceof WorkflowNotFoundError ? await closedError(temporal, target, called) : error;
  }
}

async function update(temporal: Temporal, target: Target, sent: HealthReportInput, called: string) {
  const { commandId } = sent;
  const options = { args: [sent] as [HealthReportInput], ...(commandId ? { updateId: commandId } : {}) };
  try {
    await temporal.connection.withDeadline(Date.now() + UPDATE_MS, () =>
      handleOf(temporal, target).executeUpdate<ReleaseStatus, [HealthReportInput]>(
        healthReportUpdate.name,
        options,
      ),
    );
  } catch (error) {
    if (!(error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) && !isSilence(error))
      throw await updateError(error, temporal, target, called);
    throw new ReleaseError(
      'silent',
      `${called}: no worker has taken it yet, and a release that has had its 10,000 signals keeps none for one`,
      'send it again when a worker is up',
      { cause: error },
    );
  }
}
