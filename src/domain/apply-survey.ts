/** What a reading of everything does to a release: before anything is spent, and again when the ground has moved. */
import { submissionRead } from './apply-abort.js';
import { needPerson } from './attention.js';
import { nextPhase } from './phase.js';
import type { ReleasePlan } from './plan.js';
import { type Finding, foreignAudit, preflight } from './preflight.js';
import { type Baseline, isGrayOpen } from './readings.js';
import { close, mayBeSubmitted } from './settle.js';
import { notice, type ReleaseState, tell } from './state.js';

/** What is still asked when the ground has moved after the submission. */
const LATER: ReadonlySet<string> = new Set(['online version', 'gray plan']);

/** The state after a survey. */
export function applySurvey(
  state: ReleaseState,
  plan: ReleasePlan,
  { baseline: read, metrics }: { baseline: Baseline; metrics: Finding[] },
  now: number,
): ReleaseState {
  if (state.ending !== null && mayBeSubmitted(state, plan))
    return submissionRead(state, plan, read.latestAudit, now);
  // Once submitted, the audit that runs is ours.
  const early = state.phase === 'preparing';
  const baseline = withoutOurs(state, plan, read);
  const found = preflight(plan, baseline).filter(({ subject }) => early || LATER.has(subject));
  const findings = [...found, ...metrics];
  const refused = findings.filter((finding) => finding.level === 'refuse');
  const why = refused.map((finding) => `${finding.subject}: ${finding.text}`).join('; ');
  const spent = state.baseline !== null;
  if (refused.length > 0 && !spent)
    return close(state, 'failed', `refused before anything was changed: ${why}`, now);
  const hints = findings.filter((finding) => finding.level === 'hint');
  const hinted = hints.reduce((next, hint) => notice(next, `${hint.subject}: ${hint.text}`), state);
  const known: ReleaseState = {
    ...hinted,
    resurvey: false,
    baseline,
    guard: { ...state.guard, observed: { kind: 'ours' } },
  };
  if (refused.length > 0)
    return needPerson(
      known,
      'survey',
      { reason: why, remedy: 'put it right in the console, then `retry`; `abort` ends the release' },
      now,
    );
  // From the submission on, ours is the audit to look for.
  if (!early) return known;
  const before = { ...known, audit: { ...known.audit, beforeId: baseline.latestAudit?.auditId ?? null } };
  return begin(before, plan, baseline, now);
}

/**
 * What someone began, or released to everyone, with our audit was not there before us: it is the guard's to tell what it
 * is, and stands in nobody's way.
 */
function withoutOurs({ phase, baseline, audit }: ReleaseState, plan: ReleasePlan, read: Baseline): Baseline {
  const ours = audit.id !== null && read.latestAudit?.auditId === audit.id;
  if (phase === 'preparing' || baseline === null || !ours) return read;
  const { online, grayPlan } = baseline;
  const isBegun = isGrayOpen(read.grayPlan.status) && read.grayPlan.createdSec !== grayPlan.createdSec;
  return {
    ...read,
    ...(isBegun ? { grayPlan } : {}),
    ...(read.online?.version === plan.version ? { online } : {}),
  };
}

/** What another source than a template has done already. */
function begin(state: ReleaseState, plan: ReleasePlan, baseline: Baseline, now: number): ReleaseState {
  switch (plan.source) {
    case 'template':
      return state;
    case 'uploaded': {
      // Looked at once the slot is free. One that waits to be tried out stays the one that people look at.
      if (state.trial !== null || foreignAudit(baseline) !== null) return state;
      const uploaded = { ...state, trial: { uploadedSec: baseline.trial?.timeSec ?? null } };
      const told = tell(uploaded, {
        at: now,
        what: 'uploaded before',
        why: `trial version is ${plan.version}`,
        by: 'plan: source',
      });
      return plan.trial === null ? { ...told, phase: nextPhase(told.phase, 'committed') } : told;
    }
    case 'approved': {
      const id = baseline.latestAudit?.auditId ?? null;
      const { trial } = baseline;
      return tell(
        {
          ...state,
          trial: trial?.version === plan.version ? { uploadedSec: trial.timeSec } : null,
          phase: nextPhase(state.phase, 'approvedBefore'),
          audit: { ...state.audit, id, state: 'approved', submittedAt: null },
        },
        {
          at: now,
          what: 'approved before',
          why: `audit ${id} of ${plan.version} passed`,
          by: 'plan: source',
        },
      );
    }
  }
}
