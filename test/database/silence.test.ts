/** A break that nobody is told of: a firewall has dropped the connection, or the answer is lost. */
import { sql } from 'kysely';
import { expect, it, onTestFinished, vi } from 'vitest';
import { openDatabase, SILENCE_MS } from '../../src/database/connection.js';
import { describeWithPostgres } from '../support/postgres.js';
import { wayTo } from '../support/way.js';

const CONNECTIONS = 3;

describeWithPostgres('connections that have fallen silent', (postgres) => {
  it('fail as passing, all of them, without waiting once more for the way back; the next statements work', async () => {
    const way = await wayTo(await postgres().database());
    const database = await openDatabase({ url: way.url, poolSize: CONNECTIONS });
    onTestFinished(database.close);
    let arrived = 0;
    let goOn = () => {};
    const frozen = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const works = Array.from({ length: CONNECTIONS }, () =>
      database.transaction(async (trx) => {
        await sql`select 1`.execute(trx);
        arrived += 1;
        await frozen;
        await sql`select 1`.execute(trx);
      }),
    );
    await expect.poll(() => arrived).toBe(CONNECTIONS);
    way.freeze();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    goOn();
    const ended = Promise.allSettled(works);
    await vi.advanceTimersByTimeAsync(SILENCE_MS);
    vi.useRealTimers();
    for (const work of await ended)
      expect(work).toMatchObject({
        status: 'rejected',
        reason: { trouble: 'unreachable', passing: true, what: expect.stringContaining('no answer in time') },
      });
    expect(await database.run(async (db) => (await sql`select 1`.execute(db)).rows.length)).toBe(1);
  });
});
