/** Openings as the rules see them: instants only. Which instants a plan's windows are, `src/windows` knows. */
import type { Opening } from './status.js';

/** The opening that a moment lies in, else the next one; null when there is none. Milliseconds since the epoch. */
export type NextOpening = (at: number) => Opening | null;

/** The first moment from `at` on that lies in an opening; `at` itself where nothing is known of a next one. */
export function firstOpen(next: NextOpening, at: number): number {
  return Math.max(at, next(at)?.opensAt ?? at);
}

/** The same question asked of a list of openings, which is in order. */
export function nextIn(openings: readonly Opening[]): NextOpening {
  return (at) => {
    let [low, high] = [0, openings.length];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((openings[middle]?.closesAt ?? 0) > at) high = middle;
      else low = middle + 1;
    }
    return openings[low] ?? null;
  };
}
