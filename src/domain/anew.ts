/** Submitting and uploading once more: after a rejection, a withdrawal, or someone else's upload. */
import { nextPhase } from './phase.js';
import type { ReleasePlan } from './plan.js';
import type { ReleaseState } from './state.js';

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

/** What a person can do when the trial version is not ours any more. */
export const RETRY_UPLOAD: Record<ReleasePlan['source'], string> = {
  template: '`retry` uploads our version again, `abort` ends the release',
  uploaded: 'upload our version once more, then `retry`: the trial version is looked at anew; or `abort`',
  approved: '`retry` reads again, `abort` ends the release',
};
