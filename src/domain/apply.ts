/** What the results of steps and watches do to a release. Pure. */
import { stuckWayBack } from './affected.js';
import { submissionUnread } from './apply-abort.js';
import { applyEffect, type EffectEvent } from './apply-effect.js';
import { applySurvey } from './apply-survey.js';
import {
  applyConfirm,
  applyGuard,
  type ConfirmResult,
  type Guarded,
  type GuardResult,
} from './apply-watch.js';
import { abortUnread, wayBackRead } from './apply-way-back.js';
import { type Blocked, needPerson } from './attention.js';
import { completed } from './ladder.js';
import { nextPhase } from './phase.js';
import type { ReleasePlan } from './plan.js';
import type { Finding } from './preflight.js';
import type { AuditReading, Baseline, WayBackReading } from './readings.js';
import { close, mayBeSubmitted } from './settle.js';
import { type ReleaseState, tell } from './state.js';
import type { Opening } from './status.js';
import { type Authenticated, applySignature } from './verbs/approving.js';

/** Everything that can happen to a release but a command and time. */
export type ReleaseEvent =
  | { type: 'surveyed'; baseline: Baseline; metrics: Finding[] }
  | { type: 'wayBackRead'; reading: WayBackReading }
  | EffectEvent
  | { type: 'audit'; reading: AuditReading; at: number }
  /** `of`: what the guard was begun for; events of 0.1 do not say. */
  | { type: 'guard'; of?: Guarded; result: GuardResult }
  | { type: 'confirm'; stage: number; result: ConfirmResult }
  | { type: 'online'; online: boolean; at: number }
  | { type: 'opening'; opening: Opening }
  | { type: 'authenticated'; result: Authenticated }
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
      return applySurvey(state, plan, event, now);
    case 'wayBackRead':
      return wayBackRead(state, plan, event.reading, now);
    case 'effect':
      return applyEffect(state, plan, event, now);
    case 'audit':
      return audit(state, plan, event.reading, event.at, now);
    case 'guard':
      return applyGuard(state, plan, event, now);
    case 'confirm':
      return applyConfirm(state, plan, event, now);
    case 'online':
      return event.online && state.phase === 'rolling' ? completed(state, plan, event.at, now) : state;
    case 'opening':
      return { ...state, window: event.opening };
    case 'authenticated':
      return applySignature(state, plan, event.result, now);
    case 'blocked':
      if (state.phase === 'ready' && state.ending !== null) return abortUnread(state, event.blocked, now);
      if (event.step === 'survey' && state.ending !== null && mayBeSubmitted(state, plan))
        return submissionUnread(state, event.blocked, now);
      return needPerson(
        state,
        event.step,
        state.phase === 'reverting' ? stuckWayBack(state, plan, event.blocked) : event.blocked,
        now,
      );
  }
}

function audit(
  state: ReleaseState,
  plan: ReleasePlan,
  reading: AuditReading,
  at: number,
  now: number,
): ReleaseState {
  // The audit that is in the way has moved: read again whether the slot is free.
  if (state.phase === 'preparing') return { ...state, resurvey: true };
  if (state.phase !== 'auditing' || reading.auditId !== state.audit.id) return state;
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
      if (plan.audit.onReject === 'wait')
        return { ...story('audit rejected'), audit: { ...next.audit, rejectedAt: at } };
      return close(
        story('audit rejected'),
        'rejected',
        `audit ${reading.auditId} was rejected: ${reading.reason}`,
        now,
      );
    case 'withdrawn':
      return story('audit withdrawn');
  }
}
