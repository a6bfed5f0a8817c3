/** The worker is killed with SIGKILL at its writes; every release ends as if nothing had happened, and every effect is there once. */
import { afterAll, it } from 'vitest';
import type { ReleasePlan } from '../../src/domain/plan.js';
import { LADDER, planFor } from '../support/release.js';
import { describeWorkflows, workflowBundle } from '../support/temporal.js';
import { cellsUpTo, killAt, type Matrix, titleOf } from './matrix.js';
import { checkAtEnd } from './moments.js';
import { killAtRandom, releasesOf, type Story, worldOf } from './random.js';

/** What has to wait longer is left to the soak, and so is how long Temporal takes to notice. Milliseconds. */
const LONGEST_WAIT_MS = 20_000;
const CELLS = cellsUpTo(LONGEST_WAIT_MS);
const LONG_MS = 240_000;
/** Besides the one of the cells. */
const KILLS = Number(process.env.RUNS ?? 1);
/** Another draw: `SEED=… RUNS=… npx vitest run test/crash/worker-killed.test.ts`. */
const SEED = Number(process.env.SEED ?? 20_250_106);

/** A ladder of so short stages that something is under way at every moment. */
function planOf(app: string): ReleasePlan {
  const plan = planFor(app);
  const stages = plan.rollout.stages.map((stage) => ({ ...stage, soakMs: Math.min(stage.soakMs, 100) }));
  return { ...plan, rollout: { ...plan.rollout, stages, bakeMs: 100 } };
}

const HEALTHY: Story = { plan: planOf, outcome: 'released', effects: LADDER };
const FAILING: Story = {
  plan: planOf,
  app: {
    metrics: {
      js_error_rate: [
        { version: '1.4.0', value: 0.002 },
        { version: '1.4.0', from: 10, value: 0.08 },
      ],
      launches: [{ version: '1.4.0', perPercent: 400 }],
    },
  },
  outcome: 'reverted',
  effects: [...LADDER.slice(0, 4), 'revertgrayrelease'],
};

describeWorkflows('a worker that is killed', () => {
  let matrix: Promise<Matrix> | undefined;
  /** At random first, then once for all cells: a worker that starts computes more than all releases together. */
  const killed = () => {
    const releases = releasesOf([HEALTHY, HEALTHY, FAILING]);
    matrix ??= killAt(
      CELLS,
      { told: true, bundlePath: workflowBundle().codePath },
      {
        apps: worldOf(releases),
        // An upload or a submission that was lost would be waited for a minute: that is the soak's.
        begin: (scene) =>
          killAtRandom(scene, releases, { seed: SEED, kills: KILLS, afterEffects: 2, told: true }),
      },
    );
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

  it.concurrent(
    `at random moments of seed ${SEED} leaves the same outcomes, and every effect once`,
    async () => (await killed()).checkBeside(),
    LONG_MS,
  );
});
