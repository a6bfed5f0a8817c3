/** The openings against an oracle that knows no time-zone arithmetic: it reads a clock, minute by minute. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { WEEKDAYS, type Windows } from '../../src/domain/plan.js';
import { LONGEST_MS, nextOpening } from '../../src/windows/openings.js';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** Minutes of a clock in a row. */
const SPAN_DAYS = 46;
/** Clocks change, and offsets are whole, on quarters of an hour: between them a clock just runs. */
const QUARTER = 15;

/** Zones, each with a day around which something happens to its clock. */
const CLOCKS = [
  ['Asia/Shanghai', '2026-12-31'],
  ['America/New_York', '2026-03-08'],
  ['America/New_York', '2026-11-01'],
  ['Europe/London', '2026-10-25'],
  ['Australia/Lord_Howe', '2026-04-05'],
  ['Australia/Lord_Howe', '2026-10-04'],
  ['Asia/Kathmandu', '2026-02-28'],
  ['America/St_Johns', '2026-11-01'],
  ['America/Havana', '2026-11-01'],
  ['America/Santiago', '2026-09-06'],
  ['Pacific/Apia', '2011-12-30'],
] as const;

interface Clock {
  timezone: string;
  /** The first minute, milliseconds since the epoch. */
  begin: number;
  /** What the clock shows in each minute, as the minutes since 1970 of a clock in UTC that shows the same. */
  shown: number[];
}

function readClock(timezone: string, day: string): Clock {
  const begin = Date.parse(`${day}T00:00Z`) - 20 * DAY;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  const shown: number[] = [];
  for (let at = begin; at < begin + SPAN_DAYS * DAY; at += QUARTER * MINUTE) {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? Number.NaN;
    const date = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'));
    for (let minute = 0; minute < QUARTER; minute++) shown.push(date / MINUTE + minute);
  }
  return { timezone, begin, shown };
}

/** Whether the windows are open, for each minute of the clock. */
function openMinutes({ shown, begin }: Clock, { days, hours }: Windows): boolean[] {
  const open = shown.map(() => false);
  const minutes = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
  for (let date = begin - 2 * DAY; date < begin + (SPAN_DAYS - 2) * DAY; date += DAY) {
    const weekday = WEEKDAYS[(new Date(date).getUTCDay() + 6) % 7];
    if (weekday === undefined || !days.includes(weekday)) continue;
    const from = date / MINUTE + minutes(hours.from);
    const to = date / MINUTE + minutes(hours.to) + (hours.to > hours.from ? 0 : 24 * 60);
    const last = hours.to === '24:00' ? find(shown, to, 'first') : find(shown, to, 'last');
    for (let index = find(shown, from, 'first'); index < last; index++) open[index] = true;
  }
  return open;
}

/** The first or last minute in which the clock shows a time, else the first in which it shows a later one. */
function find(shown: number[], time: number, which: 'first' | 'last'): number {
  const index = which === 'first' ? shown.indexOf(time) : shown.lastIndexOf(time);
  return index >= 0 ? index : shown.findIndex((minute) => minute > time);
}

const clocks = CLOCKS.map(([timezone, day]) => readClock(timezone, day));
const two = (value: number) => `${value}`.padStart(2, '0');
const time = fc
  .tuple(fc.nat(23), fc.oneof(fc.constantFrom(0, 30), fc.nat(59)))
  .map(([hour, minute]) => `${two(hour)}:${two(minute)}`);
/** Where clocks change, which is at night. */
const night = fc.constantFrom(
  '00:00',
  '00:30',
  '01:00',
  '01:15',
  '01:30',
  '01:45',
  '02:00',
  '02:20',
  '03:00',
);
const evening = fc.constantFrom('21:00', '23:30');
const end = fc.constant('24:00');
const hours = fc
  .oneof(
    fc.record({ from: time, to: time }),
    fc.record({ from: night, to: night }),
    fc.record({ from: fc.oneof(evening, night), to: fc.oneof(night, end) }),
    fc.record({ from: fc.oneof(fc.constant('00:00'), time), to: end }),
  )
  .filter(({ from, to }) => from !== to);
const cases = fc.record({
  clock: fc.constantFrom(...clocks),
  days: fc.subarray([...WEEKDAYS], { minLength: 1 }),
  hours,
  // So long after the clock's first minute: the change, after 20 days, is behind it, just now, or yet to come.
  after: fc.oneof(
    fc.integer({ min: 12 * DAY, max: 21 * DAY }),
    fc.integer({ min: 19 * DAY, max: 20.5 * DAY }),
  ),
});

it('is the opening that a clock, read minute by minute, shows', () => {
  fc.assert(
    fc.property(cases, ({ clock, days, hours, after }) => {
      const given: Windows = { timezone: clock.timezone, days, hours };
      const open = openMinutes(clock, given);
      const at = clock.begin + after;
      const opening = nextOpening(given, at);
      if (opening === null) throw new Error('no opening');

      const first = open.indexOf(true, Math.floor(after / MINUTE));
      const moment = (index: number) => clock.begin + index * MINUTE;
      const opensAt = moment(open.lastIndexOf(false, first) + 1);
      const closesAt = Math.min(moment(open.indexOf(false, first)), Math.max(at, opensAt) + LONGEST_MS);
      if (at - opensAt <= LONGEST_MS) expect(opening).toEqual({ opensAt, closesAt });
      else expect(opening).toEqual({ opensAt: expect.any(Number), closesAt });
      expect(opening.closesAt).toBeGreaterThan(at);
    }),
    { numRuns: 200 },
  );
});
