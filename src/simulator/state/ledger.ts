/** The ledger: every request and everything that changed. No token ever enters it. */

import type { FaultKind } from '../control/faults.js';
import type { ErrCode } from './errors.js';
import type { EffectDetail, Happening, Params } from './machine.js';

/** One request, also one that a fault swallowed. Moments are milliseconds since the epoch. */
export interface LedgerRequest {
  at: number;
  /** null when no valid token said whose it is. */
  app: string | null;
  method: string;
  endpoint: string;
  params: Record<string, unknown>;
  /** What was answered; null when the caller got no errcode, as under a drop. */
  errcode: ErrCode | 0 | null;
  /** State changed because of it. */
  applied: boolean;
  fault?: FaultKind;
}

/** One change of state that a request caused. */
export interface LedgerEffect extends EffectDetail {
  at: number;
  /** null for a call of the platform itself. */
  app: string | null;
  endpoint: string;
}

/** A change that no request caused: a verdict, the 15th day, the console, the control API. */
export interface LedgerEvent extends Happening {
  app: string;
}

export interface LedgerView {
  requests: LedgerRequest[];
  effects: LedgerEffect[];
  events: LedgerEvent[];
  /** Requests so old that they were dropped to save memory. */
  forgotten: number;
}

const MOST_REQUESTS = 100_000;
const LONGEST_TEXT = 500;
const MOST_ENTRIES = 50;
const DEEPEST = 6;
const TOKEN_WORD = /[\w.|!-]+/g;
const SECRET = /token|secret|ticket/i;

export class Ledger {
  readonly #secrets: ReadonlySet<string>;
  #requests: LedgerRequest[] = [];
  #forgotten = 0;
  readonly #effects: LedgerEffect[] = [];
  readonly #events: LedgerEvent[] = [];

  /** `secrets`: texts that must never appear. */
  constructor(secrets: Iterable<string>) {
    this.#secrets = new Set(secrets);
  }

  /** `secret`: the token it came with, valid or not. */
  request(request: Omit<LedgerRequest, 'params'> & { params: Params }, secret: string | null = null): void {
    this.#requests.push({
      ...request,
      endpoint: this.#text(request.endpoint, secret),
      params: this.#object(request.params, DEEPEST, secret),
    });
    // In one go, since shifting one by one would make every request slow.
    if (this.#requests.length < 2 * MOST_REQUESTS) return;
    this.#forgotten += MOST_REQUESTS;
    this.#requests = this.#requests.slice(MOST_REQUESTS);
  }

  effect(effect: LedgerEffect): void {
    this.#effects.push(effect);
  }

  event(app: string, happening: Happening): void {
    this.#events.push({ app, ...happening });
  }

  /** A copy, oldest first, of one app or of all. */
  view(app?: string): LedgerView {
    const mine = (entry: { app: string | null }) => app === undefined || entry.app === app;
    const byTime = (a: { at: number }, b: { at: number }) => a.at - b.at;
    return {
      requests: this.#requests.filter(mine),
      effects: this.#effects.filter(mine),
      // What time did is noticed late, at the next look.
      events: this.#events.filter(mine).sort(byTime),
      forgotten: this.#forgotten,
    };
  }

  #clean(value: unknown, depth: number, secret: string | null): unknown {
    if (typeof value === 'string') return this.#text(value, secret);
    if (typeof value !== 'object' || value === null) return value;
    if (value instanceof Uint8Array) return `${value.length} bytes`;
    if (depth === 0) return '…';
    if (Array.isArray(value))
      return value.slice(0, MOST_ENTRIES).map((entry) => this.#clean(entry, depth - 1, secret));
    return this.#object(value, depth - 1, secret);
  }

  #object(value: object, depth: number, secret: string | null): Record<string, unknown> {
    const entries = Object.entries(value)
      .filter(([key]) => !SECRET.test(key))
      .slice(0, MOST_ENTRIES)
      .map(([key, entry]) => [this.#text(key, secret), this.#clean(entry, depth, secret)] as const);
    return Object.fromEntries(entries);
  }

  #text(text: string, secret: string | null): string {
    const whole = text.slice(0, 4 * LONGEST_TEXT);
    const start = secret === null || secret === '' ? whole : whole.replaceAll(secret, '[token]');
    // Word by word, since a world of ten thousand apps has as many tokens.
    const redacted = start.replace(TOKEN_WORD, (word) => (this.#secrets.has(word) ? '[token]' : word));
    return redacted.length > LONGEST_TEXT ? `${redacted.slice(0, LONGEST_TEXT)}…` : redacted;
  }
}
