/** The simulated WeChat: its state, its clock, its ledger, and the one place where a step takes effect. */

import type { EndpointName, Served } from '../calls/endpoints.js';
import { type CallFault, type Fault, takeCallFault } from '../control/faults.js';
import { type AppMetrics, type Series, seriesOf, withPoint } from '../health/metrics.js';
import type { WireRequest } from '../http/wire.js';
import type { MetricPoint } from '../world/health.js';
import type { World, WorldApp } from '../world/world.js';
import { type Announcement, verdictOf } from './announcements.js';
import { settle } from './app.js';
import { type Refusal, refuse } from './errors.js';
import { audience, noteExposure } from './exposure.js';
import { Landings } from './landings.js';
import { Ledger } from './ledger.js';
import { CallMeter, limitsByPath } from './limits.js';
import {
  type Happening,
  isRefusal,
  type Outcome,
  type Params,
  type PlatformScene,
  type Scene,
  type SharedScene,
  type Step,
} from './machine.js';
import { Platforms } from './platforms.js';
import { type AppState, seedApp } from './state.js';
import type { Caller } from './tokens.js';
import { Traces } from './traces.js';

export type { Caller };

/** Other names under which clients send the token; WeChat takes any of them. */
const TOKEN_FIELDS = ['access_token', 'component_access_token', 'cloudbase_access_token'];

interface Resident {
  state: AppState;
  config: WorldApp;
  metrics: AppMetrics;
}

export class Simulation {
  readonly ledger: Ledger;
  readonly meter: CallMeter;
  readonly platforms: Platforms;
  readonly traces = new Traces();
  /** Told of everything WeChat pushes a message about. */
  observer: (announcement: Announcement) => void = () => undefined;
  faults: readonly Fault[] = [];
  #residents: ReadonlyMap<string, Resident>;
  readonly #landings = new Landings();

