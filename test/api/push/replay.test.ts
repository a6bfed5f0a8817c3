/** A push is taken once, for as long as anyone could repeat it, and memory stays bounded. */
import { expect, it } from 'vitest';
import { replayMemory } from '../../../src/api/push/replay.js';
import { PUSH_WINDOW_MS } from '../../../src/wechat/push/envelope.js';

it('takes a push once', () => {
  const memory = replayMemory();
  expect(memory.begin('a', 0)).toBe(true);
  expect(memory.begin('a', 1)).toBe(false);
  expect(memory.begin('b', 1)).toBe(true);
});

it('takes it again when it came to nothing', () => {
  const memory = replayMemory();
  memory.begin('a', 0);
  memory.forget('a');
  expect(memory.begin('a', 1)).toBe(true);
});

it('remembers until the timestamp is refused anyway: it may be one window ahead, and good for another', () => {
  const memory = replayMemory();
  memory.begin('a', 0);
  expect(memory.begin('a', 2 * PUSH_WINDOW_MS - 1)).toBe(false);
  expect(memory.begin('a', 2 * PUSH_WINDOW_MS + 1)).toBe(true);
});

it('forgets the oldest when it is full', () => {
  const memory = replayMemory(2);
  for (const signature of ['a', 'b', 'c']) expect(memory.begin(signature, 0)).toBe(true);
  expect(memory.begin('c', 0)).toBe(false);
  expect(memory.begin('a', 0)).toBe(true);
});
