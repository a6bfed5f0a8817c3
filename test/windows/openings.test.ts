import { describe, expect, it } from 'vitest';
import type { Weekday, Windows } from '../../src/domain/plan.js';
import { WEEKDAYS } from '../../src/domain/plan.js';
import { LONGEST_MS, nextOpening, openings } from '../../src/windows/openings.js';
import { isTimeZone, showTime } from '../../src/windows/wall-clock.js';

const windows = (timezone: string, days: readonly Weekday[], hours: string): Windows => {
  const [from = '', to = ''] = hours.split('-');
  return { timezone, days: [...days], hours: { from, to } };
};

/** The opening found at a moment (ISO), as ISO texts. */
function found(given: Windows, at: string): [string, string] | null {
  const opening = nextOpening(given, Date.parse(at));
  const iso = (moment: number) => new Date(moment).toISOString().slice(0, 16).concat('Z');
  return opening === null ? null : [iso(opening.opensAt), iso(opening.closesAt)];
}

describe('the opening of a moment', () => {
  const office = windows('Asia/Shanghai', ['mon', 'tue', 'wed', 'thu'], '10:00-18:00');

  it.each([
    ['inside, the present one', '2026-10-08T05:00Z', '2026-10-08T02:00Z', '2026-10-08T10:00Z'],
    ['as it opens', '2026-10-08T02:00Z', '2026-10-08T02:00Z', '2026-10-08T10:00Z'],
    ['before it, the next', '2026-10-08T01:59Z', '2026-10-08T02:00Z', '2026-10-08T10:00Z'],
    ['as it closes, the next', '2026-10-07T10:00Z', '2026-10-08T02:00Z', '2026-10-08T10:00Z'],
    ['over the weekend', '2026-10-08T10:00Z', '2026-10-12T02:00Z', '2026-10-12T10:00Z'],
    ['over the end of the year', '2026-12-31T10:00Z', '2027-01-04T02:00Z', '2027-01-04T10:00Z'],
  ])('%s', (_, at, opensAt, closesAt) => {
    expect(found(office, at)).toEqual([opensAt, closesAt]);
  });

  it('over midnight belongs to the day it begins on', () => {
    const night = windows('Asia/Shanghai', ['fri'], '22:00-04:00');
    const opening = ['2026-10-09T14:00Z', '2026-10-09T20:00Z'];
    // Saturday, 03:59 and 04:00.
    expect(found(night, '2026-10-09T19:59Z')).toEqual(opening);
    expect(found(night, '2026-10-09T20:00Z')).toEqual(['2026-10-16T14:00Z', '2026-10-16T20:00Z']);
  });

  it('over the last night of a year goes on in the new year', () => {
    const night = windows('Europe/Berlin', ['thu'], '22:00-04:00');
    expect(found(night, '2027-01-01T02:59Z')).toEqual(['2026-12-31T21:00Z', '2027-01-01T03:00Z']);
  });

  it('of whole days is one as long as they follow each other', () => {
    const days = windows('Asia/Shanghai', ['mon', 'tue', 'wed', 'thu'], '00:00-24:00');
    expect(found(days, '2026-10-07T05:00Z')).toEqual(['2026-10-04T16:00Z', '2026-10-08T16:00Z']);
  });

  it('of all days and hours is told eight days ahead, and never further', () => {
    const always = windows('Asia/Shanghai', WEEKDAYS, '00:00-24:00');
    const at = Date.parse('2026-10-07T05:00Z');
    const opening = nextOpening(always, at);
    expect(opening?.closesAt).toBe(at + LONGEST_MS);
    expect(opening?.opensAt).toBeLessThan(at);
  });

  it('of no day is none', () => {
    expect(found(windows('Asia/Shanghai', [], '10:00-18:00'), '2026-10-07T05:00Z')).toBe(null);
    expect(openings(windows('Asia/Shanghai', [], '10:00-18:00'), 0, 1_000)).toEqual([]);
  });
});

