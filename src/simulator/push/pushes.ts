/** WeChat's pushes: what is told whom and when, and with which flaw. */
import type { KnownEvent } from '../../wechat/push/events.js';
import { takePushFault } from '../control/faults.js';
import type { Announcement, Verdict } from '../state/announcements.js';
import type { LedgerPush } from '../state/ledger.js';
import type { Authorization } from '../state/platforms.js';
import type { Simulation } from '../state/simulation.js';
import { auditEvent, contentOf, type PushTarget, targetOf } from './message.js';
import { type FlawOrder, type Order, Outbox, type PushOptions } from './outbox.js';

/** WeChat pushes a new ticket so often. */
const TICKET_EVERY_MS = 10 * 60_000;

/**
 * All that send something return the ledger's entries once it is known how it ended, or undefined when nobody wants
 * it: no address, Token or EncodingAESKey, or a Mini Program of no platform. None of them rejects.
 */
export class Pushes {
  readonly #outbox: Outbox;
  #nextTicket = new Map<string, number>();

  constructor(
    private readonly simulation: Simulation,
    options: PushOptions,
  ) {
    this.#outbox = new Outbox(simulation, options);
  }

  /** Whether anybody wants pushes. */
  get wanted(): boolean {
    const { world } = this.simulation;
    return Object.values(world.components).some(
      ({ pushUrls }) => pushUrls.authorization !== undefined || pushUrls.messages !== undefined,
    );
  }

  /** Sends what time has brought: tickets every ten minutes, and late pushes. */
  tick(): void {
    const now = this.simulation.clock();
    const { platforms } = this.simulation;
    for (const component of platforms.names) {
      if (this.#targetFor(component, null, 'authorization') === undefined) continue;
      if (now < (this.#nextTicket.get(component) ?? 0)) continue;
      if (platforms.stateOf(component).credentials.ticketsPushed) this.ticket(component);
    }
    this.#outbox.tick(now);
  }

  /** Resolves when nothing is under way any more; late pushes that are not due do not count. */
  idle(): Promise<void> {
    return this.#outbox.idle();
  }

  saved() {
    return { nextTicket: this.#nextTicket, late: this.#outbox.saved() };
  }

  restore({ nextTicket, late }: ReturnType<Pushes['saved']>): void {
    this.#nextTicket = nextTicket;
    this.#outbox.restore(late);
  }

  /** Breaks off what is under way; nothing is sent afterwards. */
  close(): void {
    this.#outbox.close();
  }

  /** What the simulation reports. */
  announce(announcement: Announcement): void {
    if (announcement.kind === 'ticketsStarted') {
      this.ticket(announcement.component);
      return;
    }
    // WeChat tells a platform nothing about Mini Programs that have left it.
    const { platforms } = this.simulation;
    const component = platforms.componentOf(announcement.app);
    if (platforms.grantsOf(component).get(announcement.app)?.authorized === true) this.verdict(announcement);
  }

  /** A new ticket, now. */
  ticket(component: string, flaw?: FlawOrder): Promise<LedgerPush[]> | undefined {
    const { platforms, clock } = this.simulation;
    if (this.#targetFor(component, null, 'authorization') === undefined) return undefined;
    this.#nextTicket.set(component, clock() + TICKET_EVERY_MS);
    const { ticket, at } = platforms.issueTicket(component, clock());
    return this.#platform(
      null,
      { kind: 'component_verify_ticket', componentAppid: component, ticket, at },
      flaw,
    );
  }

  /** An administrator has authorised the platform, anew or otherwise than before. */
  authorized(
    { componentAppid, app, authorizationCode, authorizationCodeExpiresAt, preAuthCode }: Authorization,
    kind: 'authorized' | 'updateauthorized',
    flaw?: FlawOrder,
  ): Promise<LedgerPush[]> | undefined {
    const at = this.simulation.clock();
    const codes = { authorizationCode, authorizationCodeExpiresAt, preAuthCode };
    return this.#platform(app, { kind, componentAppid, at, app, ...codes }, flaw);
  }

  /** An administrator has taken the authorization back. */
  unauthorized(app: string, flaw?: FlawOrder): Promise<LedgerPush[]> | undefined {
    const componentAppid = this.simulation.platforms.componentOf(app);
    if (componentAppid === null) return undefined;
    const at = this.simulation.clock();
    return this.#platform(app, { kind: 'unauthorized', componentAppid, at, app }, flaw);
  }

  /** A verdict on an audit. */
  verdict(verdict: Verdict, flaw?: FlawOrder): Promise<LedgerPush[]> | undefined {
    const { app } = verdict;
    const { platforms } = this.simulation;
    const component = platforms.componentOf(app);
    if (component === null) return undefined;
    const event = auditEvent(verdict, platforms.originalIdOf(app));
    return this.#send({ ...contentOf(event), event: event.kind, component, app }, 'messages', flaw);
  }

  /** Any XML, sealed as WeChat seals it; of an app, or of the platform itself. */
  raw(
    component: string,
    app: string | null,
    message: string,
    flaw?: FlawOrder,
  ): Promise<LedgerPush[]> | undefined {
    const originalId = app === null ? null : this.simulation.platforms.originalIdOf(app);
    const kind = app === null ? 'authorization' : 'messages';
    return this.#send({ event: 'raw', component, app, message, originalId }, kind, flaw);
  }

  #platform(
    app: string | null,
    event: Extract<KnownEvent, { componentAppid: string }>,
    flaw?: FlawOrder,
  ): Promise<LedgerPush[]> | undefined {
    const order = { ...contentOf(event), event: event.kind, component: event.componentAppid, app };
    return this.#send(order, 'authorization', flaw);
  }

  #targetFor(
    component: string,
    app: string | null,
    kind: 'authorization' | 'messages',
  ): PushTarget | undefined {
    const config = this.simulation.platforms.configOf(component);
    return config === undefined ? undefined : targetOf(component, config, kind, app);
  }

  #send(
    order: Order,
    kind: 'authorization' | 'messages',
    flaw?: FlawOrder,
  ): Promise<LedgerPush[]> | undefined {
    const target = this.#targetFor(order.component, order.app, kind);
    return target && this.#outbox.send(order, target, flaw ?? this.#takeFlaw(order));
  }

  #takeFlaw({ event, app }: Order): FlawOrder | undefined {
    if (event === 'raw') return undefined;
    const { fault, rest } = takePushFault(this.simulation.faults, event, app);
    this.simulation.faults = rest;
    return fault;
  }
}
