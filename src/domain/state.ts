/** The whole memory of a release: plain JSON, so that it survives replay and continue-as-new unchanged. */
import type { EffectName } from './effects.js';
import type { Counters, Judgement } from './health.js';
import type { Notified } from './notifying/notified.js';
import type { ReleasePlan } from './plan.js';
import type { Baseline, Observed } from './readings.js';
import type { SoakClock } from './soak.js';
import type {
  Attention,
  Decision,
  EffectRecord,
  Freeze,
  GateApproval,
  Opening,
  Outcome,
  Override,
  PauseReason,
  Phase,
  ReleaseStatus,
} from './status.js';
import type { WayBackChoice } from './way-back.js';

/** The wish to end before the plan's end: a person's, health's or the platform deadline's. */
export interface Ending {
  reason: string;
  by: string;
  at: number;
  /** Take a running audit back too (spends one of five withdrawals a day). */
  withdrawAudit: boolean;
}

/** What WeChat does not take yet. Nothing is in flight meanwhile: pause, abort and health have their way. */
export interface PutOff {
  effect: EffectName;
  /** Times in a row. */
  times: number;
  /** When it is asked again, milliseconds since the epoch. */
  until: number;
  /** WeChat's answer. */
  why: string;
}

/** A gate that was reached. */
export interface GateState {
  since: number;
  /** What is left of its timeout; stands still while paused. Null without one. */
  clock: SoakClock | null;
  approvals: GateApproval[];
  /** Its timeout was acted on. */
  timedOut: boolean;
  /** Someone refused; it asks anew after resume. */
  refused?: boolean;
}

/** A signed approval or refusal whose signature is still to be verified. */
export interface Signed {
  verb: 'approve' | 'refuse';
  gate: string;
  /** Since when the gate asked, milliseconds since the epoch. */
  askedAt: number;
  commandId: string;
  by: string;
  reason: string;
  signature: string;
  at: number;
}

/** A version of WeChat's list to go back to. */
export interface Target {
  version: string;
  /** The number revertcoderelease takes; null: the one listed for the version. */
  appVersion: number | null;
}

/** A percentage that was sent, and when (milliseconds since the epoch), of which nobody can tell whether it took effect. */
export interface Unproven {
  percentage: number;
  at: number;
}

export interface LadderState {
  /** Index of the last confirmed stage; -1 before the first. */
  stage: number;
  /** Percent that WeChat was last confirmed to serve. */
  percentage: number;
  confirmedAt: number | null;
  /** The running stage's soak, or the bake after 100 %. */
  soak: SoakClock | null;
  /** This stage's soak and hold were ended by promote. */
  promoted: boolean;
  /** Straight to 100 from here. */
  full: boolean;
  /** The platform deadline asked for it: neither pause nor health is waited for. */
  forced: boolean;
  /** The running percentage is somebody else's: `begun` before our first stage, or `adopted` from them. Null: it is ours. */
  elsewhere: 'begun' | 'adopted' | null;
  /** Our plan's create_timestamp and WeChat's own completion, seconds. */
  createdSec: number | null;
  finishesSec: number | null;
  /** When 100 % was confirmed but the version was not online yet: when we began to wait for it. */
  completingSince: number | null;
  /** Sent since the last confirmed stage and not proven (unproven.ts). */
  unproven?: Unproven[];
  /** Somebody else began a staged release with our audit, as a reading showed: users had the version. */
  begunByOthers: boolean;
  /** The version was online for everyone. */
  everOnline: boolean;
  /** When each stage was confirmed. */
  confirmations: (number | null)[];
}

