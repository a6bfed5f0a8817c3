/**
 * Between the clock on a wall somewhere and instants.
 *
 * `Temporal` here is ECMAScript's own date library as a polyfill (TC39), no part of temporal.io. Its rules for times that
 * a change of the clock skips or repeats are specified, and it refuses `CST` and the like, which mean another zone in
 * each country. Zones are those that Node's ICU knows.
 */
import { Temporal } from 'temporal-polyfill';

/** A day of the calendar, in no zone. */
export type Day = Temporal.PlainDate;

/** Whether this is the name of an IANA time zone, as `Asia/Shanghai`; an offset such as `+08:00` is none. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    zoned(0, name);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** The day that it is somewhere. @param at milliseconds since the epoch */
export function dayAt(at: number, timezone: string): Day {
  return zoned(at, timezone).toPlainDate();
}

/** 0 for Monday to 6 for Sunday. */
export function weekdayOf(day: Day): number {
  return day.dayOfWeek - 1;
}

/**
 * The instant of a time on a day, milliseconds since the epoch. A time that the clock skips is the first moment after it.
 * @param time `HH:MM`; `24:00` is the moment in which the next day begins
 * @param which of the two, when the clock is set back and the time comes twice
 */
export function instantOf(day: Day, time: string, timezone: string, which: 'first' | 'second'): number {
  if (time === '24:00') return instantOf(day.add({ days: 1 }), '00:00', timezone, 'first');
  const shown = day.toPlainDateTime(time);
  const first = shown.toZonedDateTime(timezone, { disambiguation: 'earlier' });
  if (!first.toPlainDateTime().equals(shown))
    return (first.getTimeZoneTransition('next') ?? first).epochMilliseconds;
  if (which === 'first') return first.epochMilliseconds;
  return shown.toZonedDateTime(timezone, { disambiguation: 'later' }).epochMilliseconds;
}

/** What calendar and clock show: `Thu 2026-10-08 10:00`. @param at milliseconds since the epoch */
export function showTime(at: number, timezone: string): string {
  const shown = zoned(at, timezone).toPlainDateTime();
  const weekday = shown.toLocaleString('en-US', { weekday: 'short' });
  return `${weekday} ${shown.toPlainDate()} ${shown.toPlainTime().toString({ smallestUnit: 'minute' })}`;
}

function zoned(at: number, timezone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timezone);
}
