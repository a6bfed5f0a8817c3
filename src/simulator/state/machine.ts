/** The shape of every step of the state machine. A step is a pure function: state and time in, state and answer out. */

import type { AppMetrics } from '../health/metrics.js';
import type { WorldComponent } from '../world/components.js';
import type { Switches } from '../world/switches.js';
import type { World, WorldApp } from '../world/world.js';
import type { ErrCode, Refusal } from './errors.js';
import type { CallReader } from './limits.js';
import type { Mint } from './mint.js';
import type { Grant } from './platform.js';
import type { AppState, PlatformState } from './state.js';
import type { Caller, IssuedToken } from './tokens.js';
import type { TraceReader } from './traces.js';

/** What every call may look at. */
export interface SharedScene {
  now: number;
  /** What the apps of the component share. */
  platform: PlatformState;
  world: World;
  switches: Switches;
  /** How often calls were made, for the quota look-up. */
  calls: CallReader;
}

/** What a call of the platform itself may look at. */
export interface PlatformScene extends SharedScene {
  /** Whose call it is: by its token or, where it takes none, by the component_appid it names (null: none of this world). */
  caller: Caller;
  /** What the world file says of the component. */
  config: WorldComponent | undefined;
  /** The authorizations of the component's apps, by appid. */
  grants: ReadonlyMap<string, Grant>;
  mint: Mint;
  traces: TraceReader;
}

/** Everything a call on behalf of a Mini Program may look at. */
export interface Scene extends SharedScene {
  app: AppState;
  /** What the world file says of this app. */
  config: WorldApp;
  /** Its health as it is set now. */
  metrics: AppMetrics;
}

/** What a change of state was about, as the ledger shows it. */
export interface EffectDetail {
  version?: string;
  percentage?: number;
  auditid?: number;
  /** The version users had before. */
  from?: string;
  /** What a call of the platform was about: a Mini Program, a template, or the platform itself. */
  about?: string;
}

/** A call that WeChat accepted. `effect` is there exactly when state changed. */
export interface Accepted {
  answer: Record<string, unknown>;
  /** Answered instead of JSON. */
  image?: Image;
  app?: AppState;
  platform?: PlatformState;
  /** An authorization that changed. */
  grant?: Grant;
  /** Access tokens that were made. */
  tokens?: IssuedToken[];
  effect?: EffectDetail;
  /** The appid, of a Mini Program or of the platform, whose call quotas begin anew. */
  clearsCalls?: string;
  /** The platform whose tickets are pushed from now on. */
  startsTickets?: string;
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
  /** Why an audit failed or takes longer, and media ids of screenshots with | between them. */
  reason?: string;
  screenshot?: string;
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
