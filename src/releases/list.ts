/** Releases in pages, as the server lists them: no worker is asked. */
import { executionInfoFromRaw } from '@temporalio/client/lib/helpers.js';
import { RELEASE_SEARCH_ATTRIBUTES } from '../domain/search-attributes.js';
import { GRPC, grpcCode, reasonOf } from '../servers/grpc.js';
import { createCommand, missingSearchAttributes } from '../servers/search-attributes.js';
import type { Temporal } from './connection.js';
import { ReleaseError } from './errors.js';
import { type Cursor, isBefore, type Place, readCursor, writeCursor } from './list-cursor.js';
import { type Asked, isEmpty, matcherOf, queryOf, type ReleaseFilter } from './list-filter.js';
import { type ReleaseRow, rowOf } from './visibility.js';

export interface Page {
  rows: ReleaseRow[];
  /** What to ask with for the next page; null at the end. */
  next: string | null;
}

export interface Paging {
  /** Rows at most, 1 to 1,000. */
  limit: number;
  /** `next` of the page before. */
  cursor?: string | null | undefined;
}

/** A row weighs about a kilobyte, and gRPC takes four megabytes at once. */
export const MOST_ROWS = 1_000;
/** Rows of the server's that are looked through for one page of ours. */
const LOOKED_AT = 500;
const MOST_PAGES = 20;
/** How long the server has for one of its pages, milliseconds. */
const ANSWER_MS = 10_000;

/**
 * One page of releases and rollbacks: those that run, the latest begun first, then the closed ones, the latest closed first.
 *
 * The server's lists are *eventually consistent*: a release that was started, stepped up or closed a moment ago may be
 * missing or stand as it was, for a second usually. `readRelease` tells how it is. Between two pages a release may close,
 * and so be met twice; none that stays as it is is left out.
 *
 * A filter that the server cannot say (a scope of more than 100 apps, a value with quotes) is applied here: up to 10,000
 * rows are looked through for a page, and when they are through it is answered as it is, perhaps empty, with `next`.
 * @throws ReleaseError usage for a limit, a moment or a cursor that is none, and for a filter by a search attribute that
 *   the server does not have, with the command that registers it; errors of the connection as they are
 */
export async function listReleases(
  temporal: Temporal,
  filter: ReleaseFilter,
  { limit, cursor }: Paging,
): Promise<Page> {
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST_ROWS)
    throw new ReleaseError('usage', `the limit must be a whole number from 1 to ${MOST_ROWS}`);
  const asked = queryOf(filter);
  const list = JSON.stringify([asked.query, filter.app, filter.version, filter.apps?.toSorted()]);
  const begun: Cursor = cursor ? readCursor(cursor, list) : { token: null, after: null };
  if (isEmpty(filter)) return { rows: [], next: null };
  const matches = matcherOf(filter);
  const rows: ReleaseRow[] = [];
  let at = begun;
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const page = await pageOf(temporal, asked, asked.loose ? LOOKED_AT : limit - rows.length, at);
    for (const { row, place } of page.rows) {
      if (!matches(row)) continue;
      if (rows.length === limit) return { rows, next: writeCursor(at, list) };
      rows.push(row);
      at = { ...at, after: place };
    }
    if (page.token === null) return { rows, next: null };
    at = { token: page.token, after: null };
    if (rows.length === limit) break;
  }
  return { rows, next: writeCursor(at, list) };
}

interface Placed {
  row: ReleaseRow;
  place: Place;
}

/** One page of the server's, from where the cursor is. */
async function pageOf(
  temporal: Temporal,
  asked: Asked,
  pageSize: number,
  { token, after }: Cursor,
): Promise<{ rows: Placed[]; token: string | null }> {
  const { client, connection, namespace } = temporal;
  const answer = await connection
    .withDeadline(Date.now() + ANSWER_MS, () =>
      connection.workflowService.listWorkflowExecutions({
        namespace,
        query: asked.query,
        pageSize,
        nextPageToken: token === null ? null : Buffer.from(token, 'base64'),
      }),
    )
    .catch((error: unknown) => refuseAttributes(temporal, asked, error));
  const rows = await Promise.all(
    answer.executions.map(async (raw): Promise<Placed> => {
      const info = await executionInfoFromRaw(
        raw,
        client.workflow.options.loadedDataConverter,
        raw,
        namespace,
      );
      const place = {
        closed: nanoseconds(raw.closeTime),
        started: nanoseconds(raw.startTime) ?? '0',
        runId: info.runId,
      };
      return { row: rowOf(info), place };
    }),
  );
  const next = answer.nextPageToken;
  return {
    rows: after === null ? rows : behind(rows, after),
    token: next?.length ? Buffer.from(next).toString('base64') : null,
  };
}

/** The rows behind a place. By their order only when that row has left it: who knows whether all servers have the same. */
function behind(rows: Placed[], after: Place): Placed[] {
  const last = rows.findIndex(({ place }) => place.runId === after.runId && place.closed === after.closed);
  return last >= 0 ? rows.slice(last + 1) : rows.filter(({ place }) => !isBefore(place, after));
}

/** @throws ReleaseError usage when a search attribute is what is missing; else the error itself */
async function refuseAttributes(
  { connection, namespace }: Temporal,
  { attributes }: Asked,
  error: unknown,
): Promise<never> {
  if (grpcCode(error) !== GRPC.invalidArgument || attributes.length === 0) throw error;
  const wanted = Object.fromEntries(attributes.map((name) => [name, RELEASE_SEARCH_ATTRIBUTES[name]]));
  // Where the server does not tell which there are, its refusal must do.
  const missing =
    (await missingSearchAttributes(connection, namespace, wanted).catch(() => null)) ?? attributes;
  if (missing.length === 0) throw error;
  throw new ReleaseError(
    'usage',
    `namespace ${namespace} has no search attribute ${missing.join(', ')} to filter by: ${reasonOf(error)}`,
    createCommand(namespace, wanted, missing),
    { cause: error },
  );
}

type Time = NonNullable<
  Awaited<
    ReturnType<Temporal['connection']['workflowService']['listWorkflowExecutions']>
  >['executions'][number]['closeTime']
>;

function nanoseconds(time: Time | null | undefined): string | null {
  return time?.seconds == null
    ? null
    : String(BigInt(String(time.seconds)) * 1_000_000_000n + BigInt(time.nanos ?? 0));
}
