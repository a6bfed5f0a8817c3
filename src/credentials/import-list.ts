/** Imports what WeChat lists: page by page, several Mini Programs at once, each stored by itself. */
import type { AuthorizerStore } from '../database/authorizer-store.js';
import { WechatError } from '../wechat/errors.js';
import { CODE, hasCode } from './authorizer-tokens.js';
import { type Imported, type ImportRow, importRow } from './import.js';
import type { ListedAuthorizer, PlatformCalls } from './platform-calls.js';

export interface ImportListOptions {
  component: string;
  store: AuthorizerStore;
  calls: PlatformCalls;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** No further Mini Program is begun after it has fired. */
  signal?: AbortSignal;
  /** Called for each; `total` is what WeChat said last. */
  onImported: (imported: ListImported, done: number, total: number) => void;
}

export interface ListImported {
  app: string;
  result: Imported;
  /** It is listed, and WeChat refuses calls for it (61003). */
  refused: boolean;
  /** Why its name and permission sets are not known; its token is stored. */
  problem: string | null;
}

/** api_get_authorizer_list gives 500 at most. */
const PAGE = 500;
const AT_ONCE = 4;

/**
 * Imports all. Answers whether it came to the end: false when the signal stopped it.
 * @throws WechatError for what concerns all Mini Programs alike, DatabaseError; what is stored by then stays
 */
export async function importList(options: ImportListOptions): Promise<boolean> {
  const { calls, now, signal } = options;
  const seen = new Set<string>();
  let done = 0;
  for (let offset = 0; ; offset += PAGE) {
    if (signal?.aborted) return false;
    const readAt = now();
    const { total, list } = await calls.authorizerList({ offset, count: PAGE });
    // Someone who authorises meanwhile may push others to the next page.
    const page = list.filter(({ app }) => !seen.has(app));
    for (const { app } of page) seen.add(app);
    await each(page, async (listed) => {
      if (signal?.aborted) return;
      const imported = await importOne(options, listed, readAt);
      done += 1;
      options.onImported(imported, done, Math.max(total, done));
    });
    if (signal?.aborted && done < total) return false;
    if (list.length === 0 || offset + PAGE >= total) return true;
  }
}

/** A few at a time; the first failure ends it when those in hand have ended. */
async function each<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const failures: unknown[] = [];
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      try {
        await work(item);
      } catch (error) {
        failures.push(error);
        queue.length = 0;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  if (failures.length > 0) throw failures[0];
}

async function importOne(
  { calls, store, component, now }: ImportListOptions,
  listed: ListedAuthorizer,
  readAt: number,
): Promise<ListImported> {
  const { known, refused, problem } = await ask(calls, listed.app);
  const row: ImportRow = { ...listed, ...known, refused };
  const result = await importRow(store, row, { component, readAt, source: 'wechat', now });
  return { app: listed.app, result, refused, problem };
}

async function ask(
  calls: PlatformCalls,
  app: string,
): Promise<{ known: Partial<ImportRow>; refused: boolean; problem: string | null }> {
  try {
    const { originalId, nickName, permissionSets } = await calls.authorizerInfo(app);
    return { known: { originalId, nickName, permissionSets }, refused: false, problem: null };
  } catch (error) {
    if (hasCode(error, CODE.notAuthorized)) return { known: {}, refused: true, problem: null };
    if (!(error instanceof WechatError) || concernsAll(error)) throw error;
    return { known: {}, refused: false, problem: error.failure.meaning };
  }
}

/** No token, no quota, a wrong address: the next one would fail in the same way. */
function concernsAll({ failure }: WechatError): boolean {
  return failure.kind === 'credential' || ['quota', 'permission', 'refreshToken'].includes(failure.action);
}
