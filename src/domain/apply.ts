/** What the results of steps and watches do to a release. Pure. */
import { EFFECTS, type EffectFacts, type EffectName, type EffectResult } from './effects.js';
import type { Counters, HealthDecision, Judgement } from './health.js';
import { nextPhase } from './phase.js';
import type { ReleasePlan } from './plan.js';
import { preflight } from './preflight.js';
import type { AuditReading, Baseline, Observed, WayBackReading } from './readings.js';
import { close } from './settle.js';
import { startSoak } from './soak.js';
import { isPaused, notice, type ReleaseState, tell } from './state.js';
import type { EffectRecord } from './status.js';
import { applyHealth } from './verdicts.js';
import { chooseWayBack } from './way-back.js';

export interface GuardResult {
  at: number;
  /** Null when the guard ended for health's sake before it looked. */
  observed: Observed | null;
  decisions: HealthDecision[];
  counters: Record<string, Counters>;
}

export interface ConfirmResult {
  at: number;
  observed: Observed;
  judgements: Judgement[];
}

/** A reading that could not be had for a reason that only a person can mend. */
export interface Blocked {
  reason: string;
  remedy: string;
}

export type ReleaseEvent =
  | { type: 'surveyed'; baseline: Baseline }
  | { type: 'wayBackRead'; reading: WayBackReading }
  | { type: 'effect'; effect: EffectName; stage?: number; percentage?: number; result: EffectResult }
  | { type: 'audit'; reading: AuditReading; at: number }
  | { type: 'guard'; result: GuardResult }
  | { type: 'confirm'; stage: number; result: ConfirmResult }
  | { type: 'online'; online: boolean; at: number }
  | { type: 'blocked'; step: string; blocked: Blocked };

/** The state after an event at `now` (milliseconds since the epoch). */
export function apply(
  state: ReleaseState,
  plan: ReleasePlan,
  event: ReleaseEvent,
  now: number,
): ReleaseState {
  if (state.phase === 'closed') return state;
  switch (event.type) {
    case 'surveyed':
      return surveyed(state, plan, event.baseline, now);
    case 'wayBackRead':
      return wayBackRead(state, plan, event.reading, now);
    case 'effect':
      return effect(state, plan, event, now);
    case 'audit':
      return audit(state, event.reading, event.at, now);
    case 'guard':
      return guard(state, plan, event.result, now);
    case 'confirm':
      return confirm(state, plan, event, now);
    case 'online':
      return event.online
        ? completed(state, plan, event.at, now)
        : { ...state, ladder: { ...state.ladder, completingSince: 0 } };
    case 'blocked':
      return needPerson(state, event.step, event.blocked, now);
  }
}

/** A person must look; said once per reason. */
export function needPerson(
  state: ReleaseState,
  step: string,
  { reason, remedy }: Blocked,
  now: number,
): ReleaseState {
  if (state.attention?.reason === reason) return state;
  const next: ReleaseState = { ...state, attention: { reason, remedy, step, since: now } };
  return tell(next, {
    at: now,
    what: 'a person must look',
    why: `${reason}; ${remedy}`,
    by: 'weapp-rollout',
  });
}

function surveyed(state: ReleaseState, plan: ReleasePlan, baseline: Baseline, now: number): ReleaseState {
  const findings = preflight(plan, baseline);
  const refused = findings.filter((finding) => finding.level === 'refuse');
  if (refused.length > 0) {
    const why = refused.map((finding) => `${finding.subject}: ${finding.text}`).join('; ');
    return close(state, 'failed', `refused before anything was changed: ${why}`, now);
  }
  const hints = findings.filter((finding) => finding.level === 'hint');
  const hinted = hints.reduce((next, hint) => notice(next, `${hint.subject}: ${hint.text}`), state);
  return {
    ...hinted,
    baseline,
    audit: { ...state.audit, beforeId: baseline.latestAudit?.auditId ?? null },
  };
}

type EffectEvent = Extract<ReleaseEvent, { type: 'effect' }>;

function record(state: ReleaseState, { effect: name, percentage, result }: EffectEvent): ReleaseState {
  if (result.status === 'stale') return state;
  const entry: EffectRecord = {
    endpoint: EFFECTS[name].endpoint,
    at: result.at,
    result: result.status,
    answer: result.answer,
    writes: result.writes,
    ...(percentage === undefined ? {} : { percentage }),
  };
  return { ...state, effects: [...state.effects, entry] };
}

