/** Waits until a worker has verified the signature of an approval: only then does it count. */
import type { ReleaseStatus } from '../domain/status.js';
import type { Temporal } from './connection.js';
import type { Delivered } from './deliver.js';
import { isSilence } from './errors.js';
import { readRelease, type Target } from './read.js';
import { fired, pause } from './waiting.js';

export interface Verifying {
  verb: 'approve' | 'refuse';
  by: string;
  delivered: Delivered;
}

/** What came of a signature, in one sentence. */
export interface Verification {
  counts: boolean;
  text: string;
}

/** A verification takes well under a second with a worker up, milliseconds. */
const PATIENCE_MS = 15_000;
const LOOK_MS = 300;

/** What came of the signature; null when that is not known in time, or `stop` fired. */
export async function awaitVerified(
  temporal: Temporal,
  target: Target,
  verifying: Verifying,
  stop: AbortSignal,
): Promise<Verification | null> {
  const until = performance.now() + PATIENCE_MS;
  let { status } = verifying.delivered;
  while (!stop.aborted && performance.now() < until) {
    const said = status === null ? null : verification(status, verifying);
    if (said !== null) return said;
    await pause(LOOK_MS, stop);
    const reading = await Promise.race([
      readRelease(temporal, target).catch((error: unknown) => {
        if (isSilence(error)) return null;
        throw error;
      }),
      fired(stop),
    ]);
    if (reading && 'status' in reading) status = reading.status;
  }
  return null;
}

/** What the release's story says of the signature; null when it says nothing yet. */
function verification(
  { decisions, commands, notices, phase }: ReleaseStatus,
  { verb, by, delivered }: Verifying,
): Verification | null {
  const takenAt = commands.find(({ id }) => id === delivered.commandId)?.at ?? 0;
  // The command's own line has a way it came by; that of its verification has none.
  const line = decisions.findLast(
    (entry) =>
      entry.by === by && entry.at >= takenAt && entry.via === undefined && entry.what.startsWith(verb),
  );
  if (line?.authenticated) return { counts: true, text: `the signature of ${by} is verified and counts` };
  if (line !== undefined) return { counts: false, text: line.why };
  const late = notices.findLast((text) => text.startsWith(`${verb} by ${by} came too late`));
  if (late !== undefined) return { counts: false, text: late };
  return phase === 'closed'
    ? { counts: false, text: `${verb} does not count: the release was closed before it was verified` }
    : null;
}
