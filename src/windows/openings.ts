/** When a plan's windows are open: instants, which is all that a release compares. Needs no clock and asks nobody. */
import { WEEKDAYS, type Windows } from '../domain/plan.js';
import type { Opening } from '../domain/status.js';
import { type Day, dayAt, instantOf, weekdayOf } from './wall-clock.js';

const DAY_MS = 24 * 3_600_000;
/** An opening is told for at most so long, since windows of all days and hours never close. Milliseconds. */
export const LONGEST_MS = 8 * DAY_MS;
/** Windows of one day open each week, or a week later when the change of a clock skips them. Milliseconds. */
const FARTHEST_MS = 16 * DAY_MS;

/**
 * The opening that `at` lies in (`opensAt` ≤ at < `closesAt`), else the next one; null when the windows never open.
 * Openings that touch are one. What stays open is told up to eight days ahead, from `at` or from its opening.
 * @param at milliseconds since the epoch
 * @throws RangeError when this Node does not know the time zone
 */
export function nextOpening(windows: Windows, at: number): Opening | null {
  const found = openings(windows, at - LONGEST_MS, at + FARTHEST_MS + LONGEST_MS).find(
    ({ closesAt }) => closesAt > at,
  );
  if (found === undefined) return null;
  const { opensAt, closesAt } = found;
  return { opensAt, closesAt: Math.min(closesAt, Math.max(opensAt, at) + LONGEST_MS) };
}

/**
 * Every opening that lies at least partly between two instants, in order, those that touch as one. The first and the
 * last may be told shorter than they are, by what lies a day or more outside.
 * @param from milliseconds since the epoch
 * @param until milliseconds since the epoch
 * @throws RangeError when this Node does not know the time zone
 */
export function openings(windows: Windows, from: number, until: number): Opening[] {
  const merged: Opening[] = [];
  // An opening may begin the day before, and two days before where a zone skipped one.
  const first = dayAt(from, windows.timezone).subtract({ days: 2 });
  const last = dayAt(until, windows.timezone);
  const days = first.until(last).days;
  for (let index = 0; index <= days; index++) {
    const opening = openingOf(windows, first.add({ days: index }));
    if (opening === null) continue;
    const before = merged.at(-1);
    if (before !== undefined && opening.opensAt <= before.closesAt)
      before.closesAt = Math.max(before.closesAt, opening.closesAt);
    else merged.push(opening);
  }
  return merged.filter(({ opensAt, closesAt }) => closesAt > from && opensAt < until);
}

/** What a day's window is in instants; null on other days, and when the change of a clock leaves nothing of it. */
function openingOf({ timezone, days, hours }: Windows, day: Day): Opening | null {
  if (!days.some((name) => WEEKDAYS.indexOf(name) === weekdayOf(day))) return null;
  // `HH:MM` sorts as text.
  const ends = hours.to > hours.from ? day : day.add({ days: 1 });
  const opensAt = instantOf(day, hours.from, timezone, 'first');
  const closesAt = instantOf(ends, hours.to, timezone, 'second');
  return opensAt < closesAt ? { opensAt, closesAt } : null;
}
