/** Who waits for a renewal and for how long, and what is answered while the database is away. */
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { credentialError } from '../../src/credentials/failures.js';
import { createKeeper, type TokenSource } from '../../src/credentials/keeper.js';
import type { StoredToken } from '../../src/database/component-store.js';
import { DatabaseError } from '../../src/database/errors.js';
import { failureOf } from '../wechat/fake-server.js';
import { fakeClock, MINUTE, START } from './support/opened.js';

const AWAY = new DatabaseError('unreachable', 'nothing listens there', 'Start it.');
const TAKEN_BACK = credentialError({
  app: 'wx1',
  message: 'its authorization was taken back',
  remedy: 'Ask.',
});

/** A keeper of one token that lives from noon to two o'clock. */
function given(source: Partial<TokenSource> = {}) {
  const clock = fakeClock();
  const stored: StoredToken = { token: 'first', madeAt: START, expiresAt: START + 120 * MINUTE };
  const read = vi.fn(source.read ?? (async () => ({ current: stored, version: '1' })));
  const renew = vi.fn(source.renew ?? (async () => stored));
  const keeper = createKeeper({ source: { read, renew }, refreshAheadMs: 10 * MINUTE, ...clock });
  return { clock, keeper, stored, read, renew };
}

/** A promise that a test settles. */
function later<T>() {
  let settle = { resolve: (_value: T): void => {}, reject: (_error: unknown): void => {} };
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject };
  });
  return { promise, ...settle };
}

describe('a renewal ahead of the end', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  /** Eight minutes before the end. */
  function ahead(renewal: Promise<StoredToken>) {
    const made = given({ renew: () => renewal });
    made.clock.advance(112 * MINUTE);
    return made;
  }

  it('that takes long lets its caller go on with the token that is good, and goes on itself', async () => {
    const { promise, resolve } = later<StoredToken>();
    const { keeper, read, renew, stored } = ahead(promise);
    const first = keeper.get('wx1');
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await first).toBe('first');
    expect(await keeper.get('wx1')).toBe('first');
    expect(renew).toHaveBeenCalledTimes(1);
    const second = {
      ...stored,
      token: 'second',
      madeAt: START + 112 * MINUTE,
      expiresAt: START + 232 * MINUTE,
    };
    resolve(second);
    read.mockResolvedValue({ current: second, version: '2' });
    expect(await keeper.get('wx1')).toBe('second');
  });

  it('that is quick is waited for', async () => {
    const { promise, resolve } = later<StoredToken>();
    const { keeper, stored } = ahead(promise);
    const first = keeper.get('wx1');
    await vi.advanceTimersByTimeAsync(1_900);
    resolve({ ...stored, token: 'second' });
    expect(await first).toBe('second');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('that fails when nobody waits for it any more is warned of once, and rests', async () => {
    const { promise, reject } = later<StoredToken>();
    const { keeper, clock, renew } = ahead(promise);
    const first = keeper.get('wx1');
    await vi.advanceTimersByTimeAsync(2_000);
    await first;
    reject(AWAY);
    await vi.advanceTimersByTimeAsync(0);
    expect(clock.warnings).toEqual([expect.stringContaining('the token of wx1 could not be renewed')]);
    expect(await keeper.get('wx1')).toBe('first');
    expect(renew).toHaveBeenCalledTimes(1);
  });
});

describe('while the database is away', () => {
  it('and says nothing at all, a good token is not held up', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const { keeper, read } = given();
    await keeper.get('wx1');
    read.mockReturnValue(new Promise(() => {}));
    const token = keeper.get('wx1');
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await token).toBe('first');
  });

  it('the token that was read last is answered to its end', async () => {
    const { keeper, read, clock, renew } = given();
    expect(await keeper.get('wx1')).toBe('first');
    read.mockRejectedValue(AWAY);
    for (const minutes of [1, 110, 8]) {
      clock.advance(minutes * MINUTE);
      expect(await keeper.get('wx1')).toBe('first');
    }
    clock.advance(MINUTE);
    expect(await failureOf(keeper.get('wx1'))).toMatchObject({ action: 'retryAfter' });
    expect(renew).not.toHaveBeenCalled();
  });

  it('so is one that was just made', async () => {
    const { keeper, read, stored } = given();
    read.mockResolvedValueOnce({ current: null, version: '0' }).mockRejectedValue(AWAY);
    expect(await keeper.get('wx1')).toBe(stored.token);
    expect(await keeper.get('wx1')).toBe(stored.token);
  });

  it('one that WeChat refuses is not, nor one of another app', async () => {
    const { keeper, read } = given();
    await keeper.get('wx1');
    read.mockRejectedValue(AWAY);
    expect(await failureOf(keeper.get('wx1', { rejected: 'first' }))).toMatchObject({ action: 'retryAfter' });
    expect(await failureOf(keeper.get('wx2'))).toMatchObject({ action: 'retryAfter' });
    // Nor is it given to the next who asks, and who does not know of the refusal.
    expect(await failureOf(keeper.get('wx1'))).toMatchObject({ action: 'retryAfter' });
  });

  it('a reading that was slow does not put an older token over the one that was made since', async () => {
    const slow = later<{ current: StoredToken; version: string }>();
    const second = { token: 'second', madeAt: START + MINUTE, expiresAt: START + 121 * MINUTE };
    const { keeper, read, clock, stored } = given({ renew: async () => second });
    read.mockReturnValueOnce(slow.promise);
    const late = keeper.get('wx1');
    clock.advance(MINUTE);
    expect(await keeper.get('wx1', { rejected: 'first' })).toBe('second');
    slow.resolve({ current: stored, version: '1' });
    await late;
    read.mockRejectedValue(AWAY);
    expect(await keeper.get('wx1')).toBe('second');
  });

  it('nor one whose authorization had ended by the last reading', async () => {
    const { keeper, read } = given();
    await keeper.get('wx1');
    read.mockRejectedValueOnce(TAKEN_BACK).mockRejectedValue(AWAY);
    expect(await failureOf(keeper.get('wx1'))).toMatchObject({ action: 'permission' });
    expect(await failureOf(keeper.get('wx1'))).toMatchObject({ action: 'retryAfter' });
  });

  it('and trouble that does not pass is told', async () => {
    const { keeper, read } = given();
    await keeper.get('wx1');
    read.mockRejectedValue(new DatabaseError('key', 'the key is missing', 'Add it.'));
    expect(await failureOf(keeper.get('wx1'))).toMatchObject({ action: 'permission' });
  });
});
