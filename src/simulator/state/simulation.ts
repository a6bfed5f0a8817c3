/** The simulated WeChat: its state, its clock, its ledger, and the one place where a step takes effect. */

import type { EndpointName, Served } from '../calls/endpoints.js';
import { type Fault, takeFault } from '../control/faults.js';
import { type AppMetrics, type Series, seriesOf, withPoint } from '../health/metrics.js';
import type { MetricPoint, World, WorldApp } from '../world/world.js';
import { audience, settle } from './app.js';
import { type Refusal, refuse } from './errors.js';
import { Ledger } from './ledger.js';
import {
  type Happening,
  isRefusal,
  type Outcome,
  type Params,
  type PlatformScene,
  type Scene,
  type Step,
} from './machine.js';
import { type AppState, type PlatformState, seedApp, seedPlatform } from './state.js';

/** Other names under which clients send the token; WeChat takes any of them. */
const TOKEN_FIELDS = ['access_token', 'component_access_token', 'cloudbase_access_token'];
const TOKEN_SHAPE = /^[\w.|!-]{1,512}$/;

interface Token {
  appid: string;
  /** Milliseconds since the epoch; null: never expires. */
  expiresAt: number | null;
}

/** Whose call it is; both null for one without a token. */
export interface Caller {
  app: string | null;
  component: string | null;
}

interface Resident {
  state: AppState;
  config: WorldApp;
  metrics: AppMetrics;
}

export class Simulation {
  readonly ledger: Ledger;
  faults: readonly Fault[] = [];
  readonly #residents: ReadonlyMap<string, Resident>;
  readonly #tokens = new Map<string, Token>();
  #platform: PlatformState;

  /** `clock` gives milliseconds since the epoch. */
  constructor(
    readonly world: World,
    readonly clock: () => number,
  ) {
    const now = clock();
    this.#platform = seedPlatform(world, now);
    this.#residents = new Map(
      Object.entries(world.apps).map(([appid, config]) => [
        appid,
        { state: seedApp(appid, config, now), config, metrics: config.metrics },
      ]),
    );
    for (const [appid, { token, tokens }] of Object.entries(world.apps)) {
      for (const { value, expiresAfter } of token === undefined ? tokens : [token, ...tokens]) {
        this.#tokens.set(value, { appid, expiresAt: expiresAfter === null ? null : now + expiresAfter });
      }
    }
    this.ledger = new Ledger(this.#tokens.keys());
  }

  get appids(): string[] {
    return [...this.#residents.keys()];
  }

  /** Who makes a call, by the token its query carries, or how WeChat refuses it. */
  authorize({ row }: Served, query: URLSearchParams): Caller | Refusal {
    if (row.token === 'none') return { app: null, component: null };
    const value = Simulation.tokenIn(query);
    if (value === null) return refuse(41001);
    if (!TOKEN_SHAPE.test(value)) return refuse(40014);
    const token = this.#tokens.get(value);
    if (token === undefined) return refuse(40001);
    if (token.expiresAt !== null && token.expiresAt <= this.clock()) return refuse(42001);
    return { app: token.appid, component: null };
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
  takeFault(endpoint: EndpointName | 'query', app: string | null): Fault | undefined {
    const { fault, rest } = takeFault(this.faults, endpoint, app);
    this.faults = rest;
    return fault;
  }

  /** Carries a call out. State, effect and quota change together, or not at all. */
  perform(served: Served, { app, component }: Caller, params: Params): Outcome {
    const outcome =
      served.of === 'platform'
        ? served.step({ ...this.#shared(), component }, params)
        : this.#onApp(served.step, app, params);
    if (isRefusal(outcome)) return outcome;
    if (app !== null && outcome.app !== undefined) this.#store(app, outcome.app);
    if (outcome.platform !== undefined) this.#platform = outcome.platform;
    if (outcome.effect !== undefined) {
      this.ledger.effect({ at: this.clock(), app, endpoint: served.name, ...outcome.effect });
    }
    return outcome;
  }

  #onApp(step: Step, app: string | null, params: Params): Outcome {
    const scene = app === null ? undefined : this.scene(app);
    return scene === undefined ? refuse(40001) : step(scene, params);
  }

  #shared(): Omit<PlatformScene, 'component'> {
    const { world } = this;
    return { now: this.clock(), platform: this.#platform, world, switches: world.switches };
  }

  /** An app as it is now, after everything that time did to it; undefined when there is no such app. */
  scene(appid: string): Scene | undefined {
    const resident = this.#residents.get(appid);
    if (resident === undefined) return undefined;
    const now = this.clock();
    const { app, happened } = settle(resident.state, now);
    resident.state = app;
    for (const happening of happened) this.ledger.event(appid, happening);
    return { ...this.#shared(), now, app, config: resident.config };
  }

  /** Lets time act on every app, so that ledger and metrics are up to date. */
  settleAll(): void {
    for (const appid of this.appids) this.scene(appid);
  }

  /** A change from outside the API: the console, a verdict on order. */
  intervene(appid: string, app: AppState, happening: Happening): void {
    this.#store(appid, app);
    this.ledger.event(appid, happening);
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
    if (resident !== undefined) resident.state = app;
  }
}
