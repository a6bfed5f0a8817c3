/** All of the fault matrix: once, twice in a row, and ended by `abort` where a person has to look. Takes a quarter of an hour. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWorkflows } from '../support/temporal.js';
import { ABORTED, canBeRun, checkCell, checkWords, titleOf } from './faults-check.js';
import { commonFaults, ownFaults } from './faults-list.js';
import { FINISHING, ROWS } from './faults-rows.js';
import {
  type Cell,
  expectedIn,
  longestFirst,
  type Matrix,
  type Remedy,
  startMatrix,
} from './faults-world.js';

const LONGEST_MS = 15 * 60_000;

const cellsOf = (times: number): Cell[] =>
  [...ROWS, FINISHING]
    .flatMap((row) =>
      [...commonFaults(row.effect), ...ownFaults(row.effect)].map((listed) => ({ row, listed, times })),
    )
    .filter(canBeRun);

function describeMatrix(
  name: string,
  cells: readonly Cell[],
  remedy: Remedy,
  check: (cell: Cell, cameOut: Awaited<ReturnType<Matrix['run']>>) => void,
): void {
  describeWorkflows(name, () => {
    let matrix: Matrix;
    beforeAll(async () => {
      matrix = await startMatrix(cells, remedy);
    });
    afterAll(() => matrix.close());
    for (const cell of longestFirst(cells))
      it.concurrent(titleOf(cell), async () => check(cell, await matrix.run(cell)), LONGEST_MS);
  });
}

describeMatrix('a write that is struck once', cellsOf(1), 'retry', checkCell);
describeMatrix('a write that is struck twice in a row', cellsOf(2), 'retry', checkCell);
describeMatrix(
  'a write that needs a person, who aborts',
  cellsOf(1).filter((cell) => cell.row.name in ABORTED && expectedIn(cell).reaction === 'person'),
  'abort',
  (cell, cameOut) => {
    const { status, effects } = cameOut;
    expect({ outcome: status.outcome, effects }).toEqual(ABORTED[cell.row.name]);
    checkWords(cell, cameOut);
  },
);
