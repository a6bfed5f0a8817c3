/** What WeChat answered is not lost when the database does not take it, nor asked for twice. */
import { expect, it } from 'vitest';
import { createRenewal } from '../../src/credentials/renewal.js';
import type { StoredToken } from '../../src/database/component-store.js';
import { DatabaseError } from '../../src/database/errors.js';

const broken = new DatabaseError('unreachable', 'the connection broke', '');

/** A row in memory, whose transactions end as told: `lost` commits and then breaks, `undone` breaks instead. */
function fakeRow(...ends: ('well' | 'lost' | 'undone')[]) {
  const row = { current: null as StoredToken | null, generation: 0 };
  const seen = { asked: 0, transactions: 0, slept: 0 };
  const renew = createRenewal<typeof row, StoredToken>({
    async locked(_id, _options, work) {
      seen.transactions += 1;
      const before = { ...row };
      const result = await work(row);
      const end = ends.shift() ?? 'well';
      if (end === 'undone') Object.assign(row, before);
      if (end !== 'well') throw broken;
      return result;
    },
    standing: (locked) => ({ ...locked }),
    async ask() {
      seen.asked += 1;
      return { token: `token-${seen.asked}`, madeAt: 0, expiresAt: 7_200_000 };
    },
    async store(locked, answer) {
      locked.current = answer;
      locked.generation += 1;
      return answer;
    },
    now: () => 1_000,
    sleep: async (ms) => {
      seen.slept += ms;
    },
  });
  return { row, seen, renew: () => renew('id', { unwanted: null, wait: true }) };
}

it('a commit whose answer was lost is found to have landed', async () => {
  const { renew, row, seen } = fakeRow('lost');
  expect((await renew())?.token).toBe('token-1');
  expect([row.generation, seen.asked, seen.transactions]).toEqual([1, 1, 2]);
});

it('a transaction that was undone is made again with the same answer', async () => {
  const { renew, row, seen } = fakeRow('undone', 'undone');
  expect((await renew())?.token).toBe('token-1');
  expect([row.current?.token, seen.asked, seen.transactions]).toEqual(['token-1', 1, 3]);
});

it('an answer that cannot be stored for long is kept for the next time', async () => {
  const { renew, row, seen } = fakeRow('undone', 'undone', 'undone', 'undone');
  await expect(renew()).rejects.toBe(broken);
  expect([row.current, seen.asked, seen.slept]).toEqual([null, 1, 4_200]);
  expect((await renew())?.token).toBe('token-1');
  expect([row.current?.token, seen.asked]).toEqual(['token-1', 1]);
});

it('an answer that another process has overtaken is dropped', async () => {
  const { renew, row, seen } = fakeRow('undone', 'undone', 'undone', 'undone');
  await expect(renew()).rejects.toBe(broken);
  Object.assign(row, { current: { token: 'theirs', madeAt: 0, expiresAt: 7_200_000 }, generation: 1 });
  expect((await renew())?.token).toBe('theirs');
  expect(seen.asked).toBe(1);
});
