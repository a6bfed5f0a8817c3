/** When a token is good, when it is to be renewed, and when it can be used no more. */
import type { StoredToken } from '../database/component-store.js';

/**
 * A token that WeChat refuses this soon after it was made is not made anew, milliseconds. Whatever is wrong, another
 * one would be refused too, and a loop would use up the daily limit of calls.
 */
const JUST_MADE_MS = 30_000;
/** WeChat's live for two hours. Milliseconds. */
const LONGEST_LIFE_MS = 24 * 3_600_000;
/** On its last seconds a token could expire on the way; of a short life it is a quarter. Milliseconds. */
const LAST_MS = 10_000;

/** `ahead`: good for now, and to be renewed. `spent`: cannot be used. */
export type Standing = 'good' | 'ahead' | 'spent';

/**
 * The life of a token as it is stored, milliseconds. Whatever an answer says: one of no length would be renewed with
 * each call, and one of a thousand years never.
 */
export function lifeOf(expiresInMs: number): number {
  return Math.min(Math.max(expiresInMs, JUST_MADE_MS), LONGEST_LIFE_MS);
}

/** How a token stands at `now`, milliseconds since the epoch. `rejected`: the one that WeChat has just refused. */
export function standingOf(
  { token, madeAt, expiresAt }: StoredToken,
  rejected: string | undefined,
  now: number,
  refreshAheadMs: number,
): Standing {
  // Another process may have made it, by a clock that goes a little before ours.
  if (token === rejected) return Math.abs(now - madeAt) < JUST_MADE_MS ? 'good' : 'spent';
  const life = expiresAt - madeAt;
  if (now >= expiresAt - Math.min(LAST_MS, life / 4)) return 'spent';
  return now >= expiresAt - Math.min(refreshAheadMs, life / 2) ? 'ahead' : 'good';
}
