/**
 * The worker, as `npm run worker` starts it, is killed with SIGKILL at every write before it is done, before it is answered
 * and before Temporal knows, and then at random; Temporal notices by itself. `SEED=… RUNS=…` draw other moments, and more.
 */
import { afterAll, it } from 'vitest';
import { ROWS } from '../release/faults-rows.js';
import { describeWorkflows } from '../support/temporal.js';
import { cellsUpTo, killAt, type Matrix, titleOf } from './matrix.js';
import { checkAtEnd } from './moments.js';
import { killAtRandom, releasesOf, type Story, worldOf } from './random.js';
import { openScene } from './scene.js';

const CELLS = cellsUpTo(Number.POSITIVE_INFINITY);
const LONG_MS = 15 * 60_000;
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
const RUNS = Number(process.env.RUNS ?? 3);
const KILLS = 5;
/** As long as three attempts to speed it up may take. */
const PATIENT_AUDIT = 3;

const STORIES: Story[] = ROWS.map((row) => ({ ...row, app: row.app(PATIENT_AUDIT) }));

describeWorkflows('a worker that is killed', () => {
  let matrix: Promise<Matrix> | undefined;
  const killed = () => {
    matrix ??= killAt(CELLS);
    return matrix;
  };
  afterAll(async () => (await matrix)?.close());

  for (const cell of CELLS)
    it.concurrent(
      `at ${titleOf(cell)}`,
      async () => {
        const { scene, resultOf } = await killed();
        checkAtEnd(scene, cell, await resultOf(cell));
      },
      LONG_MS,
    );

  it.each(Array.from({ length: RUNS }, (_run, index) => SEED + index))(
    'at random moments of seed %d leaves the same outcomes, and every effect once',
    async (seed) => {
      const releases = releasesOf(STORIES);
      const scene = await openScene({ apps: worldOf(releases) });
      try {
        await scene.startWorker();
        const check = await killAtRandom(scene, releases, { seed, kills: KILLS });
        await check();
      } finally {
        await scene.close();
      }
    },
    LONG_MS,
  );
});
