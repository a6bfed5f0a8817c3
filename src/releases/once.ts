/** Starts that are asked for again: found by the key that the first of them left in its run's memo. */
import { createHash } from 'node:crypto';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { Temporal } from './connection.js';
import { ReleaseError } from './errors.js';
import { handleOf } from './read.js';
import { runsOf } from './runs.js';
import type { ReleaseMemo } from './visibility.js';

/** What makes two requests the same. */
export interface Once {
  /** Chosen by whoever asks; one for each Mini Program and start. 1 to 255 characters. */
  key: string;
  /** `planHashOf` the plan, or the hash of another request. */
  planHash: string;
  /** What whoever asks calls the key. */
  called: 'Idempotency-Key' | 'command id';
}

/** A run that was started with a key, as its memo has it. */
export interface Before {
  /** Where it went on in a new run, that one. */
  runId: string;
  memo: Partial<ReleaseMemo>;
}

/** Older runs than these are not looked through. */
const MOST_RUNS = 1_000;
const LONGEST_KEY = 255;
/** How long the server has to tell of runs, milliseconds. */
const ANSWER_MS = 10_000;

/**
 * The run that was started with this key, also when it is closed; null when there is none. The latest run is asked for
 * itself; older ones are found in the server's list, a second or so after they were started, for as long as it keeps them.
 * @throws ReleaseError usage when the key is none; keyReused when it was used for something else
 */
export async function startedBefore(temporal: Temporal, app: string, once: Once): Promise<Before | null> {
  const { key, called } = once;
  if (key.length === 0 || key.length > LONGEST_KEY || /^\s|\p{C}|\s$/u.test(key))
    throw new ReleaseError(
      'usage',
      `the ${called} must be 1 to ${LONGEST_KEY} characters, without control characters and without space around it`,
    );
  const latest = await memoOf(temporal, app);
  if (latest === null) return null;
  if (latest.memo.idempotencyKey === key) return sameAs(once, latest);
  const older = await limited(temporal, () => olderRun(temporal, app, key));
  return older === null ? null : sameAs(once, older);
}

/** A run and its memo: the latest one, or the one that is named. Null when there is none. */
export async function memoOf(temporal: Temporal, app: string, run?: string): Promise<Before | null> {
  try {
    const described = () => handleOf(temporal, { app, run }).describe();
    const { runId, memo } = await limited(temporal, described);
    return { runId, memo: memo ?? {} };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}

/** @throws ReleaseError keyReused when it was started with another plan */
export function sameAs({ planHash, key, called }: Once, before: Before): Before {
  if (before.memo.planHash === planHash) return before;
  const other = called === 'command id' ? 'something else' : 'another plan';
  throw new ReleaseError(
    'keyReused',
    `this ${called} was used for ${other}: ${JSON.stringify(key)} started run ${before.runId}`,
    `take another ${called} for what is to be started now`,
  );
}

/**
 * The request id of a start. The server answers the same run for it, as long as that is the app's latest, so that of two
 * equal starts at once one starts it. As a UUID of version 8, which is for ids made in a way of one's own (RFC 9562).
 */
export function requestIdOf(app: string, key: string): string {
  const bytes = createHash('sha256').update(`weapp-rollout start\n${app}\n${key}`).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [8, 12, 16, 20].reduceRight((text, at) => `${text.slice(0, at)}-${text.slice(at)}`, hex);
}

async function olderRun(temporal: Temporal, app: string, key: string): Promise<Before | null> {
  let found: (Before & { startTime: Date }) | null = null;
  for await (const { runId, memo = {}, startTime } of runsOf(temporal, app, MOST_RUNS)) {
    // Of several the last: a release that went on in a new run took its memo along, and can be read there.
    const isLater = found === null || startTime > found.startTime;
    if (memo.idempotencyKey === key && isLater) found = { runId, memo, startTime };
  }
  return found;
}

function limited<T>({ connection }: Temporal, call: () => Promise<T>): Promise<T> {
  return connection.withDeadline(Date.now() + ANSWER_MS, call);
}
