/** What the results of steps and watches do to a release. Pure. */
import { applyEffect, type EffectEvent } from './apply-effect.js';
import { applyConfirm, applyGuard, type ConfirmResult, type GuardResult } from './apply-watch.js';
import { type Blocked, needPerson } from './attention.js';
import { EFFECTS } from './effects.js';
import { completed } from './ladder.js';
import { nextPhase } from './phase.js';
import type { ReleasePlan } from './plan.js';
import { type Finding, preflight } from './preflight.js';
import type { AuditReading, Baseline, WayBackReading } from './readings.js';
import { close } from './settle.js';
import { notice, type ReleaseState, tell } from './state.js';
import { chooseWayBack } from './way-back.js';

/** Everything that can happen to a release but a command and time. */
export type ReleaseEvent =
  | { type: 'surveyed'; baseline: Baseline; metrics: Finding[] }
  | { type: 'wayBackRead'; reading: WayBackReading }
  | EffectEvent
  | { type: 'audit'; reading: AuditReading; at: number }
  | { type: 'guard'; result: GuardResult }
  | { type: 'confirm'; stage: number; result: ConfirmResult }
  | { type: 'online'; online: boolean; at: number }
  | { type: 'blocked'; step: string; blocked: Blocked };

/** Readings of a full release that does not come online before a person must look: about five minutes. */
const MAX_PENDING_READS = 30;

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
      return surveyed(state, plan, event, now);
    case 'wayBackRead':
      return wayBackRead(state, plan, event.reading, now);
    case 'effect':
      return applyEffect(state, plan, event, now);
    case 'audit':
      return audit(state, event.reading, event.at, now);
    case 'guard':
      return applyGuard(state, plan, event.result, now);
    case 'confirm':
      return applyConfirm(state, plan, event, now);
    case 'online':
      return event.online && state.phase === 'rolling' ? completed(state, plan, event.at, now) : state;
    case 'blocked':
      return needPerson(state, event.step, event.blocked, now);
  }
}

function surveyed(
  state: ReleaseState,
  plan: ReleasePlan,
  { baseline, metrics }: Extract<ReleaseEvent, { type: 'surveyed' }>,
  now: number,
): ReleaseState {
  const findings = [...preflight(plan, baseline), ...metrics];
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

function wayBackRead(
  state: ReleaseState,
  plan: ReleasePlan,
  reading: WayBackReading,
  now: number,
): ReleaseState {
  if (state.baseline === null) return state;
  const wasOnline =
    state.ladder.everOnline || state.effects.some(({ endpoint }) => endpoint === EFFECTS.revertCode.endpoint);
  const own = { version: plan.version, createdSec: state.ladder.createdSec, wasOnline };
  const choice = chooseWayBack(reading, own, state.baseline);
  const loops = state.wayBack.loops + (choice.way === 'pending' ? 1 : 0);
  const next = { ...state, wayBack: { ...state.wayBack, choice, loops, readAt: reading.at } };
  if (choice.way === 'pending' && loops > MAX_PENDING_READS)
    return needPerson(
      next,
      'wayBack',
      {
        reason: `the staged release is finished, and ${plan.version} is not online: it can neither be cancelled nor rolled back`,
        remedy: 'look at the staged release in the console, then `retry`',
      },
      now,
    );
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
