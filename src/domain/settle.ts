/**
 * Everything that happens because time passed or because a wish was stated: endings, deadlines, the end of the
 * bake. Called before each decision; calling it twice changes nothing.
 */
import { needPerson } from './attention.js';
import { wakeAudit } from './audit-wake.js';
import { confirmed } from './confirm.js';
import { EFFECTS, type EffectName } from './effects.js';
import { countHumanWait } from './human-wait.js';
import { nextPhase } from './phase.js';
import type { ReleasePlan } from './plan.js';
import { platformDeadline } from './platform-deadline.js';
import { endFreeze, passTrial, reachGate } from './settle-gates.js';
import { soakLeft } from './soak.js';
import { notice, type ReleaseState, tell } from './state.js';
import type { Outcome } from './status.js';
import { unprovenOf } from './unproven.js';

/** In this order: what states a wish to end comes before the ending. */
const RULES = [
  wakeAudit,
  overdueAudit,
  rejectedTooLong,
  withdrawnElsewhere,
  platformDeadline,
  endFreeze,
  reachGate,
  passTrial,
  beginEnding,
  endOfBake,
  endOfReverting,
  countHumanWait,
];

/** The state at `now`, milliseconds since the epoch. */
export function settle(state: ReleaseState, plan: ReleasePlan, now: number): ReleaseState {
  return RULES.reduce(
    (current, rule) => (current.phase === 'closed' ? current : rule(current, plan, now)),
    state,
  );
}

/** Why a release that is being ended ends, and by whom. */
export const whyEnded = ({ ending }: Pick<ReleaseState, 'ending'>): string =>
  `${ending?.reason ?? ''} (${ending?.by ?? ''})`;

/** The release at its end: one outcome, why, and nothing left that waits for anyone. */
export function close(state: ReleaseState, outcome: Outcome, reason: string, now: number): ReleaseState {
  const closed: ReleaseState = {
    ...state,
    phase: nextPhase(state.phase, 'ended'),
    outcome,
    reason,
    closedAt: now,
    attention: null,
    pauses: [],
  };
  return tell(closed, { at: now, what: outcome, why: reason, by: 'weapp-rollout' });
}

/** When the audit is overdue, milliseconds since the epoch; null before submission. */
export function auditOverdueAt(state: ReleaseState, plan: ReleasePlan): number | null {
  return state.audit.submittedAt === null ? null : state.audit.submittedAt + plan.audit.deadlineMs;
}

function overdueAudit(state: ReleaseState, plan: ReleasePlan, now: number): ReleaseState {
  const at = auditOverdueAt(state, plan);
  if (!isAuditing(state) || state.phase !== 'auditing' || at === null) return state;
  if (now < at || state.audit.overdueTold) return state;
  const text = `the audit takes longer than planned (since ${new Date(state.audit.submittedAt ?? now).toISOString()})`;
  const told = tell(notice({ ...state, audit: { ...state.audit, overdueTold: true } }, text), {
    at: now,
    what: 'audit overdue',
    why: text,
    by: 'plan: audit.deadline',
  });
  if (plan.audit.onDeadline === 'notify' || told.ending !== null) return told;
  return {
    ...told,
    ending: { reason: text, by: 'plan: audit.onDeadline', at: now, withdrawAudit: true },
  };
}

/** Until when a rejected release waits for `resubmit`, milliseconds since the epoch; null when it does not. */
export function resubmitUntil({ phase, audit }: ReleaseState, plan: ReleasePlan): number | null {
  if (phase !== 'auditing' || audit.state !== 'rejected' || audit.rejectedAt === null) return null;
  return audit.rejectedAt + plan.audit.rejectTimeoutMs;
}

function rejectedTooLong(state: ReleaseState, plan: ReleasePlan, now: number): ReleaseState {
  const until = resubmitUntil(state, plan);
  if (until === null || now < until || state.ending !== null) return state;
  const { id, reason } = state.audit;
  return close(state, 'rejected', `audit ${id} was rejected and nobody resubmitted: ${reason}`, now);
}

/** Our audit was taken back, and not by us. */
function withdrawnElsewhere(state: ReleaseState, _plan: ReleasePlan, now: number): ReleaseState {
  const { phase, audit, attention, ending } = state;
  if (phase !== 'auditing' || audit.state !== 'withdrawn' || attention !== null || ending !== null)
    return state;
  const reason = `audit ${audit.id} was withdrawn by someone else`;
  return needPerson(
    state,
    'withdrawn',
    { reason, remedy: '`retry` submits it again, `abort` ends the release' },
    now,
  );
}

/** What stays behind of a release that ends before its audit. */
function uploadLeft(state: ReleaseState): string {
  if (isUnknown(state, 'commit')) return 'nobody can tell whether a trial version was uploaded';
  if (state.trial !== null) return 'no user saw it; the trial version stays';
  return state.effects.length === 0 ? 'nothing was changed' : 'no version of ours was uploaded';
}