function effect(state: ReleaseState, plan: ReleasePlan, event: EffectEvent, now: number): ReleaseState {
  const { effect: name, result } = event;
  // From the first staged release that was sent, users may have the version, whatever came of it.
  const phased =
    state.phase === 'ready' && (name === 'grayRelease' || name === 'release') && result.writes > 0
      ? { ...state, phase: nextPhase(state.phase, 'rolloutStarted') }
      : state;
  const recorded = record(phased, event);
  switch (result.status) {
    case 'applied':
      return applied(recorded, plan, event, result.facts, result.at, now);
    case 'stale':
      return { ...recorded, confirmation: null };
    case 'refused':
    case 'unknown':
      return failedEffect(recorded, event, result, now);
  }
}

function failedEffect(
  state: ReleaseState,
  { effect: name }: EffectEvent,
  result: Extract<EffectResult, { remedy: string }>,
  now: number,
): ReleaseState {
  // The plan or the audit moved meanwhile: choose again by reading, a few times.
  if (name === 'revertGray' && result.status === 'refused' && state.wayBack.loops < 3)
    return { ...state, wayBack: { ...state.wayBack, choice: null, loops: state.wayBack.loops + 1 } };
  if (name === 'withdrawAudit' && state.ending !== null)
    return close(
      state,
      'aborted',
      `${state.ending.reason} (${state.ending.by}); no user saw it; audit ${state.audit.id} could not be withdrawn: ${result.answer}`,
      now,
    );
  const told =
    result.status === 'unknown'
      ? `the outcome of ${EFFECTS[name].endpoint} is not known`
      : EFFECTS[name].endpoint;
  return needPerson(state, name, { reason: `${told}: ${result.answer}`, remedy: result.remedy }, now);
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
    case 'commit':
      return { ...state, committed: true, phase: nextPhase(state.phase, 'committed') };
    case 'submitAudit':
      return {
        ...state,
        audit: {
          ...state.audit,
          id: facts.auditId ?? null,
          state: 'auditing',
          submittedAt: at,
          overdueTold: false,
        },
      };
    case 'withdrawAudit':
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
          ladder: { ...state.ladder, percentage: 0 },
          wayBack: {
            ...state.wayBack,
            choice: {
              way: 'nothing',
              text: `everyone has ${state.baseline?.online?.version ?? 'the version before'}`,
            },
            lastWriteAt: at,
            readAt: at,
          },
        },
        { at: now, what: EFFECTS[event.effect].endpoint, why: 'confirmed by reading', by: 'weapp-rollout' },
      );
  }
}

/** A stage of the ladder was confirmed; its soak and its counters begin. */
function staged(
  state: ReleaseState,
  plan: ReleasePlan,
  index: number,
  facts: EffectFacts,
  at: number,
  now: number,
): ReleaseState {
  const { ladder } = state;
  const confirmations = ladder.confirmations.map((moment, stage) => (stage === index ? at : moment));
  const next = freshStage(state, {
    ...ladder,
    stage: index,
    percentage: facts.percentage ?? ladder.percentage,
    confirmedAt: at,
    soak: startSoak(plan.rollout.stages[index]?.soakMs ?? 0, at, isPaused(state)),
    createdSec: facts.createdSec ?? ladder.createdSec,
    finishesSec: facts.finishesSec ?? ladder.finishesSec,
    confirmations,
  });
  return tell(next, {
    at: now,
    what: `${facts.percentage} %`,
    why: 'confirmed by reading',
    by: 'weapp-rollout',
  });
}

function freshStage(state: ReleaseState, ladder: ReleaseState['ladder']): ReleaseState {
  return {
    ...state,
    ladder: { ...ladder, promoted: false },
    confirmation: null,
    unconfirmed: '',
    guard: { ...state.guard, counters: {}, observed: { kind: 'ours' } },
    pushed: {},
    acted: [],
  };
}

function fullRelease(
  state: ReleaseState,
  plan: ReleasePlan,
  facts: EffectFacts,
  at: number,
  now: number,
): ReleaseState {
  const ladder = {
    ...state.ladder,
    createdSec: facts.createdSec ?? state.ladder.createdSec,
    finishesSec: facts.finishesSec ?? state.ladder.finishesSec,
  };
  if (facts.online) return completed({ ...state, ladder }, plan, at, now);
  return { ...state, ladder: { ...ladder, completingSince: at, confirmedAt: ladder.confirmedAt ?? at } };
}

/** Everyone has the version; the bake begins. */
function completed(state: ReleaseState, plan: ReleasePlan, at: number, now: number): ReleaseState {
  const { ladder } = state;
  const last = plan.rollout.stages.length - 1;
  const next = freshStage(
    { ...state, phase: nextPhase(state.phase, 'completed') },
    {
      ...ladder,
      stage: last,
      percentage: 100,
      confirmedAt: at,
      completingSince: null,
      everOnline: true,
      soak: startSoak(plan.rollout.bakeMs, at, isPaused(state)),
      confirmations: ladder.confirmations.map((moment, stage) => (stage === last ? at : moment)),
    },
  );
  return tell(next, {
    at: now,
    what: '100 %',
    why: 'online for everyone, confirmed by reading',
    by: 'weapp-rollout',
  });
}

