/** Releases at random in numbers, with faults that take minutes to settle. `SEED=… RUNS=… BATCHES=… ONLY=…` choose. */
import { expect, it } from 'vitest';
import { describeWorkflows } from '../support/temporal.js';
import { violationsOf } from './random-run.js';

/** Side by side on two cores; more would only wait for each other. */
const RUNS = 25;
const BATCHES = Number(process.env.BATCHES ?? 6);

describeWorkflows('whatever happens to many releases', () => {
  for (let batch = 0; batch < BATCHES; batch += 1) {
    const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 1e9)) + batch;
    it(`they keep their rules, and each can be brought to its end (SEED=${seed})`, {
      timeout: 900_000,
    }, async () => {
      expect(await violationsOf({ seed, runs: RUNS, patient: true })).toEqual([]);
    });
  }
});