/** Carries out a stated ending as far as no call to WeChat is needed. */
function beginEnding(state: ReleaseState, plan: ReleasePlan, now: number): ReleaseState {
  const { ending } = state;
  if (ending === null) return state;
  const why = whyEnded(state);
  switch (state.phase) {
    case 'preparing':
      return close(state, 'aborted', `${why}; ${uploadLeft(state)}`, now);
    case 'ready':
      // Somebody else may have released our audit a moment ago: it is read first.
      if (plan.rules >= 2) return state.attention === null ? state : { ...state, attention: null };
      return close(
        state,
        'aborted',
        `${why}; ${seenBy(state)}; the approved audit stays and can still be released in the console`,
        now,
      );
    case 'auditing': {
      // Whatever a person had to look at, neither the withdrawal nor the reading before it waits for that.
      const withdraws = ending.withdrawAudit && state.audit.id !== null && isAuditing(state);
      if (withdraws || mayBeSubmitted(state, plan))
        return state.attention === null ? state : { ...state, attention: null };
      return close(state, 'aborted', `${why}; ${seenBy(state)}; ${auditLeft(state)}`, now);
    }
    case 'rolling':
    case 'baking':
      return tell(
        {
          ...state,
          phase: nextPhase(state.phase, 'takeBack'),
          attention: null,
          pauses: [],
          ladder: { ...state.ladder, soak: null },
        },
        { at: now, what: 'taking users back', why: ending.reason, by: ending.by },
      );
    default:
      return state;
  }
}

/** Nobody, unless somebody else showed it to them. */
function seenBy({ guard: { observed }, ladder }: ReleaseState): string {
  if (observed.kind !== 'ours') return `it showed it to no user, but ${observed.text}`;
  return ladder.begunByOthers ? 'users had it while somebody else released it' : 'no user saw it';
}

/** What stays behind of a release that is given up, for whoever comes after it. */
export function leftBehind(state: ReleaseState, { version }: ReleasePlan): string {
  switch (state.phase) {
    case 'preparing':
      return uploadLeft(state);
    case 'auditing':
      return `${seenBy(state)}; ${auditLeft(state)}`;
    case 'ready':
      return `${seenBy(state)}; the approved audit stays`;
    default:
      if (state.ladder.everOnline) return `${version} was online for everyone`;
      if (state.guard.observed.kind !== 'absent') return 'no staged release of ours runs';
      return unprovenOf(state).length === 0
        ? 'no user saw it; the approved audit stays'
        : 'no staged release is to be seen; nobody can tell whether one of ours is still to come';
  }
}

/** What an abort leaves of the audit. */
function auditLeft(state: ReleaseState): string {
  if (state.audit.state === 'withdrawn') return 'the audit is withdrawn';
  if (state.audit.id !== null) return `audit ${state.audit.id} stays where it is (${state.audit.state})`;
  return isUnknown(state, 'submitAudit')
    ? 'nobody can tell whether an audit was submitted'
    : 'no audit was submitted';
}

/** Whether an audit of ours may be under way unseen: an abort reads before it says what stays behind. */
export function mayBeSubmitted(state: ReleaseState, { rules }: ReleasePlan): boolean {
  const { phase, audit } = state;
  return rules >= 2 && phase === 'auditing' && audit.id === null && isUnknown(state, 'submitAudit');
}

/** Whether a write may have taken effect unseen. */
function isUnknown(state: ReleaseState, effect: EffectName): boolean {
  const { endpoint } = EFFECTS[effect];
  return state.effects.some((entry) => entry.endpoint === endpoint && entry.result === 'unknown');
}

/** Whether an audit is under way: it is watched, and an abort that withdraws it has to. */
export function isAuditing(state: ReleaseState): boolean {
  return state.audit.state === 'auditing' || state.audit.state === 'delayed';
}

function endOfBake(state: ReleaseState, plan: ReleasePlan, now: number): ReleaseState {
  const { soak, promoted } = state.ladder;
  if (state.phase !== 'baking' || soak === null || state.attention !== null || state.pauses.length > 0)
    return state;
  if ((!promoted && soakLeft(soak, now) > 0) || !confirmed(state, plan, now).ok) return state;
  return close(state, 'released', `${plan.version} is online for everyone and stayed healthy`, now);
}

/** When a way back may be believed complete: after the settle time of the last write, milliseconds. */
export function wayBackSettledAt(state: ReleaseState): number {
  const last = (...names: EffectName[]) =>
    state.effects.findLast(({ endpoint }) => names.some((name) => EFFECTS[name].endpoint === endpoint));
  const back = last('revertGray', 'revertCode');
  const { revertCode, revertGray } = EFFECTS;
  const { settleMs } = back?.endpoint === revertCode.endpoint ? revertCode : revertGray;
  const { lastWriteAt } = state.wayBack;
  return Math.max(lastWriteAt ?? 0, last('grayRelease', 'release')?.at ?? 0) + settleMs;
}

function endOfReverting(state: ReleaseState, _plan: ReleasePlan, now: number): ReleaseState {
  const { choice, readAt } = state.wayBack;
  if (state.phase !== 'reverting' || choice?.way !== 'nothing' || state.attention !== null) return state;
  if (readAt === null || readAt < wayBackSettledAt(state)) return state;
  const why = state.ending === null ? choice.text : `${whyEnded(state)}; ${choice.text}`;
  return close(state, outcomeOfWayBack(state), why, now);
}

/** After 100 % it was a roll-back, before it a cancelled staged release, whoever began it; else no user saw it. */
function outcomeOfWayBack(state: ReleaseState): Outcome {
  const applied = (endpoint: string) =>
    state.effects.some((effect) => effect.endpoint === endpoint && effect.result === 'applied');
  if (state.ladder.everOnline || applied('revertcoderelease')) return 'rolledBack';
  const { stage, begunByOthers } = state.ladder;
  return stage >= 0 || begunByOthers || applied('revertgrayrelease') ? 'reverted' : 'aborted';
}
