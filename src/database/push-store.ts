/** Pushes of WeChat that no release waited for, kept for people who look for them. */
import type { Database } from './connection.js';
import { storable } from './storable.js';

/** A decrypted push. */
export interface UnmatchedPush {
  /** Milliseconds since the epoch. */
  receivedAt: number;
  /** Null when only the original id is known. */
  app: string | null;
  /** `gh_…`; null when the push has none. */
  originalId: string | null;
  /** Such as `weapp_audit_success`. */
  event: string;
  /** The rest of its fields. Those that could carry a secret are left out here. */
  fields: Readonly<Record<string, string | number>>;
}

export interface PushStore {
  keepUnmatched(push: UnmatchedPush): Promise<void>;
}

/** How long a push is kept, milliseconds. */
export const KEPT_MS = 90 * 24 * 3_600_000;
/** What is deleted with one push that comes in, so that none waits for a great cleaning. */
const DELETED_AT_ONCE = 100;
const MOST_FIELDS = 50;
const LONGEST_NAME = 64;
const LONGEST_VALUE = 2_000;
/** ComponentVerifyTicket, AuthorizationCode, PreAuthCode, Encrypt, Signature and whatever is called like them. */
const SECRET = /ticket|code|token|secret|encrypt|signature/i;

export function createPushStore(database: Database): PushStore {
  return {
    async keepUnmatched({ receivedAt, app, originalId, event, fields }) {
      const kept = Object.entries(fields)
        .filter(([name]) => !SECRET.test(name))
        .slice(0, MOST_FIELDS)
        .map(([name, value]) => [storable(name, LONGEST_NAME), storable(String(value), LONGEST_VALUE)]);
      await database.run(async (db) => {
        await db
          .insertInto('pushes')
          .values({
            received_at: new Date(receivedAt),
            app: app === null ? null : storable(app, LONGEST_NAME),
            original_id: originalId === null ? null : storable(originalId, LONGEST_NAME),
            event: storable(event, LONGEST_NAME),
            fields: JSON.stringify(Object.fromEntries(kept)),
          })
          .execute();
        await db
          .deleteFrom('pushes')
          .where('id', 'in', (old) =>
            old
              .selectFrom('pushes')
              .select('id')
              .where('received_at', '<', new Date(receivedAt - KEPT_MS))
              .limit(DELETED_AT_ONCE),
          )
          .execute();
      });
    },
  };
}
