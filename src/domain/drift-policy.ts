/** What is done about drift: the plan's `onDrift` says it for every kind that has a known way on. */
import { slotTaken } from './anew.js';
import { needPerson } from './attention.js';
import { raisedText } from './drift.js';
import { remedyOf } from './drift-remedy.js';
import { EFFECTS } from './effects.js';
import { adopt, begun, completed, handedBack } from './ladder.js';
import { addPause, liftPauses } from './pauses.js';
import type { DriftPolicy, ReleasePlan } from './plan.js';
import type { Observed } from './readings.js';
import { notice, type ReleaseState, tell } from './state.js';

type Drift = Exclude<Observed, { kind: 'ours' }>;

const BY = 'plan: rollout.onDrift';

/** Someone raised the percentage or released to everyone, and the plan did not say what to do: a person may take it over. */
export function isAdoptable({ phase, guard, ladder }: ReleaseState): boolean {
  const { observed } = guard;
  if (phase !== 'rolling') return false;
  if (observed.kind === 'finished') return true;
  return observed.kind === 'advanced' && (observed.plan?.percentage ?? 0) > ladder.percentage;
}

/** Takes over what someone else did: the percentage, or that everyone has the version. */
export function takeOver(state: ReleaseState, plan: ReleasePlan, now: number): ReleaseState {
  return state.guard.observed.kind === 'finished'
    ? completed(state, plan, now, now)
    : adopt(state, plan, now);
}

/** The state after things were looked at (`at`, milliseconds since the epoch). */
export function observe(
  state: ReleaseState,
  plan: ReleasePlan,
  observed: Observed,
  at: number,
  now: number,
): ReleaseState {
  const next = { ...state, guard: { ...state.guard, observed } };
  if (observed.kind === 'ours') return asWeLeftIt(next, now);
  if (observed.kind === 'finished' && state.ladder.completingSince !== null)
    // After our own gray 100 it is what was waited for.
    return completed(next, plan, at, now);
  if (observed.kind === 'started') return started(next, plan, observed, at, now);
  if (observed.kind === 'cancelled' && isTheirs(next)) return asWeLeftIt(untouched(handedBack(next)), now);
  if (observed.kind === 'newAudit' && isBeforeSubmission(next))
    // It may be our own, of which nobody could tell whether it was submitted: `retry` reads whose it is.
    return isSubmittedPerhaps(next) ? next : slotTaken(next, plan, observed.text, now);
  const told = toldOnly(state, plan, observed, now);
  if (told !== null) return told;
  const action = policyFor(observed, plan.rollout.onDrift);
  // What a person had to look at has become something that the plan knows a way on from.
  const known =
    action !== 'attention' && next.attention?.step === 'drift' ? { ...next, attention: null } : next;
  // Before the first stage a way back needs to be found as from any other percentage.
  const everyone = known.phase === 'ready' && observed.kind === 'finished' && action !== 'bake';
  return act(everyone ? begun(known, undefined, at) : known, plan, observed, action, at, now);
}

/** What others prepare while nothing of ours is left to submit or to begin: told once, and looked at no more. */
function toldOnly(
  state: ReleaseState,
  { rules }: ReleasePlan,
  observed: Drift,
  now: number,
): ReleaseState | null {
  const { kind, text } = observed;
  const say = (next: ReleaseState, why: string) =>
    asWeLeftIt(untouched(tell(notice(next, why), { at: now, what: 'seen', why, by: 'WeChat' })), now);
  if (kind === 'newCommit' && state.phase !== 'preparing') {
    const trial = state.trial && { ...state.trial, replaced: true as const };
    return say({ ...state, trial }, `${text}; if the audit's release is refused (85020), that is why`);
  }
  if (kind !== 'newAudit' || state.phase !== 'baking' || rules < 2) return null;
  return say(
    { ...state, audit: { ...state.audit, followed: true } },
    `${text}; everyone has this version already`,
  );
}

