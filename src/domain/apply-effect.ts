/** What the result of a write does to a release. */
import { stuckWayBack, versionBefore } from './affected.js';
import { RETRY_UPLOAD, slotTaken } from './anew.js';
import { needPerson } from './attention.js';
import { confirmationMs } from './confirm.js';
import { formatDuration } from './duration.js';
import { EFFECTS, type EffectFacts, type EffectName, type EffectResult } from './effects.js';
import { completed, fullRelease, staged } from './ladder.js';
import { nextPhase } from './phase.js';
import type { ReleasePlan } from './plan.js';
import { putOff } from './put-off.js';
import { close, whyEnded } from './settle.js';
import { newest, notice, type ReleaseState, tell } from './state.js';
import type { EffectRecord } from './status.js';
import { sentUp } from './unproven.js';

/** A write came to its end. */
export interface EffectEvent {
  type: 'effect';
  effect: EffectName;
  stage?: number;
  percentage?: number;
  result: EffectResult;
}

/** Effects that are remembered; a person who retries for weeks must not swell a history. */
const MAX_EFFECTS = 200;

function record(state: ReleaseState, { effect: name, percentage, result }: EffectEvent): ReleaseState {
  if (result.status === 'deferred' || (result.status === 'stale' && result.writes === 0)) return state;
  const entry: EffectRecord = {
    endpoint: EFFECTS[name].endpoint,
    at: result.at,
    // One that was sent and not seen, and came too late to be sent again, may still show.
    result: result.status === 'stale' ? 'unknown' : result.status,
    answer: result.answer,
    writes: result.writes,
    ...(percentage === undefined ? {} : { percentage }),
  };
  const effects = newest([...state.effects, entry], MAX_EFFECTS, ({ result: ended }) => ended !== 'applied');
  return { ...state, effects };
}

/** The state after a write; every write is recorded, whatever came of it. */
export function applyEffect(
  state: ReleaseState,
  plan: ReleasePlan,
  event: EffectEvent,
  now: number,
): ReleaseState {
  const { effect: name, result } = event;
  // From the first staged release that was sent, users may have the version, whatever came of it. One that is found
  // applied counts as sent: the attempt that sent it may have died, or a colleague pressed the button.
  const begun = result.writes > 0 || result.status === 'applied';
  const phased =
    state.phase === 'ready' && (name === 'grayRelease' || name === 'release') && begun
      ? { ...state, phase: nextPhase(state.phase, 'rolloutStarted') }
      : state;
  if (result.status === 'deferred') return putOff(phased, name, result, now);
  const recorded = record({ ...phased, putOff: null, ladder: sentUp(phased.ladder, event) }, event);
  switch (result.status) {
    case 'applied':
      return applied(recorded, plan, event, result.facts, result.at, now);
    case 'stale':
      return outdated(recorded, plan, result.at, now);
    case 'refused':
    case 'unknown':
      return failedEffect(recorded, plan, event, result, now);
  }
}

/** So many confirmations in a row that grow too old before they can be used are not bad luck: something is slow. */
const MAX_OUTDATED = 5;

/** The step came too late for its confirmation or its window. Whose clock said so may be another machine's: both are looked up again. */
function outdated(state: ReleaseState, plan: ReleasePlan, at: number, now: number): ReleaseState {
  const { confirmation, ladder } = state;
  const again: ReleaseState = { ...state, confirmation: null, window: null };
  const freshMs = confirmationMs(plan, ladder.percentage);
  // Else its window closed, which happens once in a while.
  const isOutdated = confirmation !== null && at > confirmation.at + freshMs;
  if (plan.rules < 2 || !isOutdated) return again;
  if (state.outdated + 1 < MAX_OUTDATED) return { ...again, outdated: state.outdated + 1 };
  const reason =
    `${MAX_OUTDATED} times in a row the measurement before the next step was older than ${formatDuration(freshMs)} ` +
    '(two intervals) before it could be sent';
  const remedy =
    'look at what is slow: the workers, their clocks, or WeChat; `retry` tries again, and a plan with a longer interval leaves more time';
  return needPerson({ ...again, outdated: 0 }, 'grayRelease', { reason, remedy }, now);
}

