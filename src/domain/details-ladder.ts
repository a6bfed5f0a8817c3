/** The ladder as a table of Current Details: each stage, and the bake after it. */
import { type Block, block, time } from './details-text.js';
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
  const ends = bake.endsAt === null ? '' : `ends ${time(bake.endsAt)}`;
  return {
    lines: [
      '| stage | state | soak | |',
      '| --- | --- | --- | --- |',
      ...stages.slice(0, MOST_STAGES).map((stage) => stageRow(stage, status, now)),
      ...(more > 0 ? [`| \`${more}\` more | | | |`] : []),
      `| bake | ${bakeWord(status)} | \`${formatDuration(bake.bakeMs)}\` | ${ends} |`,
    ],
    least: 3,
  };
}

function stageRow(stage: StageStatus, status: ReleaseStatus, now: number): string {
  const { percentage, hold, soakMs } = stage;
  const soaks = soakMs > 0 ? formatDuration(soakMs) : '';
  const soak = hold ? [soaks, 'hold'].filter(Boolean).join(', then ') : soaks;
  const waits = waitsFor(stage, status, now);
  return `| \`${percentage} %\` | ${stageWord(stage, status, now)} | ${soak === '' ? '' : `\`${soak}\``} | ${waits ?? leftText(stage)} |`;
}

function leftText({ state, soakEndsAt, remainingMs }: StageStatus): string {
  if (state === 'holding') return 'until promoted';
  if (state !== 'soaking') return '';
  if (soakEndsAt !== null) return `ends ${time(soakEndsAt)}`;
  return remainingMs === null ? '' : `stopped, \`${formatDuration(remainingMs)}\` left`;
}
