/** What is kept of requests to the HTTP API: who, what, when and what came of it; in pages, without secrets, not for ever. */
import { expect, it, onTestFinished } from 'vitest';
import { AUDIT_KEPT_MS, type AuditedRequest, createAuditStore } from '../../src/database/audit-store.js';
import { openDatabase } from '../../src/database/connection.js';
import { newToken, tokenHash } from '../../src/identity/tokens.js';
import { describeWithPostgres } from '../support/postgres.js';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const REQUEST: AuditedRequest = {
  at: NOW,
  by: 'ann',
  tokenHashPrefix: '0123456789abcdef',
  remoteAddress: '192.0.2.1',
  method: 'POST',
  route: '/v1/releases/:app/pause',
  app: 'wx1',
  run: null,
  commandId: 'a-command',
};

describeWithPostgres('requests to the API', (postgres) => {
  async function opened() {
    const url = await postgres().database();
    const database = await openDatabase({ url });
    onTestFinished(database.close);
    return { database, url, audit: createAuditStore(database) };
  }

  it('are written down when they begin, and when they end', async () => {
    const { audit } = await opened();
    const id = await audit.begin(REQUEST);
    const none = { status: null, detail: null, ms: null };
    expect(await audit.list({ limit: 10 })).toEqual({ rows: [{ id, ...REQUEST, ...none }], next: null });
    await audit.end(id, { status: 409, detail: 'it is closed', ms: 12.6 });
    const answer = { status: 409, detail: 'it is closed', ms: 13 };
    expect(await audit.list({ limit: 10 })).toEqual({ rows: [{ id, ...REQUEST, ...answer }], next: null });
  });

  it('are listed the newest first, by app and by person, page by page', async () => {
    const { audit } = await opened();
    const ids: string[] = [];
    for (let index = 0; index < 12; index++)
      ids.push(await audit.begin({ ...REQUEST, app: `wx${index % 2}`, by: index < 6 ? 'ann' : 'bob' }));
    const pages: string[][] = [];
    for (let before: string | undefined; ; ) {
      const { rows, next } = await audit.list({ limit: 5, before });
      pages.push(rows.map(({ id }) => id));
      if (next === null) break;
      before = next;
    }
    expect(pages.map((page) => page.length)).toEqual([5, 5, 2]);
    expect(pages.flat()).toEqual(ids.toReversed());
    const some = await audit.list({ app: 'wx1', by: 'ann', limit: 5 });
    expect(some).toMatchObject({ rows: [{ id: ids[5] }, { id: ids[3] }, { id: ids[1] }], next: null });
    expect(await audit.list({ app: "wx1' or 'a'='a", limit: 5 })).toEqual({ rows: [], next: null });
    expect((await audit.list({ limit: 0 })).rows).toHaveLength(1);
  });

  it('are not listed before what is no cursor', async () => {
    const { audit } = await opened();
    for (const before of ['', 'x', '-1', '1.5', "1' or 'a'='a", '9'.repeat(19)])
      await expect(audit.list({ limit: 1, before })).rejects.toThrow(RangeError);
  });

  it('never keep a token, wherever it was put, nor more than is needed', async () => {
    const { audit, url } = await opened();
    const token = newToken();
    const everywhere = Object.fromEntries(
      Object.keys(REQUEST).map((field) => [field, `${'x'.repeat(190)}${token}\u0000\ud800`]),
    );
    const id = await audit.begin({ ...REQUEST, ...everywhere, at: NOW });
    await audit.end(id, { status: 400, detail: `${'d'.repeat(495)}${token}`, ms: 2 ** 40 });
    await audit.begin({ ...REQUEST, tokenHashPrefix: tokenHash(token) });
    const { rows } = await audit.list({ limit: 2 });
    expect(rows[1]).toMatchObject({ tokenHashPrefix: null, ms: 2 ** 31 - 1 });
    expect(rows[1]?.detail).toBe(`${'d'.repeat(495)}wr_…`);
    expect(rows[1]?.by).toBe(`${'x'.repeat(190)}wr_…\ufffd\ufffd`);
    expect(rows[0]?.tokenHashPrefix).toBe(tokenHash(token).slice(7, 23));
    const dump = await postgres().dump(url);
    expect(dump).not.toContain(token.slice(3, 9));
    expect(dump).not.toContain(tokenHash(token).slice(7, 30));
  });

  it('are kept for 400 days, and deleted bit by bit', async () => {
    const { audit, database } = await opened();
    const old = NOW - AUDIT_KEPT_MS - 1;
    for (let index = 0; index < 105; index++) await audit.begin({ ...REQUEST, at: old });
    await audit.begin({ ...REQUEST, at: NOW - AUDIT_KEPT_MS + 1 });
    await audit.begin(REQUEST);
    const count = () => database.run((db) => db.selectFrom('api_audit').select('id').execute());
    expect(await count()).toHaveLength(5 + 1 + 1);
    await audit.begin(REQUEST);
    expect(await count()).toHaveLength(1 + 2);
  });
});
