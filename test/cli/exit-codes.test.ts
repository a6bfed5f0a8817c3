import { describe, expect, it } from 'vitest';
import { EXIT_CODES_HELP, exitCodeOf } from '../../src/cli/exit-codes.js';
import { OUTCOMES } from '../../src/domain/status.js';
import { attention, drifted, frozen, gated, holding, paused, rejected, soaking, trial } from './statuses.js';

describe('exit codes', () => {
  it.each([
    ['released', 0],
    ['reverted', 3],
    ['rolledBack', 3],
    ['rejected', 4],
    ['aborted', 6],
    ['failed', 7],
  ] as const)('%s is %i, whatever lies over it', (outcome, code) => {
    expect(exitCodeOf({ ...soaking, outcome })).toBe(code);
    expect(exitCodeOf({ ...paused, outcome })).toBe(code);
    expect(OUTCOMES).toContain(outcome);
  });

  it.each([
    ['soaks', soaking, 0],
    ['is paused', paused, 5],
    ['needs a person', attention, 5],
    ['holds', holding, 5],
    ['waits for approval', gated, 5],
    ['waits for its trial', trial, 5],
    ['waits for a resubmission', rejected, 5],
    ['waits for a button in the console', drifted, 5],
    ['waits for a freeze to be over', frozen, 0],
  ] as const)('a release that %s is %i while it runs', (_name, status, code) => {
    expect(exitCodeOf(status)).toBe(code);
  });

  it('are all explained in the help', () => {
    for (const code of [0, 1, 2, 3, 4, 5, 6, 7]) expect(EXIT_CODES_HELP).toContain(`  ${code}  `);
  });
});
