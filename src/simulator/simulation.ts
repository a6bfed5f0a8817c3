/** The simulated WeChat: its state, its clock, its ledger, and the one place where a step takes effect. */
import { audience, settle } from './app.js';
import type { EndpointName, Served } from './endpoints.js';
import { type Refusal, refuse } from './errors.js';
import { type Fault, takeFault } from './faults.js';
import { Ledger } from './ledger.js';
import { type Happening, isRefusal, type Outcome, type Params, type Scene } from './machine.js';
import { type AppMetrics, type Series, seriesOf, withPoint } from './metrics.js';
import { type AppState, type PlatformState, seedApp, seedPlatform } from './state.js';
import type { MetricPoint, World, WorldApp } from './world.js';

/** Other names under which clients send the token; WeChat takes any of them. */
const TOKEN_FIELDS = ['access_token', 'component_access_token', 'cloudbase_access_token'];
const TOKEN_SHAPE = /^[\w.|!-]{1,512}$/;

interface Token {
  appid: string;
  /** Milliseconds since the epoch; null: never expires. */
  expiresAt: number | null;
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

  /** Whose token a query carries, or how WeChat refuses it. */
  authorize(query: URLSearchParams): { appid: string } | Refusal {
    const value = Simulation.tokenIn(query);
    if (value === null) return refuse(41001);
    if (!TOKEN_SHAPE.test(value)) return refuse(40014);
    const token = this.#tokens.get(value);
    if (token === undefined) return refuse(40001);
    if (token.expiresAt !== null && token.expiresAt <= this.clock()) return refuse(42001);
    return { appid: token.appid };
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
  perform({ name, step }: Served, appid: string, params: Params): Outcome {
    const scene = this.scene(appid);
    if (scene === undefined) return refuse(40001);
    const outcome = step(scene, params);
    if (isRefusal(outcome)) return outcome;
    if (outcome.app !== undefined) this.#store(appid, outcome.app);
    if (outcome.platform !== undefined) this.#platform = outcome.platform;
    if (outcome.effect !== undefined) {
      this.ledger.effect({ at: scene.now, app: appid, endpoint: name, ...outcome.effect });
    }
    return outcome;
  }

  /** An app as it is now, after everything that time did to it; undefined when there is no such app. */
  scene(appid: string): Scene | undefined {
    const resident = this.#residents.get(appid);
    if (resident === undefined) return undefined;
    const now = this.clock();
    const { app, happened } = settle(resident.state, now);
    resident.state = app;
    for (const happening of happened) this.ledger.event(appid, happening);
    const { world } = this;
    return { now, app, platform: this.#platform, config: resident.config, world, switches: world.switches };
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
