/** What whoever shows a status need not say twice. */
import { backStoryOf } from './back-story.js';
import type { ReleaseStatus } from './status.js';

/** Whether the reason is what is shown anyway: why it went back, what it waits for, why it is paused. */
export function isReasonTold(status: ReleaseStatus): boolean {
  const { reason, outcome, attention, gate, audit, paused, freeze, stages } = status;
  if (reason === '') return true;
  if (outcome !== null) return outcome === 'reverted' || outcome === 'rolledBack';
  if (attention !== null || gate !== null || audit.state === 'rejected') return true;
  if (backStoryOf(status) !== null || stages.some(({ state }) => state === 'holding')) return true;
  return [...paused, freeze].some((entry) => entry !== null && reason.includes(entry.reason));
}

/** When what comes next begins; null while people decide that: their time limit is no promise. */
export function nextAt({ next, gate, audit }: ReleaseStatus): number | null {
  return gate !== null || audit.state === 'rejected' ? null : next.at;
}
