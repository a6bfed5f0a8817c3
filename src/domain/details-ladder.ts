/** The ladder as a table of Current Details: each stage, and the bake after it. */
import { type Block, block, cell, minute } from './details-text.js';
import { formatDuration } from './duration.js';
import { bakeWord, stageWord, waitsFor } from './stage-words.js';
import type { ReleaseStatus, StageStatus } from './status.js';

/** Rows of the table. */
const MOST_STAGES = 12;

/** The ladder's table at `now`, milliseconds since the epoch. */
export function ladder(status: ReleaseStatus, now: number): Block {
  const { stages, bake } = status;
  if (stages.length === 0) return block();
  const more = stages.length - MOST_STAGES;
  const ends = bake.endsAt === null ? '' : `ends ${minute(bake.endsAt)}`;
  return {
    lines: [
      '| stage | state | soak | |',
      '| --- | --- | --- | --- |',
      ...stages.slice(0, MOST_STAGES).map((stage) => stageRow(stage, status, now)),
      ...(more > 0 ? [`| \`${more}\` more | | | |`] : []),
      `| bake |${cell(bakeWord(status))}| \`${formatDuration(bake.bakeMs)}\` |${cell(ends)}|`,
    ],
    least: 3,
  };
}

function stageRow(stage: StageStatus, status: ReleaseStatus, now: number): string {
  const { percentage, soakMs } = stage;
  const soak = soakMs > 0 ? `\`${formatDuration(soakMs)}\`` : '';
  const left = waitsFor(stage, status, now) ?? leftText(stage);
  return `| \`${percentage} %\` |${cell(stageWord(stage, status, now))}| ${soak} |${cell(left)}|`;
}

function leftText({ state, hold, soakEndsAt, remainingMs }: StageStatus): string {
  if (state === 'holding') return 'until promoted';
  const then = hold ? ', then until promoted' : '';
  if (state === 'pending') return then.slice(', '.length);
  if (state !== 'soaking') return '';
  if (soakEndsAt !== null) return `ends ${minute(soakEndsAt)}${then}`;
  return remainingMs === null ? '' : `stopped, \`${formatDuration(remainingMs)}\` left${then}`;
}
