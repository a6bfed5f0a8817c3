/** What is stored: only under its own key, only in its own place, for as long as it should be. */
import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { expect, it, onTestFinished } from 'vitest';
import { createAuthorizerStore } from '../../src/database/authorizer-store.js';
import { type CipherKey, createCipher } from '../../src/database/cipher.js';
import { openDatabase } from '../../src/database/connection.js';
import { createPushStore, KEPT_MS } from '../../src/database/push-store.js';
import { reencrypt } from '../../src/database/reencrypt.js';
import { describeWithPostgres } from '../support/postgres.js';

const key = (id: string): CipherKey => ({ id, key: randomBytes(32).toString('base64') });
const [OLD, NEW] = [key('2026-01'), key('2026-11')];
const NOW = Date.parse('2026-11-22T12:00:00Z');
const ONE = { component: 'wxcomponent', app: 'wx1' };
const TWO = { component: 'wxcomponent', app: 'wx2' };
const LIMITS = { lockMs: 1_000, idleMs: 1_000 };

describeWithPostgres('stored authorizers', (postgres) => {
  async function opened(...keys: CipherKey[]) {
    const database = await openDatabase({ url: await postgres().database() });
    onTestFinished(database.close);
    const storeOf = (...others: CipherKey[]) =>
      createAuthorizerStore(database, createCipher(others), () => NOW);
    const store = storeOf(...keys);
    const put = (at: typeof ONE, token: string) =>
      store.locked(at, { wait: true, create: true, limits: LIMITS }, (row) =>
        row.change({
          state: 'authorized',
          refreshToken: { token, at: NOW },
          access: { token: `access-${token}`, madeAt: NOW, expiresAt: NOW + 1 },
        }),
      );
    return { database, store, storeOf, put };
  }

  it('whose ciphertexts were swapped between two rows are refused', async () => {
    const { database, store, put } = await opened(NEW);
    await put(ONE, 'one');
    await put(TWO, 'two');
    await database.run((db) =>
      sql`update weapp_rollout.authorizers a set sealed_refresh_token = b.sealed_refresh_token
        from weapp_rollout.authorizers b where a.app <> b.app`.execute(db),
    );
    for (const at of [ONE, TWO]) await expect(store.read(at)).rejects.toMatchObject({ trouble: 'damaged' });
  });

  it('whose ciphertexts were swapped between two columns are refused', async () => {
    const { database, store, put } = await opened(NEW);
    await put(ONE, 'one');
    await database.run((db) =>
      sql`update weapp_rollout.authorizers set sealed_refresh_token = sealed_access_token`.execute(db),
    );
    await expect(store.read(ONE)).rejects.toMatchObject({ trouble: 'damaged' });
  });

  it('can be listed without any key, and read only with theirs', async () => {
    const { storeOf, put } = await opened(OLD);
    await put(ONE, 'one');
    expect(await storeOf().list()).toMatchObject([{ app: 'wx1', state: 'authorized' }]);
    await expect(storeOf(NEW).read(ONE)).rejects.toMatchObject({
      trouble: 'key',
      what: expect.stringContaining('2026-01'),
    });
    expect(await storeOf(NEW, OLD).read(ONE)).toMatchObject({ refreshToken: 'one' });
  });

  it('are encrypted anew after a change of keys, by several processes at once; then the old one can go', async () => {
    const { database, storeOf, put } = await opened(OLD);
    const apps = Array.from({ length: 150 }, (_, index) => ({ component: 'wxcomponent', app: `wx${index}` }));
    for (const at of apps) await put(at, `token-${at.app}`);
    const cipher = createCipher([NEW, OLD]);
    const warn = (text: string) => expect.unreachable(text);
    await Promise.all([reencrypt(database, cipher, warn), reencrypt(database, cipher, warn)]);
    await reencrypt(database, cipher, warn);
    for (const at of apps) expect((await storeOf(NEW).read(at))?.refreshToken).toBe(`token-${at.app}`);
  });

  it('that cannot be read are left and named, however many, and the others are encrypted anew', async () => {
    const { database, storeOf, put } = await opened(OLD);
    await put(TWO, 'two');
    await database.run((db) =>
      sql`insert into weapp_rollout.authorizers (component, app, state, sealed_refresh_token, updated_at)
        select 'wxcomponent', 'wx1' || n, 'authorized', 'v1:2026-01:AAAA:AAAA:AAAA', now()
        from generate_series(100, 340) n`.execute(db),
    );
    const warnings: string[] = [];
    await reencrypt(database, createCipher([NEW, OLD]), (text) => void warnings.push(text));
    expect(await storeOf(NEW).read(TWO)).toMatchObject({
      refreshToken: 'two',
      access: { token: 'access-two' },
    });
    expect(warnings).toEqual([
      expect.stringMatching(
        /^241 stored texts cannot be decrypted .*sealed_refresh_token of wxcomponent, wx1100; .* and 231 more\. .*apps import/,
      ),
    ]);
  });

  it('whose key is missing stop it, with the key’s id', async () => {
    const { database, put } = await opened(OLD);
    await put(ONE, 'one');
    await expect(reencrypt(database, createCipher([NEW]), () => {})).rejects.toMatchObject({
      trouble: 'key',
      what: expect.stringContaining('2026-01'),
    });
  });

  it('whose access token alone cannot be read have none: it is made anew', async () => {
    const { database, store, put } = await opened(NEW);
    await put(ONE, 'one');
    await database.run((db) =>
      sql`update weapp_rollout.authorizers set sealed_access_token = sealed_refresh_token`.execute(db),
    );
    expect(await store.read(ONE)).toMatchObject({ refreshToken: 'one', access: null });
  });

  it('with texts that PostgreSQL does not take are stored without them', async () => {
    const { store } = await opened(NEW);
    await store.locked(ONE, { wait: true, create: true, limits: LIMITS }, (row) =>
      row.change({ nickName: 'a\u0000b\ud800c' }),
    );
    expect((await store.read(ONE))?.nickName).toBe('a\ufffdb\ufffdc');
  });

  it('are created only when what is done with them succeeds', async () => {
    const { store } = await opened(NEW);
    const failing = store.locked(ONE, { wait: true, create: true, limits: LIMITS }, async () => {
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await store.read(ONE)).toBeNull();
  });
});

describeWithPostgres('unmatched pushes', (postgres) => {
  it('are kept for 90 days, without fields that could carry a secret, and shortened', async () => {
    const database = await openDatabase({ url: await postgres().database() });
    onTestFinished(database.close);
    const pushes = createPushStore(database);
    const push = { app: null, originalId: 'gh_1', event: 'weapp_audit_fail' };
    await pushes.keepUnmatched({ ...push, receivedAt: NOW - KEPT_MS - 1, fields: {} });
    await pushes.keepUnmatched({
      ...push,
      receivedAt: NOW,
      fields: {
        Reason: 'x\u0000'.repeat(5_000),
        status: 1,
        PreAuthCode: 'secret',
        Encrypt: 'secret',
        msg_signature: 'secret',
      },
    });
    const kept = await database.run((db) => db.selectFrom('pushes').selectAll().execute());
    expect(kept).toHaveLength(1);
    expect(kept[0]).toMatchObject({ original_id: 'gh_1', app: null, received_at: new Date(NOW) });
    expect(Object.keys(kept[0]?.fields ?? {}).sort()).toEqual(['Reason', 'status']);
    expect(kept[0]?.fields.Reason).toHaveLength(2_000);
  });
});
