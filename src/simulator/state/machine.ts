/** The shape of every step of the state machine. A step is a pure function: state and time in, state and answer out. */

import type { Switches } from '../world/switches.js';
import type { World, WorldApp } from '../world/world.js';
import type { ErrCode, Refusal } from './errors.js';
import type { AppState, PlatformState } from './state.js';

/** What a call of the platform itself may look at. */
export interface PlatformScene {
  now: number;
  /** The component appid whose call it is; null for a call without a token. */
  component: string | null;
  platform: PlatformState;
  world: World;
  switches: Switches;
}

/** Everything a call on behalf of a Mini Program may look at. */
export interface Scene extends Omit<PlatformScene, 'component'> {
  app: AppState;
  /** What the world file says of this app. */
  config: WorldApp;
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
  /** Answered instead of JSON. */
  image?: Image;
  app?: AppState;
  platform?: PlatformState;
  effect?: EffectDetail;
}

export type Outcome = Accepted | Refusal;

/** Bytes with a name, as get_qrcode answers them. */
export interface Image {
  type: string;
  filename: string;
  bytes: Uint8Array;
}

/** A file of a multipart body; stands in `Params` under its field's name. */
export interface Upload {
  filename: string;
  type: string;
  bytes: Uint8Array;
}

/** Query and body of a call, as one object. Nothing in it has been checked. */
export type Params = Readonly<Record<string, unknown>>;

/** One call on behalf of a Mini Program. */
export type Step = (scene: Scene, params: Params) => Outcome;

/** One call of the platform itself. It has no app to change: what it does is in `platform`. */
export type PlatformStep = (scene: PlatformScene, params: Params) => Outcome;

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
