/** Calls under way though their connection broke: they take effect later than they were made. */
import type { EndpointName, Served } from '../calls/endpoints.js';
import type { Params } from './machine.js';
import type { Caller } from './tokens.js';

interface Landing {
  /** Milliseconds since the epoch. */
  at: number;
  served: Served;
  caller: Caller;
  params: Params;
}

export class Landings {
  /** Soonest first. */
  #landings: readonly Landing[] = [];

  isUnderWay(name: EndpointName, app: string | null): boolean {
    return this.#landings.some(({ served, caller }) => served.name === name && caller.app === app);
  }

  add(landing: Landing): void {
    this.#landings = [...this.#landings, landing].sort((a, b) => a.at - b.at);
  }

  /** Those whose moment has come; they are under way no more. */
  take(now: number): Landing[] {
    const due = this.#landings.filter(({ at }) => at <= now);
    if (due.length > 0) this.#landings = this.#landings.filter(({ at }) => at > now);
    return due;
  }

  saved() {
    return this.#landings.map(({ served, ...rest }) => ({ ...rest, name: served.name }));
  }

  restore(saved: ReturnType<Landings['saved']>, serve: (name: EndpointName) => Served): void {
    this.#landings = saved.map(({ name, ...rest }) => ({ ...rest, served: serve(name) }));
  }
}
