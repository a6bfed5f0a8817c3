/** What every cell of the matrix has to show. */
import { expect } from 'vitest';
import { EFFECTS } from '../../src/domain/effects.js';
import { type CameOut, type Cell, expectedIn, reactionOf } from './faults-world.js';

/** What an abort leaves, by what is struck: the outcome, and what WeChat did beside the effects before. */
export const ABORTED: Record<string, { outcome: string; effects: string[] }> = {
  commit: { outcome: 'aborted', effects: [] },
  submit_audit: { outcome: 'aborted', effects: ['commit'] },
  'grayrelease, first': { outcome: 'aborted', effects: ['commit', 'submit_audit'] },
  'grayrelease, up': {
    outcome: 'reverted',
    effects: ['commit', 'submit_audit', 'grayrelease 1', 'revertgrayrelease'],
  },
  release: { outcome: 'aborted', effects: ['commit', 'submit_audit'] },
};

/** Whether the cell can be run to its end: what waits for another day is ended by `abort`. */
export function canBeRun(cell: Cell): boolean {
  return expectedIn(cell).reaction !== 'waits a day' || ABORTED[cell.row.name] !== undefined;
}

export function titleOf({ row, listed, times }: Cell): string {
  return `${row.name}: ${listed.name}${times === 1 ? '' : ` × ${times}`}`;
}

/** The right outcome with each effect once, and whoever had to look was told why and what to do. */
export function checkCell(cell: Cell, cameOut: CameOut): void {
  const { row } = cell;
  const { status, effects, attentions, extraRequests } = cameOut;
  const { reaction, missing, attentions: asked, extraRequests: extra } = expectedIn(cell);
  const { endpoint } = EFFECTS[row.effect];
  const usual = { outcome: row.outcome, effects: row.effects };
  const ended = reaction === 'waits a day' ? (ABORTED[row.name] ?? usual) : usual;
  expect({
    outcome: status.outcome,
    effects,
    asked: attentions.length,
    extraRequests,
    reaction: reactionOf(cell, cameOut),
  }).toEqual({
    outcome: ended.outcome,
    effects: ended.effects.filter((name) => !missing || name !== endpoint),
    asked,
    extraRequests: extra,
    reaction,
  });
  checkWords(cell, cameOut);
}

/** Why and what to do, wherever a person has to know. */
export function checkWords(cell: Cell, { status, attentions }: CameOut): void {
  const { endpoint } = EFFECTS[cell.row.effect];
  const told = mention(cell);
  for (const { reason, remedy, step } of attentions) {
    expect(step).toBe(cell.row.effect);
    expect(reason).toContain(endpoint);
    expect(reason).toContain(told);
    expect(remedy).toMatch(/`retry`/);
  }
  if (expectedIn(cell).reaction !== 'does without') return;
  expect([status.reason, ...status.notices].join('\n')).toContain(told);
}

/** What an answer of WeChat is recognised by; what is lost says nothing of itself. */
function mention({ listed }: Cell): string {
  const { kind, errcode, status } = listed.fault;
  const codes = { tokenExpired: 42001, dailyQuota: 45009, minuteQuota: 45011 } as Record<string, number>;
  const told = errcode ?? status ?? codes[kind];
  return told === undefined ? '' : String(told);
}
