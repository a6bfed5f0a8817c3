/** Reads a release, whatever state it and its workers are in. */
import { setTimeout } from 'node:timers/promises';
import {
  type WorkflowExecutionDescription,
  WorkflowFailedError,
  type WorkflowHandle,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { PHASES, type ReleaseStatus } from '../domain/status.js';
import { GRPC, grpcCode, reasonOf } from '../servers/grpc.js';
import { ASK_AGAIN, releaseWorkflowId, statusQuery } from '../workflows/messages.js';
import type { Temporal } from './connection.js';
import { isSilence, ReleaseError } from './errors.js';
import { liveHealthOf, withLiveHealth } from './live-health.js';
import { type Trying, taskFailure, tryingOf } from './pending.js';
import { type ReleaseRow, rowOf } from './visibility.js';

/** How long a worker has to answer a query, milliseconds. */
const QUERY_MS = 5_000;
const MOST_ASKED = 5;
const ASK_AGAIN_MS = 200;

export type Reading =
  /** It runs and answers; `live` is the status with the running guard's newer measurements. */
  | { kind: 'open'; runId: string; status: ReleaseStatus; live: ReleaseStatus; aside: Aside }
  | { kind: 'closed'; runId: string; status: ReleaseStatus }
  /** It runs, but no worker answers; `row` is what the server itself knows. */
  | { kind: 'silent'; runId: string; why: string; row: ReleaseRow }
  /** Temporal ended it without a result: terminated, or a bug of ours. */
  | { kind: 'lost'; runId: string; why: string; row: ReleaseRow };

/** What the server knows of a release beside its status. */
export interface Aside {
  /** The IANA zone of the plan's windows; null when there are none, or an older version started it. */
  zone: string | null;
  trying: Trying | null;
}

export interface Target {
  app: string;
  /** A run id; without it the latest run. */
  run?: string | undefined;
}

/** The handle of a release's workflow. */
export function handleOf({ client }: Temporal, { app, run }: Target): WorkflowHandle {
  return client.workflow.getHandle(releaseWorkflowId(app), run);
}

/**
 * One look at a release. A closed one is read from its result, so that no worker is needed.
 * @throws ReleaseError noRelease; errors of the connection as they are
 */
export async function readRelease(temporal: Temporal, target: Target): Promise<Reading> {
  const handle = handleOf(temporal, target);
  const description = await describe(temporal, handle, target);
  const { runId } = description;
  const row = rowOf(description);
  if (description.status.name !== 'RUNNING') return readClosed(temporal, { ...target, run: runId }, row);
  try {
    const status = await askStatus(temporal, handle);
    const { raw } = description;
    const aside: Aside = { zone: row.zone, trying: tryingOf(raw) };
    return { kind: 'open', runId, status, live: withLiveHealth(status, liveHealthOf(raw)), aside };
  } catch (error) {
    const attempts = description.raw.pendingWorkflowTask?.attempt ?? 0;
    return { kind: 'silent', runId, row, why: await whySilent(temporal, row, attempts, error) };
  }
}

/** The latest run of an app; null when there is none. */
export async function readLatest(temporal: Temporal, app: string): Promise<Reading | null> {
  try {
    return await readRelease(temporal, { app });
  } catch (error) {
    if (error instanceof ReleaseError && error.trouble === 'noRelease') return null;
    throw error;
  }
}

/** A worker that has just come up may not be where it can answer yet (src/workflows/stale-time.ts): asked again, it is. */
async function askStatus(temporal: Temporal, handle: WorkflowHandle): Promise<ReleaseStatus> {
  for (let left = MOST_ASKED; ; left--) {
    try {
      return await limited(temporal, () => handle.query(statusQuery));
    } catch (error) {
      if (left === 0 || !reasonOf(error).includes(ASK_AGAIN)) throw error;
      await setTimeout(ASK_AGAIN_MS);
    }
  }
}

async function describe(
  temporal: Temporal,
  handle: WorkflowHandle,
  { app, run }: Target,
): Promise<WorkflowExecutionDescription> {
  try {
    return await limited(temporal, () => handle.describe());
  } catch (error) {
    // A run id that is none.
    if (!(error instanceof WorkflowNotFoundError) && grpcCode(error) !== GRPC.invalidArgument) throw error;
    const which = run === undefined ? '' : ` with run ${run}`;
    throw new ReleaseError(
      'noRelease',
      `there is no release of ${app}${which} in namespace ${temporal.namespace} at ${temporal.address}`,
      '`weapp-rollout list --all` shows those there are; `weapp-rollout start PLAN` starts one',
    );
  }
}

async function readClosed(
  temporal: Temporal,
  target: Target & { run: string },
  row: ReleaseRow,
): Promise<Reading> {
  const runId = target.run;
  try {
    const result: unknown = await limited(temporal, () => handleOf(temporal, target).result());
    if (isStatus(result)) return { kind: 'closed', runId, status: result };
    return { kind: 'lost', runId, row, why: 'it ended with a result that this version cannot read' };
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    const why = `Temporal ended it (${row.state}): ${reasonOf(error)}. Nothing more is done to WeChat: look there whether a staged release runs`;
    return { kind: 'lost', runId, row, why };
  }
}

function limited<T>({ connection }: Temporal, call: () => Promise<T>): Promise<T> {
  return connection.withDeadline(Date.now() + QUERY_MS, call);
}

/**
 * A workflow task that waits for a worker is at its first attempt; one that workers fail at is not. A second attempt alone
 * proves nothing: the worker may have died over the first.
 */
async function whySilent(
  temporal: Temporal,
  run: ReleaseRow,
  attempts: number,
  error: unknown,
): Promise<string> {
  if (attempts < 2) return silenceText(error);
  // Only a help: without it the log of the worker says why.
  const failure = await limited(temporal, () => taskFailure(temporal, run)).catch(() => null);
  if (failure === null && attempts === 2) return silenceText(error);
  const why = failure === null ? 'its log says why' : `it says: ${failure}`;
  return `a worker is there and fails at this release (attempt ${attempts} of a workflow task); ${why}. A worker of the version that began it may help; Temporal's Web UI can cancel or reset it`;
}

function silenceText(error: unknown): string {
  // A task queue without pollers.
  if (isSilence(error) || grpcCode(error) === GRPC.failedPrecondition)
    return 'no worker answers; start one with `npm run worker` or `weapp-rollout up`';
  return `the worker cannot tell: ${reasonOf(error)}`;
}

function isStatus(result: unknown): result is ReleaseStatus {
  if (typeof result !== 'object' || result === null || !('phase' in result)) return false;
  return 'schemaVersion' in result && PHASES.some((phase) => phase === result.phase);
}
