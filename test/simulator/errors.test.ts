import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ERROR_CODES, messageOf } from '../../src/simulator/state/errors.js';

const SOURCE = 'src/simulator';
const sources = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('errors.ts'))
  .map((file) => readFileSync(join(SOURCE, file), 'utf8'))
  .join('\n');

describe("the simulator's error texts", () => {
  it('are those of codes that it answers, and no others', () => {
    const isAnswered = (code: number) => new RegExp(`(?<![\\w.])${code}(?!\\w)`).test(sources);
    expect(ERROR_CODES.filter((code) => !isAnswered(code))).toEqual([]);
  });

  it('have words for a code that only a fault can order', () => {
    expect(messageOf(85095)).toBe('unknown error');
  });
});
