/** The shape of every step of the state machine. A step is a pure function: state and time in, state and answer out. */
import type { ErrCode, Refusal } from './errors.js';
import type { AppState, PlatformState } from './state.js';
import type { Switches } from './switches.js';
import type { World, WorldApp } from './world.js';

/** Everything a step may look at. */
export interface Scene {
  now: number;
  app: AppState;
  platform: PlatformState;
  /** What the world file says of this app. */
  config: WorldApp;
  world: World;
  switches: Switches;
}

/** What a change of state was about, as the ledger shows it. */
export interface EffectDetail {
  version?: string;
  percentage?: number;
  auditid?: number;
  /** The version users had before. */
  from?: string;
}

/** A call that WeChat accepted. `effect` is there exactly when state changed. */
export interface Accepted {
  answer: Record<string, unknown>;
  app?: AppState;
  platform?: PlatformState;
  effect?: EffectDetail;
}

export type Outcome = Accepted | Refusal;

/** Query and body of a call, as one object. Nothing in it has been checked. */
export type Params = Readonly<Record<string, unknown>>;

/** One endpoint. */
export type Step = (scene: Scene, params: Params) => Outcome;

/** Something WeChat did by itself, or a person in its console. */
export interface Happening extends EffectDetail {
  at: number;
  what: string;
}

/** True when WeChat said no. */
export function isRefusal<Value extends object>(value: Value | Refusal): value is Refusal {
  return 'errcode' in value;
}

/** An accepted read. */
export function read(answer: Record<string, unknown> = {}): Accepted {
  return { answer };
}

/** The code as a number, for a switch whose values are codes. */
export function codeOf(value: `${ErrCode}`): ErrCode {
  return Number(value) as ErrCode;
}
