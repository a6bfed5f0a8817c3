/** What is done about drift: the plan's `onDrift` says it for every kind that has a known way on. */
import { needPerson } from './attention.js';
import { adopt, begun, completed } from './ladder.js';
import { addPause, liftPauses } from './pauses.js';
import type { DriftPolicy, ReleasePlan } from './plan.js';
import type { Observed } from './readings.js';
import { notice, type ReleaseState, tell } from './state.js';

type Drift = Exclude<Observed, { kind: 'ours' }>;

const BY = 'plan: rollout.onDrift';

/** Someone raised the percentage, and the plan did not say what to do: a person may take it over. */
export function isAdoptable({ phase, guard, ladder }: ReleaseState): boolean {
  const { observed } = guard;
  return (
    phase === 'rolling' &&
    observed.kind === 'advanced' &&
    (observed.plan?.percentage ?? 0) > ladder.percentage
  );
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
  if (observed.kind === 'newCommit' && state.phase !== 'preparing')
    return notice(next, `${observed.text}; if the audit's release is refused (85020), that is why`);
  const action = policyFor(observed, plan.rollout.onDrift);
  // What a person had to look at has become something that the plan knows a way on from.
  const known =
    action !== 'attention' && next.attention?.step === 'drift' ? { ...next, attention: null } : next;
  return act(known, plan, observed, action, at, now);
}

function asWeLeftIt(state: ReleaseState, now: number): ReleaseState {
  const drifted = state.pauses.some(({ kind }) => kind === 'drift') || state.attention?.step === 'drift';
  if (!drifted) return state;
  const attention = state.attention?.step === 'drift' ? null : state.attention;
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
        { reason: observed.text, remedy: remedyOf(state, observed) },
        now,
      );
  }
}

function remedyOf({ phase }: ReleaseState, { kind }: Drift): string {
  if (kind === 'newCommit') return '`retry` uploads our version again, `abort` ends the release';
  const early = phase === 'preparing' || phase === 'auditing' || phase === 'ready';
  return early
    ? 'put it right in the console (it is read again by itself), or `retry` to begin from what is there, or `abort`'
    : 'put it right in the console (it is read again by itself), or `abort` to take users back; once no staged release runs, `giveUp` closes';
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
  const advanced: Observed = { ...observed, kind: 'advanced' };
  const rolling = begun({ ...state, guard: { ...state.guard, observed: advanced } }, advanced, at);
  return act(rolling, plan, advanced, plan.rollout.onDrift.advanced, at, now);
}
