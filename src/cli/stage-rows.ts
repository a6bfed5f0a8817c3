/** The ladder as rows: each stage, and the bake after it. */
import { bakeWord, stageWord, waitsFor } from '../domain/stage-words.js';
import type { ReleaseStatus, StageStatus } from '../domain/status.js';
import type { StageRow, Tone } from './view.js';
import { brief } from './words.js';

const STAGE_TONE: Record<StageStatus['state'], Tone> = {
  pending: 'idle',
  releasing: 'busy',
  soaking: 'busy',
  holding: 'paused',
  waiting: 'paused',
  confirming: 'busy',
  done: 'good',
  skipped: 'idle',
  ended: 'bad',
};

const WENT_BACK = new Set(['going back', 'taken back', 'not taken back']);

/** A stage's row at `now`, milliseconds since the epoch. */
export function stageRow(stage: StageStatus, status: ReleaseStatus, now: number): StageRow {
  const word = stageWord(stage, status, now);
  const stopped = stage.state === 'soaking' && stage.soakEndsAt === null;
  const waits = waitsFor(stage, status, now);
  const members = stage.members.length > 0 ? ` (${stage.members.join(', ')})` : '';
  return {
    tone: stopped || waits !== null ? 'paused' : WENT_BACK.has(word) ? 'bad' : STAGE_TONE[stage.state],
    label: `${stage.percentage} %${members}`,
    state: word,
    soak: soakText(stage),
    left: waits ?? leftText(stage, now),
  };
}

function soakText({ hold, soakMs }: StageStatus): string {
  if (!hold) return soakMs > 0 ? brief(soakMs) : '';
  return soakMs > 0 ? `${brief(soakMs)}, then hold` : 'hold';
}

function leftText(stage: StageStatus, now: number): string {
  if (stage.state === 'holding') return 'until promoted';
  if (stage.state !== 'soaking') return '';
  if (stage.soakEndsAt !== null) return `${brief(stage.soakEndsAt - now)} left`;
  return stage.remainingMs === null ? '' : `stopped, ${brief(stage.remainingMs)} left`;
}

/** The row of the watch after 100 %. */
export function bakeRow(status: ReleaseStatus, now: number): StageRow {
  const { bake } = status;
  const stopped = bake.state === 'baking' && bake.endsAt === null;
  const left = bake.endsAt !== null ? `${brief(bake.endsAt - now)} left` : '';
  const rest = stopped && bake.remainingMs !== null ? `stopped, ${brief(bake.remainingMs)} left` : left;
  const tone: Tone =
    bake.state === 'done' ? 'good' : bake.state === 'pending' ? 'idle' : stopped ? 'paused' : 'busy';
  return {
    tone,
    label: 'bake',
    state: bakeWord(status),
    soak: bake.bakeMs > 0 ? brief(bake.bakeMs) : '',
    left: bake.state === 'baking' ? rest : '',
  };
}
