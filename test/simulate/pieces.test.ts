/** The small parts of a simulation: when things fall due, what time it is, when it begins, whether it is alive. */
import { describe, expect, it } from 'vitest';
import { Agenda } from '../../src/simulate/agenda.js';
import { VirtualClock } from '../../src/simulate/clock.js';
import { Pulse } from '../../src/simulate/pulse.js';
import type { ScenarioEvent } from '../../src/simulate/scenario.js';
import { StartError, startMoment, zoneOf } from '../../src/simulate/start.js';
import { PLAN } from './plans.js';

const HOUR = 3_600_000;
const START = Date.UTC(2030, 0, 7, 2);
const stop: ScenarioEvent['action'] = { kind: 'worker', running: false };

describe('the agenda', () => {
  const agenda = () => {
    const made = new Agenda([
      { when: { at: HOUR }, action: stop },
      { when: { after: { stage: 10 }, plus: HOUR }, action: stop },
      { when: { after: { effect: 'commit' }, plus: 0 }, action: stop },
      { when: { after: { stage: 100 }, plus: 0 }, action: stop },
    ]);
    made.begin(START);
    return made;
  };

  it('knows what counts from the start, and the rest once its milestone is reached', () => {
    const made = agenda();
    expect(made.moments()).toEqual([{ index: 0, at: START + HOUR }]);
    expect(made.reached({ endpoint: 'commit' }, START + 5)).toEqual([{ index: 2, at: START + 5 }]);
    expect(made.reached({ endpoint: 'grayrelease', percentage: 1 }, START + 6)).toEqual([]);
    expect(made.reached({ endpoint: 'grayrelease', percentage: 10 }, START + 7)).toEqual([
      { index: 1, at: START + 7 + HOUR },
    ]);
    expect(made.next()).toBe(START + 5);
  });

  it('counts from the first effect of a kind only', () => {
    const made = agenda();
    made.reached({ endpoint: 'commit' }, START);
    expect(made.reached({ endpoint: 'commit' }, START + HOUR)).toEqual([]);
  });

  it('takes a full release for the stage of 100 %', () => {
    expect(agenda().reached({ endpoint: 'release' }, START)).toEqual([{ index: 3, at: START }]);
  });

  it('hands out each event once, and tells what was never played', () => {
    const made = agenda();
    expect(made.take(0)?.action).toEqual(stop);
    expect(made.take(0)).toBeNull();
    expect(made.next()).toBeNull();
    expect(made.left()).toEqual([1, 2, 3]);
  });
});

describe('the clock', () => {
  it('stands still until it is begun, then goes by as real time does', () => {
    let real = 0;
    const clock = new VirtualClock(START, () => real);
    real = 500;
    expect(clock.now()).toBe(START);
    clock.begin(START + 10);
    real = 800;
    expect(clock.now()).toBe(START + 310);
  });

  it('jumps forward to what was seen, and never back', () => {
    let real = 0;
    const clock = new VirtualClock(START, () => real);
    clock.begin(START);
    clock.reach(START + HOUR);
    real = 7;
    clock.reach(START);
    expect(clock.now()).toBe(START + HOUR + 7);
  });
});

describe('the start', () => {
  const wednesday = Date.UTC(2030, 0, 2, 12);

  it('is the next Monday at 10 in China, or in the zone of the windows', () => {
    expect(new Date(startMoment(PLAN, null, wednesday)).toISOString()).toBe('2030-01-07T02:00:00.000Z');
    const windows = {
      timezone: 'Europe/Berlin',
      days: ['fri' as const],
      hours: { from: '09:00', to: '10:00' },
    };
    const inBerlin = { rollout: { ...PLAN.rollout, windows } };
    expect(zoneOf(inBerlin)).toBe('Europe/Berlin');
    expect(new Date(startMoment(inBerlin, null, wednesday)).toISOString()).toBe('2030-01-07T09:00:00.000Z');
  });

  it('is next week, when it is Monday 10 o’clock just now', () => {
    expect(startMoment(PLAN, null, START + 30_000)).toBe(START + 7 * 24 * HOUR);
  });

  it('is what the scenario says, if that is to come', () => {
    expect(startMoment(PLAN, 'now', wednesday)).toBe(wednesday);
    expect(startMoment(PLAN, START, wednesday)).toBe(START);
    expect(() => startMoment(PLAN, wednesday - 1, wednesday)).toThrow(StartError);
  });
});

describe('the pulse', () => {
  it('is silent only while nothing is being done', () => {
    let real = 0;
    const pulse = new Pulse(() => real);
    pulse.begin();
    real = 60_000;
    expect(pulse.silentMs()).toBe(0);
    pulse.end();
    real = 65_000;
    expect(pulse.silentMs()).toBe(5_000);
  });
});
