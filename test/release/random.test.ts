/**
 * Releases at random on a real server: plans, commands, verdicts, faults, colleagues and workers that come and go. What
 * must always hold is in random-rules.ts, read from outside; and each release can be brought to its end.
 * `SEED=… RUNS=… ONLY=…` run other ones, or one alone; random.soak.ts runs many.
 */
import { expect, it } from 'vitest';
import { describeWorkflows } from '../support/temporal.js';
import { violationsOf } from './random-run.js';

const RUNS = 24;
/** The same ones in every run; others are for random.soak.ts. */
const SEED = Number(process.env.SEED ?? 20_250_106);

describeWorkflows('whatever happens to releases', () => {
  it('they keep their rules, and each can be brought to its end', { timeout: 240_000 }, async () => {
    expect(await violationsOf({ seed: SEED, runs: RUNS, patient: false })).toEqual([]);
  });
});