  /** `clock` gives milliseconds since the epoch. */
  constructor(
    readonly world: World,
    readonly clock: () => number,
  ) {
    const now = clock();
    this.meter = new CallMeter(limitsByPath(world.limits));
    this.ledger = new Ledger();
    this.platforms = new Platforms(world, this.ledger, now);
    this.#residents = new Map(
      Object.entries(world.apps).map(([appid, config]) => [
        appid,
        { state: seedApp(appid, config, now), config, metrics: config.metrics },
      ]),
    );
  }

  get appids(): string[] {
    return [...this.#residents.keys()];
  }

  /** Who makes a call, by the token its query carries or the component it names, or how WeChat refuses it. */
  admit({ row }: Served, { query, ip }: Pick<WireRequest, 'query' | 'ip'>, params: Params): Caller | Refusal {
    const token = Simulation.tokenIn(query);
    return this.platforms.admit(row, { token, named: params.component_appid, ip }, this.clock());
  }

  /** The account, an appid, that a request is counted for, whether it was taken or not. */
  accountOf(token: string | null, params: Params): string | null {
    const owner = token === null ? undefined : this.platforms.tokens.ownerOf(token);
    const { component_appid: named } = params;
    if (owner !== undefined) return owner.app ?? owner.component;
    return token === null && typeof named === 'string' && this.platforms.configOf(named) !== undefined
      ? named
      : null;
  }

  /** The token a query carries, good or not. */
  static tokenIn(query: URLSearchParams): string | null {
    return (
      TOKEN_FIELDS.map((field) => query.get(field)).find((value) => value !== null && value !== '') ?? null
    );
  }

  /** Parameters of a query without any token. */
  static paramsOf(query: URLSearchParams): Record<string, string> {
    return Object.fromEntries([...query].filter(([key]) => !TOKEN_FIELDS.includes(key)));
  }

  /** The fault on order for a call, used up by this. */
  takeFault(endpoint: EndpointName | 'query', app: string | null): CallFault | undefined {
    const { fault, rest } = takeCallFault(this.faults, endpoint, app);
    this.faults = rest;
    return fault;
  }

  /** Carries a call out. State, effect and quota change together, or not at all. */
  perform(served: Served, caller: Caller, params: Params): Outcome {
    const now = this.clock();
    this.#land(now);
    const { app } = caller;
    if (this.#landings.isUnderWay(served.name, app)) return refuse(9402202);
    const payer = app ?? caller.component;
    const over = payer === null ? undefined : this.meter.count(payer, served.row.path, now);
    return over === undefined ? this.#performAt(now, served, caller, params) : refuse(over);
  }

  /**
   * Lets a call whose connection broke take effect at `at`, later than it was made. Until then the same call of
   * that app is refused with 9402202, and another that breaks is lost.
   */
  landLater(served: Served, caller: Caller, params: Params, at: number): void {
    if (!this.#landings.isUnderWay(served.name, caller.app))
      this.#landings.add({ at, served, caller, params });
  }

  #land(now: number): void {
    for (const { at, served, caller, params } of this.#landings.take(now))
      this.#performAt(at, served, caller, params);
  }

  #performAt(now: number, served: Served, caller: Caller, params: Params): Outcome {
    const { app, component } = caller;
    const outcome =
      served.of === 'platform'
        ? served.step(this.#platformScene(now, caller), params)
        : this.#onApp(now, served.step, app, params);
    if (isRefusal(outcome)) return outcome;
    if (app !== null && outcome.app !== undefined) this.#store(app, outcome.app);
    this.platforms.apply(component, outcome, now);
    if (outcome.effect !== undefined) {
      this.ledger.effect({ at: now, app, endpoint: served.name, ...outcome.effect });
    }
    if (outcome.clearsCalls !== undefined) this.meter.clear(outcome.clearsCalls);
    if (outcome.startsTickets !== undefined)
      this.observer({ kind: 'ticketsStarted', component: outcome.startsTickets });
    return outcome;
  }

  #onApp(now: number, step: Step, app: string | null, params: Params): Outcome {
    const scene = app === null ? undefined : this.#sceneAt(app, now);
    return scene === undefined ? refuse(40001) : step(scene, params);
  }

  #shared(now: number, component: string | null): SharedScene {
    const { world, meter, platforms } = this;
    return { now, platform: platforms.stateOf(component), world, switches: world.switches, calls: meter };
  }

  #platformScene(now: number, caller: Caller): PlatformScene {
    const { platforms, traces } = this;
    const { component } = caller;
    return {
      ...this.#shared(now, component),
      caller,
      config: component === null ? undefined : platforms.configOf(component),
      grants: platforms.grantsOf(component),
      mint: platforms.mint,
      traces,
    };
  }

  /** An app as it is now, after everything that time did to it; undefined when there is no such app. */
  scene(appid: string): Scene | undefined {
    const now = this.clock();
    this.#land(now);
    return this.#sceneAt(appid, now);
  }

  #sceneAt(appid: string, now: number): Scene | undefined {
    const resident = this.#residents.get(appid);
    if (resident === undefined) return undefined;
    const { app, happened } = settle(resident.state, now);
    resident.state = app;
    for (const happening of happened) this.#note(appid, happening);
    const shared = this.#shared(now, this.platforms.componentOf(appid));
    return { ...shared, app, config: resident.config, metrics: resident.metrics };
  }

  /** Everything that is not in the world, for `restore` in a simulation of the same world. */
  saved() {
    return {
      residents: this.#residents,
      landings: this.#landings.saved(),
      ledger: this.ledger.saved(),
      meter: this.meter.saved(),
      platforms: this.platforms.saved(),
      traces: this.traces.saved(),
      faults: this.faults,
    };
  }

  restore(saved: ReturnType<Simulation['saved']>, serve: (name: EndpointName) => Served): void {
    this.#residents = saved.residents;
    this.#landings.restore(saved.landings, serve);
    this.ledger.restore(saved.ledger);
    this.meter.restore(saved.meter);
    this.platforms.restore(saved.platforms);
    this.traces.restore(saved.traces);
    this.faults = saved.faults;
  }

  /** Lets time act on every app, so that ledger and metrics are up to date. */
  settleAll(): void {
    for (const appid of this.appids) this.scene(appid);
  }

  /** A change from outside the API: the console, a verdict on order. */
  intervene(appid: string, app: AppState, happening: Happening): void {
    this.#store(appid, app);
    this.#note(appid, happening);
  }

  #note(app: string, happening: Happening): void {
    this.ledger.event(app, happening);
    const verdict = verdictOf(app, happening);
    if (verdict !== undefined) this.observer(verdict);
  }

  /** Changes health at run time. */
  setMetric(appid: string, name: string, point: MetricPoint): void {
    const resident = this.#residents.get(appid);
    if (resident !== undefined) resident.metrics = withPoint(resident.metrics, name, point);
  }

  /** Every series of every app, as of now. */
  series(): Series[] {
    this.settleAll();
    return [...this.#residents].flatMap(([appid, { state, metrics }]) =>
      seriesOf(appid, metrics, audience(state)),
    );
  }

  #store(appid: string, app: AppState): void {
    const resident = this.#residents.get(appid);
    if (resident !== undefined) resident.state = noteExposure(app, this.clock());
  }
}