/** Someone else began it, and neither a write of ours nor a decision made it ours. */
function isTheirs({ ladder, effects }: ReleaseState): boolean {
  const { endpoint: gray } = EFFECTS.grayRelease;
  const written = effects.some(({ endpoint, result }) => endpoint === gray && result !== 'refused');
  return ladder.stage < 0 && ladder.percentage === 0 && ladder.createdSec !== null && !written;
}

function isBeforeSubmission({ phase, audit }: ReleaseState): boolean {
  return phase === 'preparing' || (phase === 'auditing' && audit.id === null);
}

function isSubmittedPerhaps({ effects }: ReleaseState): boolean {
  const { endpoint: submit } = EFFECTS.submitAudit;
  return effects.findLast(({ endpoint, writes }) => endpoint === submit && writes > 0)?.result === 'unknown';
}

function untouched(state: ReleaseState): ReleaseState {
  return { ...state, guard: { ...state.guard, observed: { kind: 'ours' } } };
}

/** What a look at WeChat settles by itself. */
const SETTLED: ReadonlySet<string> = new Set(['drift', 'watchAudit']);

function asWeLeftIt(state: ReleaseState, now: number): ReleaseState {
  const settled = state.attention !== null && SETTLED.has(state.attention.step);
  const drifted = state.pauses.some(({ kind }) => kind === 'drift');
  if (!drifted && !settled) return state;
  const attention = settled ? null : state.attention;
  const lifted = liftPauses({ ...state, attention }, ({ kind }) => kind === 'drift', now);
  return tell(lifted, { at: now, what: 'goes on', why: 'everything is as we left it', by: 'WeChat' });
}

type Action = DriftPolicy[keyof DriftPolicy];

/** Kinds that no plan speaks of are for a person. */
function policyFor({ kind }: Drift, policy: DriftPolicy): Action {
  return kind in policy ? policy[kind as keyof DriftPolicy] : 'attention';
}

function act(
  state: ReleaseState,
  plan: ReleasePlan,
  observed: Drift,
  action: Action,
  at: number,
  now: number,
): ReleaseState {
  switch (action) {
    case 'adopt':
      return adopt(notice(state, observed.text), plan, now);
    case 'bake':
      return completed(notice(state, observed.text), plan, at, now);
    case 'pause':
      // One drift at a time: the newest is what is to be seen in the console.
      return addPause(
        liftPauses(state, ({ kind, reason }) => kind === 'drift' && reason !== observed.text, now),
        { kind: 'drift', reason: observed.text, by: BY, at: now },
        now,
      );
    case 'revert':
      return state.ending !== null
        ? state
        : { ...state, ending: { reason: observed.text, by: BY, at: now, withdrawAudit: false } };
    case 'attention':
      // Whoever must look already, looks at more than that it cannot be read.
      if (observed.kind === 'unreadable' && state.attention !== null) return state;
      return needPerson(
        state,
        observed.kind === 'newCommit' ? 'trial' : 'drift',
        { reason: observed.text, remedy: remedyOf(state, plan, observed) },
        now,
      );
  }
}

/** Someone pressed the button that was ours to press: the ladder has begun. */
function started(
  state: ReleaseState,
  plan: ReleasePlan,
  observed: Extract<Observed, { kind: 'advanced' | 'started' }>,
  at: number,
  now: number,
): ReleaseState {
  if (state.phase !== 'ready') return state;
  const { percentage } = observed.plan ?? state.ladder;
  // In the words of the guard that watches it from here on, so that it is not told twice.
  const advanced: Observed = {
    ...observed,
    kind: 'advanced',
    text: raisedText(percentage, state.ladder.percentage),
  };
  const seen = { ...state, guard: { ...state.guard, observed: advanced } };
  // A write of ours may have met it before we looked.
  const met = seen.attention?.step === 'grayRelease' ? { ...seen, attention: null } : seen;
  const rolling = tell(begun(met, observed.plan, at), {
    at: now,
    what: 'begun by someone else',
    why: observed.text,
    by: 'WeChat',
  });
  return act(rolling, plan, advanced, plan.rollout.onDrift.advanced, at, now);
}
