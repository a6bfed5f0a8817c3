/** The ledger: every request and everything that changed. No token ever enters it. */

import type { FaultKind } from '../control/faults.js';
import type { PushFlaw } from '../push/flaws.js';
import type { EffectDetail, Happening, Params } from './machine.js';
import { Redactor } from './redactor.js';

/** One request, also one that a fault swallowed. Moments are milliseconds since the epoch. */
export interface LedgerRequest {
  at: number;
  /** null when no valid token said whose it is. */
  app: string | null;
  method: string;
  endpoint: string;
  params: Record<string, unknown>;
  /** What was answered; null when the caller got no errcode, as under a drop. */
  errcode: number | null;
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

/** One push and how it ended; neither its content nor anything it was sealed with. */
export interface LedgerPush {
  at: number;
  component: string;
  /** null: an event of the platform itself. */
  app: string | null;
  /** InfoType or Event; `raw` for XML of somebody's own. */
  event: string;
  /** Without its query. */
  url: string;
  outcome: 'accepted' | 'refused' | 'unreachable' | 'timeout' | 'lost';
  /** Of the last answer; null when there was none. */
  status: number | null;
  attempts: number;
  fault?: PushFlaw;
}

export interface LedgerView {
  requests: LedgerRequest[];
  effects: LedgerEffect[];
  events: LedgerEvent[];
  pushes: LedgerPush[];
  /** Requests so old that they were dropped to save memory. */
  forgotten: number;
}

const MOST_REQUESTS = 100_000;
/** Requests that are saved: they grow with every poll, and each change saves all of them again. */
const MOST_SAVED = 1_000;

export class Ledger {
  /** What never enters: others who keep something of a request ask it too. */
  readonly redactor: Redactor;
  #requests: LedgerRequest[] = [];
  #forgotten = 0;
  #entries = 0;
  #effects: LedgerEffect[] = [];
  #events: LedgerEvent[] = [];
  #pushes: LedgerPush[] = [];

  /** `secrets`: texts that must never appear. */
  constructor(secrets: Iterable<string> = []) {
    this.redactor = new Redactor(secrets);
  }

  /** One more text that must never appear. */
  learn(secret: string): void {
    this.redactor.learn(secret);
  }

  /** `secret`: the token it came with, valid or not. */
  request(request: Omit<LedgerRequest, 'params'> & { params: Params }, secret: string | null = null): void {
    this.#entries += 1;
    this.#requests.push({
      ...request,
      endpoint: this.redactor.text(request.endpoint, secret),
      params: this.redactor.fields(request.params, secret),
    });
    // In one go, since shifting one by one would make every request slow.
    if (this.#requests.length < 2 * MOST_REQUESTS) return;
    this.#forgotten += MOST_REQUESTS;
    this.#requests = this.#requests.slice(MOST_REQUESTS);
  }

  /** How many entries were ever made: another number, another ledger. */
  get entries(): number {
    return this.#entries;
  }

  effect(effect: LedgerEffect): void {
    this.#entries += 1;
    this.#effects.push(effect);
  }

  event(app: string, happening: Happening): void {
    this.#entries += 1;
    this.#events.push({ app, ...happening });
  }

  push(push: LedgerPush): void {
    this.#entries += 1;
    this.#pushes.push(push);
  }

  saved() {
    const requests = this.#requests.slice(-MOST_SAVED);
    return {
      requests,
      forgotten: this.#forgotten + this.#requests.length - requests.length,
      effects: this.#effects,
      events: this.#events,
      pushes: this.#pushes,
      secrets: [...this.redactor.secrets],
    };
  }

  restore(saved: ReturnType<Ledger['saved']>): void {
    this.#requests = saved.requests;
    this.#forgotten = saved.forgotten;
    this.#effects = saved.effects;
    this.#events = saved.events;
    this.#pushes = saved.pushes;
    for (const secret of saved.secrets) this.learn(secret);
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
      pushes: this.#pushes.filter(mine),
      forgotten: this.#forgotten,
    };
  }
}
