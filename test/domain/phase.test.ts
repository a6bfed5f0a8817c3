import { describe, expect, it } from 'vitest';
import { nextPhase, type PhaseEvent, TRANSITIONS } from '../../src/domain/phase.js';
import { PHASES, type Phase } from '../../src/domain/status.js';

const table: [Phase, PhaseEvent, Phase][] = [
  ['preparing', 'committed', 'auditing'],
  ['preparing', 'ended', 'closed'],
  ['auditing', 'approved', 'ready'],
  ['auditing', 'ended', 'closed'],
  ['ready', 'rolloutStarted', 'rolling'],
  ['ready', 'ended', 'closed'],
  ['rolling', 'completed', 'baking'],
  ['rolling', 'takeBack', 'reverting'],
  ['rolling', 'ended', 'closed'],
  ['preparing', 'approvedBefore', 'ready'],
  ['auditing', 'recommit', 'preparing'],
  ['ready', 'completed', 'baking'],
  ['rolling', 'handedBack', 'ready'],
  ['ready', 'takeBack', 'reverting'],
  ['baking', 'takeBack', 'reverting'],
  ['baking', 'ended', 'closed'],
  ['reverting', 'ended', 'closed'],
];

describe('the phases of a release', () => {
  it.each(table)('%s, %s → %s', (phase, event, next) => {
    expect(nextPhase(phase, event)).toBe(next);
  });

  it('know no other way: not back, and not out of closed', () => {
    const known = Object.entries(TRANSITIONS).flatMap(([phase, row]) =>
      Object.entries(row).map(([event, next]) => [phase, event, next]),
    );
    expect(known.sort()).toEqual([...table].sort());
    expect(Object.keys(TRANSITIONS)).toEqual([...PHASES]);
  });

  it('a move that the table does not know is a bug and says which', () => {
    expect(() => nextPhase('closed', 'committed')).toThrow('no way from phase closed by committed');
  });
});
