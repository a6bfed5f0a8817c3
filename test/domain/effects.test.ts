/** The write protocol's rules: when a reading that shows nothing may be believed, and how often a write is sent. */
import { describe, expect, it } from 'vitest';
import {
  EFFECTS,
  FRESH_MEMORY,
  nextWrite,
  recallMemory,
  type WriteMemory,
} from '../../src/domain/effects.js';
import { NOW, SECOND } from './support/given.js';

const memory = (changes: Partial<WriteMemory> = {}): WriteMemory => ({ ...FRESH_MEMORY, ...changes });
const sent = (agoMs: number, changes: Partial<WriteMemory> = {}): WriteMemory =>
  memory({ writes: 1, lastWriteAt: NOW - agoMs, ...changes });

describe('not believed missing before', () => {
  it.each([
    ['commit', 60],
    ['submitAudit', 60],
    ['withdrawAudit', 30],
    ['grayRelease', 10],
    ['release', 30],
    ['revertGray', 10],
    ['revertCode', 30],
  ] as const)('%s: %i s', (effect, seconds) => {
    expect(EFFECTS[effect].settleMs).toBe(seconds * SECOND);
    expect(nextWrite(effect, sent(seconds * SECOND - 1), NOW)).toMatchObject({ do: 'readAgain' });
    expect(nextWrite(effect, sent(seconds * SECOND), NOW).do).not.toBe('readAgain');
  });
});

describe('written at most', () => {
  it('so often, and no more: a quota is not for guessing', () => {
    const most = Object.entries(EFFECTS).map(([effect, { maxWrites }]) => [effect, maxWrites]);
    expect(Object.fromEntries(most)).toEqual({
      commit: 3,
      submitAudit: 3,
      speedupAudit: 3,
      withdrawAudit: 1,
      grayRelease: 3,
      release: 3,
      revertGray: 5,
      revertCode: 3,
    });
  });
});

describe('what to do when a reading shows nothing', () => {
  it('nothing was sent: send it', () => {
    expect(nextWrite('grayRelease', memory(), NOW)).toEqual({ do: 'write' });
  });

  it('it was sent a moment ago: read again, soon, but not past the settle time', () => {
    expect(nextWrite('grayRelease', sent(SECOND), NOW)).toEqual({ do: 'readAgain', afterMs: 2 * SECOND });
    expect(nextWrite('grayRelease', sent(9_500), NOW)).toEqual({ do: 'readAgain', afterMs: 500 });
  });

  it('WeChat refused it or nobody knows, and it has settled: send it again', () => {
    expect(nextWrite('grayRelease', sent(10 * SECOND), NOW)).toEqual({ do: 'write' });
  });

  it.each(['ok', 'claimed'] as const)(
    'WeChat said %s and it never shows: sending again would be guessing',
    (accepted) => {
      expect(nextWrite('grayRelease', sent(10 * SECOND, { accepted }), NOW)).toEqual({ do: 'giveUp' });
    },
  );

  it('its writes are spent: a person must look', () => {
    const spent = sent(60 * SECOND, { writes: EFFECTS.grayRelease.maxWrites });
    expect(nextWrite('grayRelease', spent, NOW)).toEqual({ do: 'giveUp' });
  });

  it('a withdrawal, of which there are five a day, is sent once and never twice', () => {
    expect(nextWrite('withdrawAudit', memory(), NOW)).toEqual({ do: 'write' });
    expect(nextWrite('withdrawAudit', sent(60 * SECOND), NOW)).toEqual({ do: 'giveUp' });
  });
});

describe('what an attempt starts from', () => {
  it('the first from nothing', () => {
    expect(recallMemory(undefined, 1, NOW)).toEqual(FRESH_MEMORY);
  });

  it('a later one from what the one before left in order', () => {
    const left = sent(SECOND, { endedAttempt: 1, lastAnswer: 'ok' });
    expect(recallMemory(left, 2, NOW)).toEqual(left);
  });

  it.each([
    ['and left nothing', undefined],
    ['after it sent', sent(SECOND, { endedAttempt: 1 })],
    ['two attempts ago', memory({ endedAttempt: 1 })],
  ])('one that vanished %s is taken to have written just now', (_what, stored) => {
    const recalled = recallMemory(stored, 3, NOW);
    expect(recalled).toMatchObject({ lastWriteAt: NOW, writes: 1 });
    expect(recalled.lastAnswer).toContain('ended without an answer');
    expect(nextWrite('commit', recalled, NOW)).toEqual({ do: 'readAgain', afterMs: 2 * SECOND });
  });

  it('so that a withdrawal whose process died is not spent twice', () => {
    const recalled = recallMemory(undefined, 2, NOW);
    expect(nextWrite('withdrawAudit', recalled, NOW + 30 * SECOND)).toEqual({ do: 'giveUp' });
    expect(nextWrite('grayRelease', recalled, NOW + 10 * SECOND)).toEqual({ do: 'write' });
  });
});
