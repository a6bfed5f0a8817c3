/** Reads what evidence is made of from the server: the status, and the histories of all the release's runs. */
import type { Temporal } from '../connection.js';
import { ReleaseError } from '../errors.js';
import { handleOf, readRelease, type Target } from '../read.js';
import { evidenceOf } from './evidence.js';
import { type RecordedEvent, type Recordings, recordingsOf } from './recordings.js';
import type { Evidence } from './schema.js';

/** A release goes on as a new run only under a storm of messages; this many are beyond any. */
const MOST_RUNS = 100;

/** @throws ReleaseError when there is no such release, or nobody can tell its status */
export async function readEvidence(temporal: Temporal, target: Target): Promise<Evidence> {
  const reading = await readRelease(temporal, target);
  if (reading.kind === 'silent' || reading.kind === 'lost')
    throw new ReleaseError(
      reading.kind === 'silent' ? 'silent' : 'closed',
      `there is no evidence of ${target.app} without its status: ${reading.why}`,
      `weapp-rollout history ${target.app} --runs   shows its runs; --run names another one`,
    );
  const runs: { runId: string; recordings: Recordings }[] = [];
  let run: string | null = reading.runId;
  while (run !== null && runs.length < MOST_RUNS) {
    const history = await handleOf(temporal, { app: target.app, run }).fetchHistory();
    const recordings: Recordings = recordingsOf((history.events ?? []) as RecordedEvent[]);
    runs.unshift({ runId: run, recordings });
    run = recordings.before;
  }
  return evidenceOf(reading.status, runs);
}
