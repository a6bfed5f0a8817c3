/** What is done about drift: the plan's `onDrift` says it for every kind that has a known way on. */
import { slotTaken } from './anew.js';
import { isSettledByLooking, needPerson, uncovered } from './attention.js';
import { remedyOf } from './drift-remedy.js';
import { EFFECTS } from './effects.js';
import { adopt, begun, completed, handedBack } from './ladder.js';
import { addPause, liftPauses } from './pauses.js';
import type { DriftPolicy, ReleasePlan } from './plan.js';
import type { Observed } from './readings.js';
import { notice, type ReleaseState, tell } from './state.js';
import { isCompleting } from './unproven.js';

type Drift = Exclude<Observed, { kind: 'ours' }>;

const BY = 'plan: rollout.onDrift';

/** Someone raised the percentage or released to everyone, and the plan did not say what to do: a person may take it over. */
export function isAdoptable({ phase, guard, ladder }: ReleaseState): boolean {
  const { observed } = guard;
  if (phase !== 'rolling') return false;
  if (observed.kind === 'finished') return true;
  if (observed.kind !== 'advanced' || observed.plan === undefined) return false;
  return ladder.elsewhere === 'begun' || observed.plan.percentage > ladder.percentage;
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
  if (observed.kind === 'ours' || observed.kind === 'absent') return asWeLeftIt(next, now);
  // What we sent to everyone is nobody else's doing. Releases begun before this was known keep what they did.
  const isOurs = plan.rules < 2 ? state.ladder.completingSince !== null : isCompleting(state);
  if (observed.kind === 'finished' && isOurs) return completed(next, plan, at, now);
  if (observed.kind === 'started') return started(next, plan, observed, at, now);
  if (observed.kind === 'cancelled' && next.ladder.elsewhere === 'begun')
    return asWeLeftIt(untouched(handedBack(next)), now);
  if (observed.kind === 'newAudit' && isBeforeSubmission(next))
    // It may be our own, of which nobody could tell whether it was submitted: `retry` reads whose it is.
    return isSubmittedPerhaps(next) ? next : slotTaken(next, plan, observed.text, now);
  const told = toldOnly(state, plan, observed, now);
  if (told !== null) return told;
  const action = policyFor(observed, plan.rollout.onDrift);
  // What a person had to look at has become something that the plan knows a way on from.
  const known = action !== 'attention' && next.attention?.step === 'drift' ? uncovered(next) : next;
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
  const isSubmitted = state.phase !== 'preparing' && (state.audit.id !== null || isSubmittedPerhaps(state));
  if (kind === 'newCommit' && isSubmitted) {
    const trial = state.trial && { ...state.trial, replaced: true as const };
    return say({ ...state, trial }, `${text}; if the audit's release is refused (85020), that is why`);
  }
  if (kind !== 'newAudit' || state.phase !== 'baking' || rules < 2) return null;
  return say(
    { ...state, audit: { ...state.audit, followed: true } },
    `${text}; everyone has this version already`,
  );
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

function asWeLeftIt(state: ReleaseState, now: number): ReleaseState {
  const settled = isSettledByLooking(state.attention);
  const drifted = state.pauses.some(({ kind }) => kind === 'drift');
  if (!drifted && !settled) return state;
  const lifted = liftPauses(settled ? uncovered(state) : state, ({ kind }) => kind === 'drift', now);
  const { attention } = lifted;
  const why = 'everything is as we left it';
  return attention === null
    ? tell(lifted, { at: now, what: 'goes on', why, by: 'WeChat' })
    : tell(lifted, {
        at: now,
        what: 'a person must look still',
        why: `${why}, but: ${attention.reason}; ${attention.remedy}`,
        by: 'WeChat',
      });
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
        forgetful(state, plan),
        observed.kind === 'newCommit' ? 'trial' : 'drift',
        { reason: observed.text, remedy: remedyOf(state, plan, observed) },
        now,
      );
  }
}

/** Releases that were begun before a drift kept what it covers go on as they did. */
function forgetful(state: ReleaseState, { rules }: ReleasePlan): ReleaseState {
  return rules < 2 && !isSettledByLooking(state.attention) ? { ...state, attention: null } : state;
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
  const advanced = { ...observed, kind: 'advanced' as const };
  const seen = { ...state, guard: { ...state.guard, observed: advanced } };
  // What a person had to look at may have been this, met by a write of ours before we looked, or another drift.
  const shown = seen.attention?.step === 'drift' ? uncovered(seen) : seen;
  const met = shown.attention?.step === 'grayRelease' ? { ...shown, attention: null } : shown;
  const rolling = tell(begun(met, observed.plan, at), {
    at: now,
    what: 'begun by someone else',
    why: observed.text,
    by: 'WeChat',
  });
  return act(rolling, plan, advanced, plan.rollout.onDrift.advanced, at, now);
}
