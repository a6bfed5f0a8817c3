/** Submitting and uploading once more: after a rejection, a withdrawal, or someone else's upload. */
import { needPerson } from './attention.js';
import { nextPhase } from './phase.js';
import type { ReleasePlan } from './plan.js';
import { type ReleaseState, tell } from './state.js';

/** Nothing is submitted any more; the next submission is told from the one before. */
export function submitAgain(state: ReleaseState): ReleaseState {
  const { audit } = state;
  return {
    ...state,
    audit: {
      ...audit,
      state: 'none',
      beforeId: audit.id ?? audit.beforeId,
      id: null,
      submittedAt: null,
      reason: '',
      rejectedAt: null,
      spedUp: false,
      overdueTold: false,
    },
  };
}

/**
 * Back to the upload; a new reading tells the new trial version from the old one, and everything that may stand in the way
 * again. Who agreed, agreed to another upload.
 */
export function uploadAgain(state: ReleaseState): ReleaseState {
  const phase = state.phase === 'preparing' ? state.phase : nextPhase(state.phase, 'recommit');
  return { ...submitAgain(state), phase, trial: null, gates: {}, resurvey: true };
}

/** Back to the trial gate with the upload that is there; people are asked anew. */
export function tryOutAgain(state: ReleaseState): ReleaseState {
  return { ...submitAgain(state), phase: nextPhase(state.phase, 'recommit'), gates: {} };
}

/** Someone took the app's one slot before we submitted, with an upload of theirs in the place of ours. */
export function slotTaken(state: ReleaseState, plan: ReleasePlan, reason: string, now: number): ReleaseState {
  const policy = plan.audit.onForeignAudit;
  if (policy === 'refuse') {
    const remedy = 'wait for it or withdraw it, then `retry` uploads and submits again';
    return needPerson(state, 'foreignAudit', { reason, remedy }, now);
  }
  const what = policy === 'wait' ? 'waits for the audit' : 'withdraws the audit';
  return tell(uploadAgain(state), { at: now, what, why: reason, by: 'plan: audit.onForeignAudit' });
}

/** What a person can do when the trial version is not ours any more. */
export const RETRY_UPLOAD: Record<ReleasePlan['source'], string> = {
  template: '`retry` uploads our version again, `abort` ends the release',
  uploaded: 'upload our version once more, then `retry`: the trial version is looked at anew; or `abort`',
  approved: '`retry` reads again, `abort` ends the release',
};
