/** Brings every cell to its moment, kills the worker once, and starts another. */
import { expect } from 'vitest';
import type { ReleaseStatus } from '../../src/domain/status.js';
import { releaseWorkflowId } from '../../src/workflows/messages.js';
import { uniqueAppId } from '../support/temporal.js';
import { type Cell, checkAtKill, MOMENTS, waitMsOf } from './moments.js';
import { openScene, type Scene, type SceneInput } from './scene.js';
import { WRITES } from './writes.js';

/** Every write × every moment of which nothing has to be waited for longer. */
export function cellsUpTo(waitMs: number): Cell[] {
  return WRITES.flatMap((write) =>
    MOMENTS.map((moment) => ({ app: uniqueAppId(), write, moment })).filter(
      (cell) => waitMsOf(cell) <= waitMs,
    ),
  );
}

/** As a test is named. */
export const titleOf = ({ write, moment }: Cell): string => `${write.name}: ${moment.name}`;

export interface Matrix {
  scene: Scene;
  resultOf(cell: Cell): Promise<ReleaseStatus>;
  /** Checks those beside, when they have ended. */
  checkBeside(): Promise<void>;
  close(): Promise<void>;
}

/** Time enough for all of them to get there on a busy machine. Milliseconds. */
const PATIENCE_MS = 60_000;
const LOOK_MS = 25;

/** How it is run; without anything as it is in life. */
export interface Haste {
  /** Temporal is told of each kill, and need not wait for the end of each attempt's time. */
  told?: boolean;
  /** Workflows that were bundled beforehand; without them the worker is `npm run worker`. */
  bundlePath?: string;
}

/** Releases that are under way meanwhile: the kill falls where it falls. */
export interface Beside {
  apps: SceneInput['apps'];
  begin(scene: Scene): Promise<() => Promise<void>>;
}

export async function killAt(
  cells: readonly Cell[],
  { told = false, ...program }: Haste = {},
  beside?: Beside,
): Promise<Matrix> {
  const apps = {
    ...Object.fromEntries(cells.map(({ app, write }) => [app, write.app ?? {}])),
    ...beside?.apps,
  };
  const scene = await openScene({ apps, ...program });
  await scene.startWorker();
  const checkBeside = await beside?.begin(scene);
  await Promise.all(cells.map(({ app, write }) => write.stand?.(scene, app)));
  for (const { app, write, moment } of cells) moment.hold(scene, app, write);
  await Promise.all(cells.map(({ app, write }) => write.word(scene, app)));
  await allThere(scene, cells);
  await scene.killWorker();
  await Promise.all(cells.map((cell) => checkAtKill(scene, cell)));
  scene.between.letThrough();
  if (told) await scene.tellOfLoss(Object.keys(apps).map(releaseWorkflowId));
  await scene.startWorker();
  return {
    scene,
    resultOf: ({ app }) =>
      scene.client.workflow.getHandle(releaseWorkflowId(app)).result() as Promise<ReleaseStatus>,
    checkBeside: async () => checkBeside?.(),
    close: () => scene.close(),
  };
}

async function allThere(scene: Scene, cells: readonly Cell[]): Promise<void> {
  const missing = () => cells.filter(({ app, write, moment }) => !moment.isThere(scene, app, write));
  const end = Date.now() + PATIENCE_MS;
  while (missing().length > 0) {
    if (Date.now() > end) expect(missing().map(titleOf)).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
