/** Looks at a release again and again until it ends or someone stops looking. */
import type { ReleaseStatus } from '../domain/status.js';
import type { Temporal } from './connection.js';
import { isSilence } from './errors.js';
import { type Aside, type Reading, readRelease, type Target } from './read.js';
import { pause } from './waiting.js';

/** Whoever is told what is seen. */
export interface Follower {
  /** The latest status, the running guard's measurements in it, and what the server knows beside it. */
  seen(status: ReleaseStatus, aside?: Aside): void;
  /** Nothing new can be seen, and why; null when it can again. */
  silence(why: string | null): void;
}

/** What tells whether a status is news: all of it but the rest of a soak, which counts down by itself. */
export function newsOf(status: ReleaseStatus): string {
  return JSON.stringify(status, (key, value: unknown) => (key === 'remainingMs' ? null : value));
}

/** How often a release is looked at, milliseconds. */
export const LOOK_EVERY_MS = 1_000;

/**
 * Follows one run until it is closed or lost, or the signal fires; answers the last reading, null when there was none.
 * A server that goes away for a while is waited for; `readRelease`'s other errors are thrown.
 */
export async function follow(
  temporal: Temporal,
  target: Target,
  follower: Follower,
  interrupted: AbortSignal,
): Promise<Reading | null> {
  let run = target.run;
  let last: Reading | null = null;
  while (!interrupted.aborted) {
    const begun = performance.now();
    try {
      last = await readRelease(temporal, { app: target.app, run });
      // Another release may follow under the same id; this one is followed to its end.
      run = last.runId;
      follower.silence(last.kind === 'silent' ? last.why : null);
      if (last.kind === 'open') follower.seen(last.live, last.aside);
      if (last.kind === 'closed') follower.seen(last.status);
      if (last.kind === 'closed' || last.kind === 'lost') return last;
    } catch (error) {
      if (!isSilence(error)) throw error;
      follower.silence('the Temporal server does not answer; trying again');
    }
    await pause(Math.max(200, LOOK_EVERY_MS - (performance.now() - begun)), interrupted);
  }
  return last;
}
