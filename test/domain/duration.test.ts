import { describe, expect, it } from 'vitest';
import { DURATION_PATTERN, formatDuration, parseDuration } from '../../src/domain/duration.js';

describe('a written duration', () => {
  it.each([
    ['0s', 0],
    ['45s', 45_000],
    ['90s', 90_000],
    ['30m', 1_800_000],
    ['2h', 7_200_000],
    ['1d', 86_400_000],
    ['1h30m', 5_400_000],
    ['1d2h3m4s', 93_784_000],
    ['1d30s', 86_430_000],
  ])('%s is %i milliseconds', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
    expect(text).toMatch(new RegExp(DURATION_PATTERN));
  });

  it.each(['', '30', '1.5h', '-1h', '30m1h', '1h1h', '1w', '100ms', '1H', '1h 30m', ' 1h', '1h\n', 'soon'])(
    '%j is refused, by name and with an example',
    (text) => {
      expect(() => parseDuration(text)).toThrow(RangeError);
      expect(() => parseDuration(text)).toThrow(JSON.stringify(text));
      expect(() => parseDuration(text)).toThrow('for example 1h30m');
      expect(text).not.toMatch(new RegExp(DURATION_PATTERN));
    },
  );

  it('is refused when it cannot be counted exactly', () => {
    expect(() => parseDuration('99999999999999d')).toThrow('too long');
  });
});

describe('a duration for people', () => {
  it.each([
    [0, '0s'],
    [45_000, '45s'],
    [45_999, '45s'],
    [250, '250ms'],
    [0.2, '1ms'],
    [5_400_000, '1h 30m'],
    [86_430_000, '1d 30s'],
    [-90_000, '-1m 30s'],
  ])('%d milliseconds are shown as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it('reads back as the same duration once its spaces are gone', () => {
    for (const ms of [1_000, 59_000, 3_661_000, 90_061_000]) {
      expect(parseDuration(formatDuration(ms).replaceAll(' ', ''))).toBe(ms);
    }
  });
});
