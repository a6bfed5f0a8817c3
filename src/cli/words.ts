/** Small pieces of text that several printers share: moments, lengths, other people's words. */
import { formatDuration } from '../domain/duration.js';
import { escapeControls } from '../plan/problem.js';

export { shellWord } from '../domain/command-line.js';

/** Other people's words on one line, unable to move a terminal's cursor. */
export function safe(text: string): string {
  return escapeControls(text.replace(/\s*\n\s*/g, ' ').trim());
}

/** A length by its two largest units: `1d 2h`, `4s`. Milliseconds, never below 0. */
export function brief(ms: number): string {
  const whole = Math.max(0, Math.ceil(ms / 1000) * 1000);
  return formatDuration(whole).split(' ').slice(0, 2).join(' ');
}

/** `2026-11-22 16:22:01 UTC`. */
export function moment(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** `2026-11-22T16:22:01Z`, for logs. */
export function stamp(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/** `4m ago`, or `now` within a second. */
export function ago(at: number, now: number): string {
  return now - at < 1000 ? 'now' : `${brief(now - at)} ago`;
}

/** `in 4m (2026-11-22 16:22:01 UTC)`; near moments without the date. */
export function until(at: number, now: number): string {
  const left = at - now;
  if (left <= 0) return 'now';
  return left < 3_600_000 ? `in ${brief(left)}` : `in ${brief(left)} (${moment(at)})`;
}

/** `Mon 2026-11-23 18:00` and the zone's name; in UTC where no zone is known, or this machine does not know it. */
export function zoned(at: number, zone: string | null): string {
  try {
    const format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone ?? 'UTC',
      weekday: 'short',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
    return `${part.weekday} ${part.year}-${part.month}-${part.day} ${part.hour}:${part.minute} ${zone ?? 'UTC'}`;
  } catch (error) {
    if (zone === null || !(error instanceof RangeError)) throw error;
    return zoned(at, null);
  }
}