export interface ReleaseState {
  phase: Phase;
  kind: ReleaseStatus['kind'];
  outcome: Outcome | null;
  reason: string;
  startedAt: number;
  /** Who started it: never its only approver. */
  startedBy?: string;
  closedAt: number | null;
  baseline: Baseline | null;
  /** What was read is no longer so: read it again before going on. */
  resurvey: boolean;
  /** The version is the trial version; its exp_time tells it from a colleague's. Null before. */
  trial: {
    uploadedSec: number | null /** Told that someone uploaded over it, after it was submitted. */;
    replaced?: true;
  } | null;
  audit: {
    id: number | null;
    /** The latest audit before ours: how ours is told from it. */
    beforeId: number | null;
    state: ReleaseStatus['audit']['state'];
    submittedAt: number | null;
    reason: string;
    overdueTold: boolean;
    /** Corrected by `resubmit`: the submission's body and the template, instead of the plan's. */
    body: ReleasePlan['audit']['body'] | null;
    template: number | null;
    rejectedAt: number | null;
    /** While it baked, someone submitted the next one: told, and of no concern. */
    followed?: true;
    /** The fast audit was asked for. */
    spedUp: boolean;
    /** An audit that is not ours could not be withdrawn; once is looked at again, twice is for a person. */
    foreignRefused: boolean;
    /** Pushes that wait to be looked at, and how often the watch was woken by one. */
    pushed: boolean;
    wakes: number;
    lastWake: number | null;
  };
  ladder: LadderState;
  /** The last fresh pass of every pulled metric with the plan still ours. */
  confirmation: { at: number; stage: number } | null;
  /** Why the last confirmation did not pass; empty when it did or none was tried. */
  unconfirmed: string;
  /** commandIds of the latest reports. */
  reported: string[];
  /** A write that WeChat does not take yet. */
  putOff: PutOff | null;
  /** Confirmations in a row that grew too old before the next percentage could be sent. */
  outdated: number;
  guard: {
    /** Rises whenever a guard must begin again. */
    generation: number;
    /** Per metric, as the last guard left them. */
    counters: Record<string, Counters>;
    observed: Observed;
  };
  /** By key: `trial`, or `stage:N`. */
  gates: Record<string, GateState>;
  signed: Signed[];
  freeze: Freeze | null;
  override: Override | null;
  /** The opening that was looked up last. */
  window: Opening | null;
  /** The version to go back to, when a person chose one. */
  target: Target | null;
  /** Pushed metrics: counters of the running stage. */
  pushed: Record<string, Counters>;
  /** Metrics whose limit was already acted on in this stage (paused by, or told). */
  acted: string[];
  judgements: Record<string, Judgement>;
  pauses: PauseReason[];
  attention: Attention | null;
  ending: Ending | null;
  wayBack: { choice: WayBackChoice | null; lastWriteAt: number | null; readAt: number | null; loops: number };
  platformWarned: boolean;
  notices: string[];
  /** Messages that nothing could be made of. */
  ignored: { count: number; last: string };
  effects: EffectRecord[];
  decisions: Decision[];
  commands: ReleaseStatus['commands'];
  /** What was told of it; absent in a release that tells nobody. */
  notified?: Notified;
}

export const MAX_DECISIONS = 100;
/** Ids of commands that are remembered: a repeat of one of these is not done twice. */
export const MAX_COMMANDS = 200;
const MAX_NOTICES = 20;

/** The newest of a list; of what must go, first what a storm of nonsense would have brought. */
export function newest<T>(list: T[], most: number, isMinor: (entry: T) => boolean): T[] {
  if (list.length <= most) return list;
  const minor = list.findIndex(isMinor);
  return list.toSpliced(minor < 0 ? 0 : minor, 1);
}

/** The state with one more line in its story; when it is long, refusals go first, then the oldest lines. */
export function tell(state: ReleaseState, line: Decision): ReleaseState {
  const decisions = newest([...state.decisions, line], MAX_DECISIONS, ({ refused }) => refused === true);
  return { ...state, decisions };
}

/** The state with one more thing a person should know; the same words are not said twice. */
export function notice(state: ReleaseState, text: string): ReleaseState {
  if (state.notices.includes(text)) return state;
  return { ...state, notices: [...state.notices, text].slice(-MAX_NOTICES) };
}

/** A message that says nothing to this release: counted, and only the last one is told. */
export function ignore(state: ReleaseState, why: string): ReleaseState {
  return { ...state, ignored: { count: state.ignored.count + 1, last: why } };
}

export function isPaused(state: ReleaseState): boolean {
  return state.pauses.length > 0;
}

/** A plan of ours may be running at WeChat: users may have the version. */
export function mayRunGray(state: ReleaseState): boolean {
  if ((state.phase !== 'rolling' && state.phase !== 'reverting') || state.ladder.everOnline) return false;
  const { observed } = state.guard;
  if (observed.kind === 'cancelled' || observed.kind === 'finished') return false;
  // On the way back something newer was read.
  if (state.phase === 'rolling' && observed.kind === 'absent') return false;
  if (state.phase === 'rolling' && observed.kind === 'otherVersion' && observed.open === false) return false;
  const choice = state.wayBack.choice?.way;
  return choice === undefined || choice === 'revertGray';
}
