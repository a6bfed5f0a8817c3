/**
 * Renewing a token that several processes share: under a lock of the database, once, without losing what WeChat
 * answered.
 */
import type { StoredToken } from '../database/component-store.js';
import type { TransactionLimits } from '../database/connection.js';
import { DatabaseError } from '../database/errors.js';
import { WechatError } from '../wechat/errors.js';
import type { RenewOrder } from './keeper.js';

export interface RenewalSteps<Row, Answer> {
  /** Runs `work` while this process alone holds the row; null when another one has it and `wait` is false. */
  locked<T>(
    id: string,
    options: { wait: boolean; limits: TransactionLimits },
    work: (row: Row) => Promise<T>,
  ): Promise<T | null>;
  /** What is stored, and a number that changes with it. */
  standing(row: Row): { current: StoredToken | null; generation: number };
  /** Asks WeChat. `signal` fires before the lock would be lost. */
  ask(id: string, row: Row, call: Patience): Promise<Answer>;
  /** Stores what WeChat answered. */
  store(row: Row, answer: Answer): Promise<StoredToken>;
  now: () => number;
  sleep: (ms: number) => Promise<void>;
}

/** How a call to WeChat is repeated while the lock is held. */
export interface Patience {
  signal: AbortSignal;
  /** Makes a call again that brought no answer: a refresh token stays good for minutes after its use. */
  insist<T>(call: () => Promise<T>): Promise<T>;
}

/** All calls to WeChat under one lock, milliseconds. */
const ASK_MS = 20_000;
/** Others wait longer than one who asks may take; PostgreSQL frees the row of one who has vanished. Milliseconds. */
const LIMITS: TransactionLimits = { lockMs: ASK_MS + 15_000, idleMs: ASK_MS + 10_000 };
/** Before a call without an answer is made again. Milliseconds. */
const PAUSES_MS = [500, 2_000];
/** Before a transaction that broke is tried again. Milliseconds. */
const STORE_PAUSES_MS = [200, 1_000, 3_000];

/** Makes `renew` of a TokenSource. */
export function createRenewal<Row, Answer>(
  steps: RenewalSteps<Row, Answer>,
): (id: string, order: RenewOrder) => Promise<StoredToken | null> {
  /** What WeChat answered and the database has not taken yet, and the generation it was asked for. */
  const unstored = new Map<string, { generation: number; answer: Answer }>();

  async function once(id: string, { unwanted, wait }: RenewOrder): Promise<StoredToken | null> {
    const made = await steps.locked(id, { wait, limits: LIMITS }, async (row) => {
      const { current, generation } = steps.standing(row);
      const held = unstored.get(id);
      // Another number: our commit has landed although its answer was lost, or another process was faster.
      if (held !== undefined && held.generation === generation) return steps.store(row, held.answer);
      unstored.delete(id);
      if (current !== null && current.token !== unwanted && steps.now() < current.expiresAt) return current;
      const patience = patienceOf(wait ? PAUSES_MS : [], steps.sleep);
      const answer = await steps.ask(id, row, patience);
      unstored.set(id, { generation, answer });
      return steps.store(row, answer);
    });
    if (made !== null) unstored.delete(id);
    return made;
  }

  return async (id, order) => {
    for (const pauseMs of STORE_PAUSES_MS) {
      try {
        return await once(id, order);
      } catch (error) {
        // Only what WeChat has answered already is worth insisting on.
        if (!(error instanceof DatabaseError) || !error.passing || !unstored.has(id)) throw error;
        await steps.sleep(pauseMs);
      }
    }
    return once(id, order);
  };
}

function patienceOf(pausesMs: readonly number[], sleep: (ms: number) => Promise<void>): Patience {
  const signal = AbortSignal.timeout(ASK_MS);
  return {
    signal,
    async insist(call) {
      for (const pauseMs of pausesMs) {
        try {
          return await call();
        } catch (error) {
          if (!isSilence(error) || signal.aborted) throw error;
          await sleep(pauseMs);
        }
      }
      return call();
    },
  };
}

/** Nobody knows whether WeChat did it, or it certainly never got it. */
function isSilence(error: unknown): boolean {
  if (!(error instanceof WechatError)) return false;
  const { failure } = error;
  return failure.action === 'unknownOutcome' || (failure.kind === 'transport' && failure.fault === 'notSent');
}