function failedEffect(
  state: ReleaseState,
  plan: ReleasePlan,
  { effect: name }: EffectEvent,
  result: Extract<EffectResult, { remedy: string }>,
  now: number,
): ReleaseState {
  if (name === 'speedupAudit') {
    const text = `the audit could not be sped up: ${result.answer}`;
    return notice({ ...state, audit: { ...state.audit, spedUp: true } }, text);
  }
  if (name === 'withdrawAudit' && state.phase === 'preparing') return foreignStays(state, result, now);
  // The plan or the audit moved meanwhile: choose again by reading, a few times.
  if (name === 'revertGray' && result.status === 'refused' && state.wayBack.loops < 3)
    return { ...state, wayBack: { ...state.wayBack, choice: null, loops: state.wayBack.loops + 1 } };
  if (name === 'withdrawAudit' && state.ending !== null) {
    const stays =
      result.status === 'unknown'
        ? `nobody can tell whether audit ${state.audit.id} was withdrawn`
        : `audit ${state.audit.id} could not be withdrawn`;
    return close(state, 'aborted', `${whyEnded(state)}; no user saw it; ${stays}: ${result.answer}`, now);
  }
  const because = result.status === 'refused' ? result.because : undefined;
  if (because === 'foreignAudit' && state.phase === 'auditing')
    return slotTaken(state, plan, result.answer, now);
  if (because === 'trialChanged') {
    const remedy = RETRY_UPLOAD[plan.source];
    return needPerson(state, 'trial', { reason: result.answer, remedy }, now);
  }
  const told =
    result.status === 'unknown'
      ? `the outcome of ${EFFECTS[name].endpoint} is not known`
      : EFFECTS[name].endpoint;
  // WeChat's refusals begin with the call they are of.
  const named = result.answer.startsWith(`${told}:`) ? result.answer : `${told}: ${result.answer}`;
  const blocked = { reason: named, remedy: result.remedy };
  const isBack = name === 'revertGray' || name === 'revertCode';
  return needPerson(state, name, isBack ? stuckWayBack(state, plan, blocked) : blocked, now);
}

/** An audit that is not ours could not be withdrawn: it may have been decided meanwhile. */
function foreignStays(
  state: ReleaseState,
  result: Extract<EffectResult, { remedy: string }>,
  now: number,
): ReleaseState {
  const { audit } = state;
  // One whose outcome is not known may have spent a withdrawal: never twice by itself.
  if (!audit.foreignRefused && result.status === 'refused')
    return { ...state, resurvey: true, audit: { ...audit, foreignRefused: true } };
  const reason = `the audit that is in the way could not be withdrawn: ${result.answer}`;
  return needPerson(state, 'foreignAudit', { reason, remedy: result.remedy }, now);
}

function applied(
  state: ReleaseState,
  plan: ReleasePlan,
  event: EffectEvent,
  facts: EffectFacts,
  at: number,
  now: number,
): ReleaseState {
  switch (event.effect) {
    case 'commit': {
      const uploaded: ReleaseState = { ...state, trial: { uploadedSec: facts.trialSec ?? null } };
      return plan.trial === null ? { ...uploaded, phase: nextPhase(state.phase, 'committed') } : uploaded;
    }
    case 'submitAudit':
      return {
        ...state,
        audit: {
          ...state.audit,
          id: facts.auditId ?? null,
          state: 'auditing',
          submittedAt: at,
          overdueTold: false,
          foreignRefused: false,
        },
      };
    case 'speedupAudit':
      return tell(
        { ...state, audit: { ...state.audit, spedUp: true } },
        { at: now, what: 'audit sped up', why: event.result.answer, by: 'plan: audit.speedup' },
      );
    case 'withdrawAudit':
      // One that was in the way, or our own.
      if (state.phase === 'preparing') return { ...state, resurvey: true };
      return { ...state, audit: { ...state.audit, state: 'withdrawn' } };
    case 'grayRelease':
      return event.percentage === 100
        ? fullRelease(state, plan, facts, at, now)
        : staged(state, plan, event.stage ?? 0, facts, at, now);
    case 'release':
      return completed(state, plan, at, now);
    case 'revertGray':
    case 'revertCode':
      return tell(
        {
          ...state,
          ladder: { ...state.ladder, percentage: 0, completingSince: null, unproven: [] },
          wayBack: {
            ...state.wayBack,
            choice: {
              way: 'nothing',
              text: `everyone has ${versionBefore(state)}`,
            },
            lastWriteAt: at,
            readAt: at,
          },
        },
        { at: now, what: EFFECTS[event.effect].endpoint, why: 'confirmed by reading', by: 'weapp-rollout' },
      );
  }
}
