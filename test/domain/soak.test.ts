import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resumeSoak, soakEndsAt, soakLeft, startSoak, stopSoak } from '../../src/domain/soak.js';
import { HOUR, MINUTE, NOW } from './support/given.js';

describe('the soak clock', () => {
  it('runs down from the confirmation', () => {
    const clock = startSoak(HOUR, NOW, false);
    expect(soakLeft(clock, NOW + 20 * MINUTE)).toBe(40 * MINUTE);
    expect(soakEndsAt(clock)).toBe(NOW + HOUR);
  });

  it('never falls below nothing, and a clock that is ahead takes nothing off', () => {
    const clock = startSoak(HOUR, NOW, false);
    expect(soakLeft(clock, NOW + 2 * HOUR)).toBe(0);
    expect(soakLeft(clock, NOW - MINUTE)).toBe(HOUR);
  });

  it('begins standing still while paused', () => {
    const clock = startSoak(HOUR, NOW, true);
    expect(soakLeft(clock, NOW + 99 * HOUR)).toBe(HOUR);
    expect(soakEndsAt(clock)).toBeNull();
  });

  it('resumed twice goes on once', () => {
    const once = resumeSoak(startSoak(HOUR, NOW, true), NOW);
    expect(resumeSoak(once, NOW + MINUTE)).toBe(once);
  });

  it('lasts exactly its length without the pauses, however many there are', () => {
    const spans = fc.array(fc.record({ run: fc.nat(MINUTE), pause: fc.nat(HOUR) }), { maxLength: 20 });
    fc.assert(
      fc.property(spans, (pauses) => {
        let clock = startSoak(HOUR, NOW, false);
        let now = NOW;
        let paused = 0;
        for (const { run, pause } of pauses) {
          clock = stopSoak(clock, now + run);
          now += run + pause;
          paused += pause;
          clock = resumeSoak(clock, now);
        }
        expect(soakEndsAt(clock)).toBe(NOW + HOUR + paused);
      }),
    );
  });
});
