/**
 * Releases at random: plans, commands, verdicts, faults, colleagues, restarts and time as they come. What must always
 * hold is in support/invariants.ts and is checked at every turn; here, that every release can be brought to its end.
 * `SEED=… RUNS=…` run other ones; model.soak.ts runs many.
 */
import { describe, it } from 'vitest';
import { runModel } from './support/model.js';

const RUNS = 2_000;
/** The same ones in every run; others are for model.soak.ts. */
const SEED = 20_250_106;

describe('whatever happens', () => {
  it('a release keeps its rules, makes progress, and can be brought to its end', { timeout: 400_000 }, () => {
    runModel(RUNS, SEED);
  });
});