function wayBackRead(
  state: ReleaseState,
  plan: ReleasePlan,
  reading: WayBackReading,
  now: number,
): ReleaseState {
  if (state.baseline === null) return state;
  const own = { version: plan.version, createdSec: state.ladder.createdSec };
  const choice = chooseWayBack(reading, own, state.baseline);
  const next = { ...state, wayBack: { ...state.wayBack, choice, readAt: reading.at } };
  if (choice.way !== 'foreign') return next;
  return needPerson(
    next,
    'wayBack',
    {
      reason: `users were not taken back: ${choice.text}`,
      remedy: 'somebody else released meanwhile; decide in the console, then `retry` or `giveUp`',
    },
    now,
  );
}

function audit(state: ReleaseState, reading: AuditReading, at: number, now: number): ReleaseState {
  if (state.phase !== 'auditing') return state;
  const next: ReleaseState = {
    ...state,
    audit: { ...state.audit, state: reading.status, reason: reading.reason, pushed: false },
  };
  const story = (what: string) =>
    tell(next, { at, what, why: reading.reason || `audit ${reading.auditId}`, by: 'WeChat' });
  switch (reading.status) {
    case 'auditing':
      return next;
    case 'delayed':
      return story('audit delayed');
    case 'approved':
      return { ...story('audit approved'), phase: nextPhase(state.phase, 'approved') };
    case 'rejected':
      return close(
        story('audit rejected'),
        'rejected',
        `audit ${reading.auditId} was rejected: ${reading.reason}`,
        now,
      );
    case 'withdrawn':
      return needPerson(
        next,
        'audit',
        {
          reason: `audit ${reading.auditId} was withdrawn by someone else`,
          remedy: '`retry` submits it again, `abort` ends the release',
        },
        now,
      );
  }
}

function guard(state: ReleaseState, plan: ReleasePlan, result: GuardResult, now: number): ReleaseState {
  if (state.phase !== 'rolling' && state.phase !== 'baking') return state;
  const last = Object.entries(result.counters).flatMap(([name, counters]) =>
    counters.last === null ? [] : [[name, counters.last] as const],
  );
  const counted: ReleaseState = {
    ...state,
    judgements: { ...state.judgements, ...Object.fromEntries(last) },
    guard: { ...state.guard, counters: result.counters, generation: state.guard.generation + 1 },
  };
  const judged = result.decisions.reduce((next, decision) => applyHealth(next, decision, now), counted);
  return result.observed === null ? judged : observe(judged, plan, result.observed, result.at, now);
}

function confirm(
  state: ReleaseState,
  plan: ReleasePlan,
  { stage, result }: Extract<ReleaseEvent, { type: 'confirm' }>,
  now: number,
): ReleaseState {
  if (state.phase !== 'rolling' && state.phase !== 'baking') return state;
  const judgements = {
    ...state.judgements,
    ...Object.fromEntries(result.judgements.map((judgement) => [judgement.metric, judgement])),
  };
  const seen = observe({ ...state, judgements }, plan, result.observed, result.at, now);
  if (result.observed.kind !== 'ours') return seen;
  const missing = result.judgements.filter((judgement) => judgement.verdict !== 'pass');
  return missing.length === 0
    ? { ...seen, confirmation: { at: result.at, stage }, unconfirmed: '' }
    : { ...seen, unconfirmed: `waits for a fresh pass: ${missing.map((entry) => entry.message).join('; ')}` };
}

/** What drift does. Only a full release by someone else is a known way on: it is watched like our own. */
function observe(
  state: ReleaseState,
  plan: ReleasePlan,
  observed: Observed,
  at: number,
  now: number,
): ReleaseState {
  const next = { ...state, guard: { ...state.guard, observed } };
  if (observed.kind === 'ours') {
    if (state.attention?.step !== 'drift') return next;
    return tell(
      { ...next, attention: null },
      { at: now, what: 'goes on', why: 'the staged release is as we left it', by: 'WeChat' },
    );
  }
  if (observed.kind === 'finished' && state.phase === 'rolling')
    return completed(notice(next, observed.text), plan, at, now);
  return needPerson(
    next,
    'drift',
    {
      reason: observed.text,
      remedy:
        'put it right in the console (it is read again by itself), `abort` to take users back, or `giveUp`',
    },
    now,
  );
}
