/** What was sent up the ladder and never proven: users have it perhaps, and what comes of it is our own doing. */
import type { EffectEvent } from './apply-effect.js';
import { isOutcomeUnknown } from './effects.js';
import type { LadderState, ReleaseState, Unproven } from './state.js';

/** The percentages that users have perhaps beyond the one that is confirmed, in the order they were sent. */
export function unprovenOf({ ladder }: Pick<ReleaseState, 'ladder'>): Unproven[] {
  const { unproven = [], stage, percentage } = ladder;
  return unproven.filter((sent) => stage < 0 || sent.percentage > percentage);
}

/** The highest percentage that users have perhaps; null when it is the confirmed one. */
export function perhapsOf(state: Pick<ReleaseState, 'ladder'>): number | null {
  const highest = Math.max(0, ...unprovenOf(state).map(({ percentage }) => percentage));
  return highest > state.ladder.percentage ? highest : null;
}

/** Everyone gets the version by our own doing: it was sent or confirmed, or the platform deadline asked for it. */
export function isCompleting(state: ReleaseState): boolean {
  const { completingSince, forced } = state.ladder;
  return completingSince !== null || forced || perhapsOf(state) === 100;
}

/** A percentage, and the higher one that users have perhaps. */
export function percentText(percentage: number, perhaps: number | null | undefined): string {
  return `${percentage} %${perhaps ? ` (${perhaps} % perhaps)` : ''}`;
}

/**
 * The ladder after a write. Of one whose outcome is not known, only its proof or WeChat's own refusal of a repeat tells
 * more: a repeat that never was sent says nothing.
 */
export function sentUp(
  ladder: LadderState,
  { effect, percentage: staged, result }: EffectEvent,
): LadderState {
  if (effect !== 'grayRelease' && effect !== 'release') return ladder;
  const percentage = effect === 'release' ? 100 : (staged ?? 0);
  const { unproven = [] } = ladder;
  const known = unproven.some((sent) => sent.percentage === percentage);
  if (isOutcomeUnknown(result) && !known)
    return { ...ladder, unproven: [...unproven, { percentage, at: result.at }] };
  return known && result.status === 'refused' && result.writes > 0
    ? { ...ladder, unproven: unproven.filter((sent) => sent.percentage !== percentage) }
    : ladder;
}
