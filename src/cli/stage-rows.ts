/** The ladder as rows: each stage, and the bake after it. */
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

/** A stage's row at `now`, milliseconds since the epoch. */
export function stageRow(stage: StageStatus, status: ReleaseStatus, now: number): StageRow {
  const stopped = stage.state === 'soaking' && stage.soakEndsAt === null;
  const isOver = stage.state === 'confirming' || stage.state === 'waiting';
  const waits = isOver ? waitsFor(status, now) : null;
  const members = stage.members.length > 0 ? ` (${stage.members.join(', ')})` : '';
  return {
    tone: stopped || waits !== null ? 'paused' : tookBack(stage, status) ? 'bad' : STAGE_TONE[stage.state],
    label: `${stage.percentage} %${members}`,
    state: waits === null ? stateText(stage, status) : 'over',
    soak: soakText(stage),
    left: waits ?? leftText(stage, now),
  };
}

/** What a stage whose soak is over waits for, besides health; null when nothing else is in the way. */
function waitsFor({ gate, freeze, override, window, paused }: ReleaseStatus, now: number): string | null {
  if (paused.length > 0) return 'paused';
  if (gate !== null) return 'waits for approval';
  if (override !== null) return null;
  if (freeze !== null && now < freeze.until) return 'frozen';
  return window !== null && now < window.opensAt ? 'waits for its window' : null;
}

function stateText(stage: StageStatus, status: ReleaseStatus): string {
  if (tookBack(stage, status)) return status.phase === 'reverting' ? 'going back' : 'taken back';
  const over = status.outcome !== null || status.phase === 'reverting';
  return over && stage.state === 'pending' ? 'not reached' : stage.state;
}

/** The last stage that users reached, when they were or are being taken back from it. */
function tookBack(stage: StageStatus, { phase, outcome, stages }: ReleaseStatus): boolean {
  if (phase !== 'reverting' && outcome !== 'reverted' && outcome !== 'rolledBack') return false;
  const reached = stages.filter((entry) => entry.confirmedAt !== null);
  return stage === reached.at(-1);
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
export function bakeRow({ bake, phase, outcome, stages }: ReleaseStatus, now: number): StageRow {
  const stopped = bake.state === 'baking' && bake.endsAt === null;
  const begun = stages.at(-1)?.confirmedAt != null;
  const ended = begun && (phase === 'reverting' || outcome === 'rolledBack');
  const state = ended
    ? 'broken off'
    : bake.state === 'pending' && (outcome !== null || phase === 'reverting')
      ? 'not reached'
      : bake.state;
  const left = bake.endsAt !== null ? `${brief(bake.endsAt - now)} left` : '';
  const rest = stopped && bake.remainingMs !== null ? `stopped, ${brief(bake.remainingMs)} left` : left;
  const tone: Tone =
    bake.state === 'done' ? 'good' : bake.state === 'pending' ? 'idle' : stopped ? 'paused' : 'busy';
  return {
    tone,
    label: 'bake',
    state,
    soak: bake.bakeMs > 0 ? brief(bake.bakeMs) : '',
    left: bake.state === 'baking' ? rest : '',
  };
}