describe('offsets that are no whole hours', () => {
  it.each([
    ['Asia/Kolkata', '2026-10-08T04:30Z', '2026-10-08T12:30Z'],
    ['Asia/Kathmandu', '2026-10-08T04:15Z', '2026-10-08T12:15Z'],
    ['Australia/Lord_Howe', '2026-10-07T23:00Z', '2026-10-08T07:00Z'],
    ['America/St_Johns', '2026-10-08T12:30Z', '2026-10-08T20:30Z'],
  ])('%s', (timezone, opensAt, closesAt) => {
    const given = windows(timezone, ['thu'], '10:00-18:00');
    expect(found(given, '2026-10-07T12:00Z')).toEqual([opensAt, closesAt]);
  });
});

describe('when the clock is set forward (New York, 2026-03-08, 02:00 becomes 03:00)', () => {
  const sundays = (hours: string) => windows('America/New_York', ['sun'], hours);
  const SATURDAY = '2026-03-07T12:00Z';

  it.each([
    ['a beginning that is skipped: the first moment after', '02:30-05:00', '07:00', '09:00'],
    ['an end that is skipped: the first moment after', '01:00-02:30', '06:00', '07:00'],
    ['around it: an hour shorter', '01:00-04:00', '06:00', '08:00'],
  ])('%s', (_, hours, opens, closes) => {
    expect(found(sundays(hours), SATURDAY)).toEqual([`2026-03-08T${opens}Z`, `2026-03-08T${closes}Z`]);
  });

  it('a window that is skipped whole: the one a week later', () => {
    expect(found(sundays('02:10-02:40'), SATURDAY)).toEqual(['2026-03-15T06:10Z', '2026-03-15T06:40Z']);
  });

  it('a day without its midnight begins when it begins', () => {
    const sunday = windows('America/Santiago', ['sun'], '00:00-24:00');
    expect(found(sunday, '2026-09-05T12:00Z')).toEqual(['2026-09-06T04:00Z', '2026-09-07T03:00Z']);
  });
});

describe('when the clock is set back (New York, 2026-11-01, 02:00 becomes 01:00)', () => {
  const sundays = (hours: string) => windows('America/New_York', ['sun'], hours);
  const SATURDAY = '2026-10-31T12:00Z';

  it.each([
    ['a beginning that comes twice: the first', '01:30-03:00', '05:30', '08:00'],
    ['an end that comes twice: the second', '00:30-01:30', '04:30', '06:30'],
    ['both: the longer window', '01:10-01:20', '05:10', '06:20'],
    ['around it: an hour longer', '00:00-04:00', '04:00', '09:00'],
  ])('%s', (_, hours, opens, closes) => {
    expect(found(sundays(hours), SATURDAY)).toEqual([`2026-11-01T${opens}Z`, `2026-11-01T${closes}Z`]);
  });

  it('a midnight that comes twice: 24:00 is when the next day begins', () => {
    // Havana, 2026-11-01, 01:00 becomes 00:00.
    const saturday = windows('America/Havana', ['sat'], '10:00-24:00');
    expect(found(saturday, '2026-10-31T12:00Z')).toEqual(['2026-10-31T14:00Z', '2026-11-01T04:00Z']);
  });
});

it('a day that a zone skipped (Samoa, 2011-12-30) has no window', () => {
  const fridays = windows('Pacific/Apia', ['fri'], '10:00-18:00');
  expect(found(fridays, '2011-12-29T12:00Z')).toEqual(['2012-01-05T20:00Z', '2012-01-06T04:00Z']);
});

describe('names of zones', () => {
  it.each(['Asia/Shanghai', 'asia/shanghai', 'UTC', 'Etc/GMT+8', 'PRC'])('%s is one', (name) => {
    expect(isTimeZone(name)).toBe(true);
  });

  it.each(['', 'Asia/Beijing', 'CST', '+08:00', 'UTC+8', 'Beijing', '2026-01-01T00:00[Asia/Shanghai]'])(
    '%j is none',
    (name) => {
      expect(isTimeZone(name)).toBe(false);
    },
  );

  it('a zone that this machine does not know is an error, not another zone', () => {
    expect(() => nextOpening(windows('Asia/Beijing', ['mon'], '10:00-18:00'), 0)).toThrow(RangeError);
  });

  it('moments are shown as calendar and clock show them there', () => {
    expect(showTime(Date.parse('2026-10-08T18:05:30Z'), 'Asia/Shanghai')).toBe('Fri 2026-10-09 02:05');
  });
});
