/** Writes × faults: the right outcome with each effect once, or a person who is told why and what to do. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWorkflows } from '../support/temporal.js';
import { checkCell, titleOf } from './faults-check.js';
import { documentOf, writeDocument } from './faults-doc.js';
import { commonFaults, type ListedFault, ownFaults, unusedKinds } from './faults-list.js';
import { FINISHING, ROWS } from './faults-rows.js';
import { type Cell, longestFirst, type Matrix, startMatrix, waitMsOf } from './faults-world.js';

/** What has to wait longer is left to the soak. */
const LONGEST_WAIT_MS = 75_000;
/** Cells of each write and class. */
const EACH = 2;

/** Of every write two faults of each class, in turn, so that each fault occurs; all of it is the soak's. */
function selection(): Cell[] {
  return ROWS.flatMap((row, index) => {
    const all = [...commonFaults(row.effect), ...ownFaults(row.effect)];
    const classes = [...new Set(all.map((listed) => listed.class))];
    return classes.flatMap((name) =>
      inTurn(
        all.filter((listed) => listed.class === name),
        index,
      )
        .map((listed) => ({ row, listed, times: 1 }))
        .filter((cell) => waitMsOf(cell) <= LONGEST_WAIT_MS)
        .slice(0, EACH),
    );
  });
}

function inTurn(faults: ListedFault[], index: number): ListedFault[] {
  const from = (EACH * index) % faults.length;
  return [...faults.slice(from), ...faults.slice(0, from)];
}

const CELLS = longestFirst(selection());

describeWorkflows('a write that is struck', () => {
  let matrix: Matrix;
  beforeAll(async () => {
    matrix = await startMatrix(CELLS);
  });
  afterAll(() => matrix.close());

  for (const cell of CELLS)
    it.concurrent(titleOf(cell), async () => checkCell(cell, await matrix.run(cell)), 240_000);
});

describe('the matrix', () => {
  it('knows every kind of fault', () => {
    expect(unusedKinds(ROWS.map(({ effect }) => effect))).toEqual([]);
  });

  it('has every fault that every call can meet in this run', () => {
    const run = new Set(CELLS.map(({ listed }) => listed.name));
    expect(commonFaults('commit').filter(({ name }) => !run.has(name))).toEqual([]);
  });

  it('is what docs/faults.md shows; UPDATE_DOCS=1 writes it', () => {
    const { stands, current } = documentOf([...ROWS, FINISHING]);
    if (process.env.UPDATE_DOCS !== undefined) writeDocument(current);
    else expect(stands).toBe(current);
  });
});
