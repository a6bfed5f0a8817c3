/** Releases at random in numbers, from another seed each time; fast-check's report of a failure names it, and its path. */
import { it } from 'vitest';
import { runModel } from './support/model.js';

const RUNS = 20_000;
const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));

it(`many releases keep their rules, make progress, and can be brought to their ends (SEED=${SEED})`, {
  timeout: 3_600_000,
}, () => {
  runModel(RUNS, SEED);
});
