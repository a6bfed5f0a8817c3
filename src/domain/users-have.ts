/** What users have, as it was last read: of our version, and of someone else's. */
import type { ReleasePlan } from './plan.js';
import type { ReleaseState } from './state.js';

/** Percent of users that WeChat was last read to serve our version to. */
export function percentageRead(state: ReleaseState, { rules }: Pick<ReleasePlan, 'rules'>): number {
  const { ladder, guard, wayBack } = state;
  // Search attributes are in a history: those of the first rules stay as they were.
  if (rules < 2) return ladder.percentage;
  // The way back is read later than any guard looked.
  switch (wayBack.choice?.way) {
    case 'nothing':
      return 0;
    case 'revertCode':
      return 100;
    case 'foreign':
      return wayBack.choice.theirs === undefined ? ladder.percentage : 0;
    default:
  }
  if (wayBack.lastWriteAt !== null) return ladder.percentage;
  const { observed } = guard;
  switch (observed.kind) {
    case 'advanced':
    case 'started':
      return observed.plan?.percentage ?? ladder.percentage;
    case 'cancelled':
    case 'otherVersion':
      return 0;
    case 'finished':
      return 100;
    default:
      // Everyone gets it, as far as the staged release goes.
      return ladder.completingSince === null ? ladder.percentage : 100;
  }
}

/** What someone else released in our place: a version, or `a staged release at 10 %`; null when nobody did. */
export function theirsOf({ guard: { observed }, wayBack, target, baseline }: ReleaseState): string | null {
  const choice = wayBack.choice;
  const theirs =
    choice !== null && choice.way !== 'pending' && choice.way !== 'revertGray'
      ? choice.way === 'foreign'
        ? choice.theirs
        : undefined
      : observed.kind === 'otherVersion'
        ? observed.theirs
        : undefined;
  const before = target?.version ?? baseline?.online?.version;
  return theirs === undefined || theirs === before ? null : theirs;
}
