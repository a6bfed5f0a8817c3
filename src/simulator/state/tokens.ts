/** Access tokens: whose they are, and how long they are good for. */
import { type Refusal, refuse } from './errors.js';

/** Whose call it is: a Mini Program's (with its platform, where it has one), the platform's own, or nobody's. */
export interface Caller {
  app: string | null;
  component: string | null;
}

/** A token that a call has just made. */
export interface IssuedToken {
  value: string;
  owner: Caller;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

export interface Entry {
  owner: Caller;
  /** null: never. */
  expiresAt: number | null;
  /** A newer token took its place; until then this one is still taken. null: it is the latest, or the world's own. */
  goodUntil: number | null;
}

const SHAPE = /^[\w.|!-]{1,512}$/;

export class AccessTokens {
  #entries = new Map<string, Entry>();
  /** The token made last, by owner. */
  #latest = new Map<string, string>();

  /** A token of the world file. It is good beside all others, and nothing takes its place. */
  seed(value: string, owner: Caller, expiresAt: number | null): void {
    this.#entries.set(value, { owner, expiresAt, goodUntil: null });
  }

  /** Takes a new token in; the one before it stays good for `graceMs`. */
  issue({ value, owner, expiresAt }: IssuedToken, now: number, graceMs: number): void {
    this.#retire(owner, now + graceMs);
    this.#entries.set(value, { owner, expiresAt, goodUntil: null });
    this.#latest.set(keyOf(owner), value);
  }

  /** Ends what an owner was given, at once. */
  revoke(owner: Caller, now: number): void {
    this.#retire(owner, now);
    for (const entry of this.#entries.values()) {
      if (entry.goodUntil !== null && keyOf(entry.owner) === keyOf(owner))
        entry.goodUntil = Math.min(entry.goodUntil, now);
    }
    this.#latest.delete(keyOf(owner));
  }

  /** Whose a token is, good or not. */
  ownerOf(value: string): Caller | undefined {
    return this.#entries.get(value)?.owner;
  }

  /** Why a token is refused, or undefined when it is good. */
  complaint(value: string | null, now: number): Refusal | undefined {
    if (value === null) return refuse(41001);
    if (!SHAPE.test(value)) return refuse(40014);
    const entry = this.#entries.get(value);
    if (entry === undefined) return refuse(40001);
    if (entry.goodUntil !== null && entry.goodUntil <= now) return refuse(40001);
    return entry.expiresAt !== null && entry.expiresAt <= now ? refuse(42001) : undefined;
  }

  saved() {
    return { entries: this.#entries, latest: this.#latest };
  }

  restore({ entries, latest }: ReturnType<AccessTokens['saved']>): void {
    this.#entries = entries;
    this.#latest = latest;
  }

  #retire(owner: Caller, until: number): void {
    const before = this.#entries.get(this.#latest.get(keyOf(owner)) ?? '');
    if (before !== undefined) before.goodUntil = until;
  }
}

function keyOf({ app, component }: Caller): string {
  return `${component ?? ''}/${app ?? ''}`;
}
