/**
 * Durations as people write them (`90s`, `30m`, `1h30m`, `2d`) and as people read them (`1h 30m`).
 */

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** What a written duration looks like, for JSON Schema: whole numbers with d, h, m, s, from large to small. */
export const DURATION_PATTERN = '^(?=.)([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?$';

const WRITTEN = /^(?=.)(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;

/**
 * The milliseconds of a written duration: whole numbers with the units d, h, m, s, from large to small.
 * @throws RangeError when the text is no such duration, or too long to count; the message names it and shows an example.
 */
export function parseDuration(text: string): number {
  const match = WRITTEN.exec(text);
  if (!match) {
    throw new RangeError(
      `${JSON.stringify(text)} is not a duration: write whole numbers with the units d, h, m, s from large to small, for example 1h30m`,
    );
  }
  const [, days = '0', hours = '0', minutes = '0', seconds = '0'] = match;
  const ms =
    Number(days) * DAY_MS +
    Number(hours) * HOUR_MS +
    Number(minutes) * MINUTE_MS +
    Number(seconds) * SECOND_MS;
  if (!Number.isSafeInteger(ms)) {
    throw new RangeError(`${JSON.stringify(text)} is too long a duration: write for example 14d`);
  }
  return ms;
}

/**
 * A length of time for people: `1d 2h`, `1h 30m`, `45s`, `0s`. Parts of a second are dropped, except that a length
 * below one second is shown as `250ms`.
 * @param ms milliseconds; a negative length is shown with a leading minus
 */
export function formatDuration(ms: number): string {
  if (ms < 0) return `-${formatDuration(-ms)}`;
  if (ms > 0 && ms < SECOND_MS) return `${Math.ceil(ms)}ms`;
  const parts = [
    [Math.floor(ms / DAY_MS), 'd'],
    [Math.floor((ms % DAY_MS) / HOUR_MS), 'h'],
    [Math.floor((ms % HOUR_MS) / MINUTE_MS), 'm'],
    [Math.floor((ms % MINUTE_MS) / SECOND_MS), 's'],
  ] as const;
  const shown = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count}${unit}`);
  return shown.length > 0 ? shown.join(' ') : '0s';
}
