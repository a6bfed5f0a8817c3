/** What WeChat remembers of refused calls, by the rid in their errmsg (page of getRidInfo). */

/** How long a rid can be asked for. Milliseconds. */
export const RID_LIFE_MS = 7 * 86_400_000;

/** A refused call. Nothing in it is a credential. */
export interface Trace {
  rid: string;
  /** Milliseconds since the epoch. */
  at: number;
  /** The account that made it, an appid; null when nobody could tell. */
  account: string | null;
  costMs: number;
  /** The query, without tokens. */
  url: string;
  body: string;
  answer: string;
  ip: string;
}

/** The part that a step may look at. */
export interface TraceReader {
  find(rid: string): Trace | undefined;
}

const MOST = 1_000;

/** The last thousand of them. */
export class Traces implements TraceReader {
  #traces = new Map<string, Trace>();

  keep(trace: Trace): void {
    this.#traces.set(trace.rid, trace);
    if (this.#traces.size <= MOST) return;
    const [oldest] = this.#traces.keys();
    if (oldest !== undefined) this.#traces.delete(oldest);
  }

  find(rid: string): Trace | undefined {
    return this.#traces.get(rid);
  }

  saved() {
    return this.#traces;
  }

  restore(saved: ReturnType<Traces['saved']>): void {
    this.#traces = saved;
  }
}
