/** Pushes on their way: in order for everybody who gets some, late where they shall be, and how each ended. */
import type { LedgerPush } from '../state/ledger.js';
import type { Simulation } from '../state/simulation.js';
import { type DeliveryOptions, deliver } from './delivery.js';
import type { PushEventName, PushFlaw } from './flaws.js';
import { type PushContent, type PushTarget, plainUrl, seal } from './message.js';

/** A flaw for one push; `delayMs` counts for `late`, by the simulator's clock. */
export interface FlawOrder {
  kind: PushFlaw;
  delayMs: number;
}

/** One push to be. `app` is null for events of the platform itself. */
export interface Order extends PushContent {
  event: PushEventName | 'raw';
  component: string;
  app: string | null;
}

export interface PushOptions extends Pick<DeliveryOptions, 'timeoutMs' | 'retryAfterMs'> {
  /** Milliseconds since the epoch, for the signature's timestamp: receivers compare it with their own clocks. */
  signedAt: () => number;
}

export interface Waiting {
  /** By the simulator's clock. */
  due: number;
  order: Order;
  target: PushTarget;
  flaw: FlawOrder;
}

const NEVER_SENT = { outcome: 'lost', status: null, attempts: 0 } as const;

export class Outbox {
  readonly #stop = new AbortController();
  /** Who gets its events in order → the last one under way. */
  readonly #queues = new Map<string, Promise<unknown>>();
  #waiting: readonly Waiting[] = [];

  constructor(
    private readonly simulation: Simulation,
    private readonly options: PushOptions,
  ) {}

  /** Tells how the push ended, twice for one that was sent twice, and nothing yet for one put aside until it is late. */
  async send(order: Order, target: PushTarget, flaw: FlawOrder | undefined): Promise<LedgerPush[]> {
    if (this.#stop.signal.aborted) return [];
    if (flaw?.kind === 'lost') return [this.#note(order, target, flaw, NEVER_SENT)];
    if (flaw?.kind !== 'late') return this.#inOrder(order, target, flaw);
    this.#waiting = [...this.#waiting, { due: this.simulation.clock() + flaw.delayMs, order, target, flaw }];
    return [];
  }

  /** Sends the late ones whose time has come. */
  tick(now: number): void {
    const due = this.#waiting.filter((one) => one.due <= now);
    this.#waiting = this.#waiting.filter((one) => one.due > now);
    for (const { order, target, flaw } of due) void this.#inOrder(order, target, flaw);
  }

  /** Those put aside; what is under way is not among them. */
  saved() {
    return this.#waiting;
  }

  restore(saved: ReturnType<Outbox['saved']>): void {
    this.#waiting = saved;
  }

  /** Resolves when nothing is under way any more; late pushes that are not due do not count. */
  async idle(): Promise<void> {
    while (this.#queues.size > 0) await Promise.all(this.#queues.values());
  }

  /** Breaks off what is under way; nothing is sent afterwards. */
  close(): void {
    this.#stop.abort();
    this.#waiting = [];
  }

  /** One after the other, for each app and for the platform itself. */
  #inOrder(order: Order, target: PushTarget, flaw: FlawOrder | undefined): Promise<LedgerPush[]> {
    const queue = `${order.component}/${order.app ?? ''}`;
    const before = this.#queues.get(queue) ?? Promise.resolve();
    const sent = before
      .then(() => this.#deliver(order, target, flaw))
      .catch((error: unknown) => {
        // A bug of the simulator, which others may be using.
        console.error(`simulator: the push ${order.event} failed`, error);
        return [];
      });
    this.#queues.set(queue, sent);
    void sent.then(() => {
      if (this.#queues.get(queue) === sent) this.#queues.delete(queue);
    });
    return sent;
  }

  async #deliver(order: Order, target: PushTarget, flaw: FlawOrder | undefined): Promise<LedgerPush[]> {
    const { signedAt, timeoutMs, retryAfterMs } = this.options;
    const { address, body } = seal(order, target, signedAt(), flaw?.kind);
    const retries = this.simulation.world.switches.pushRetries;
    const told: LedgerPush[] = [];
    for (let time = 0; time < (flaw?.kind === 'duplicated' ? 2 : 1); time++) {
      const how = await deliver(address, body, {
        retries,
        timeoutMs,
        retryAfterMs,
        signal: this.#stop.signal,
      });
      if (!this.#stop.signal.aborted) told.push(this.#note(order, target, flaw, how));
    }
    return told;
  }

  #note(
    { event, component, app }: Order,
    { url }: PushTarget,
    flaw: FlawOrder | undefined,
    how: Pick<LedgerPush, 'outcome' | 'status' | 'attempts'>,
  ): LedgerPush {
    const fault = flaw === undefined ? {} : { fault: flaw.kind };
    const push = { at: this.simulation.clock(), component, app, event, url: plainUrl(url), ...how, ...fault };
    this.simulation.ledger.push(push);
    return push;
  }
}
