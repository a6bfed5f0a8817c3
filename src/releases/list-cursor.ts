/** Where a list goes on: a page of the server's, and the row on it after which nothing was answered yet. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ReleaseError } from './errors.js';

/** A place in the server's order: those that run first, then the latest closed, then the latest begun. */
export interface Place {
  /** Nanoseconds since the epoch, in digits: a page may hold several rows of one millisecond. Null while it runs. */
  closed: string | null;
  started: string;
  runId: string;
}

export interface Cursor {
  /** The server's own token; null for the first page. */
  token: string | null;
  /** The last row of that page that was answered; null when none was. */
  after: Place | null;
}

const nanoseconds = z.string().regex(/^\d{1,19}$/);
const schema = z.tuple([
  z.base64().nullable(),
  z
    .strictObject({ closed: nanoseconds.nullable(), started: nanoseconds, runId: z.string().max(100) })
    .nullable(),
]);

/** A cursor as text for addresses. `list` is what is listed: of another list a cursor would lead nowhere. */
export function writeCursor({ token, after }: Cursor, list: string): string {
  const text = JSON.stringify([token, after]);
  return Buffer.from(`${checkOf(text, list)}${text}`).toString('base64url');
}

/** @throws ReleaseError usage for what `writeCursor` has not made of this list */
export function readCursor(cursor: string, list: string): Cursor {
  const text = Buffer.from(cursor, 'base64url').toString();
  const [check, rest] = [text.slice(0, CHECK_LENGTH), text.slice(CHECK_LENGTH)];
  const parsed = check === checkOf(rest, list) ? schema.safeParse(jsonOf(rest)) : null;
  if (!parsed?.success)
    throw new ReleaseError(
      'usage',
      'the cursor is damaged, or of a list that was asked for in another way',
      'leave it out to begin at the first page',
    );
  const [token, after] = parsed.data;
  return { token, after };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const CHECK_LENGTH = 16;

/** It finds mistakes; it keeps no secret, since a cursor opens nothing that its list would not show. */
function checkOf(text: string, list: string): string {
  return createHash('sha256').update(`${list}\n${text}`).digest('hex').slice(0, CHECK_LENGTH);
}

/** Whether a row stands before a place, or is it. */
export function isBefore(row: Place, place: Place): boolean {
  if (row.runId === place.runId) return true;
  if (row.closed !== place.closed)
    return place.closed !== null && (row.closed === null || BigInt(row.closed) > BigInt(place.closed));
  return BigInt(row.started) > BigInt(place.started);
}
