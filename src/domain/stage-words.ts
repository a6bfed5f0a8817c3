/** How a stage stands, in words: the same on every page. */
import type { ReleaseStatus, StageStatus } from './status.js';

type StageWord =
  | StageStatus['state']
  | 'over'
  | 'going back'
  | 'not taken back'
  | 'taken back'
  | 'not reached';

/** A stage's word at `now`, milliseconds since the epoch. */
export function stageWord(stage: StageStatus, status: ReleaseStatus, now: number): StageWord {
  if (waitsFor(stage, status, now) !== null) return 'over';
  if (isLastReached(stage, status)) return backWord(stage, status);
  const over = status.outcome !== null || status.phase === 'reverting';
  return over && stage.state === 'pending' ? 'not reached' : stage.state;
}

function backWord(stage: StageStatus, { phase, outcome, percentage }: ReleaseStatus): StageWord {
  if (phase === 'reverting') return 'going back';
  if (outcome === 'reverted' || outcome === 'rolledBack') return 'taken back';
  if (stage.state !== 'ended') return stage.state;
  return percentage > 0 ? 'not taken back' : 'taken back';
}

/** Whether users had reached this stage and no later one. */
function isLastReached(stage: StageStatus, { stages }: ReleaseStatus): boolean {
  return stage === stages.findLast(({ confirmedAt }) => confirmedAt !== null);
}

/** What a stage whose soak is over waits for, besides health; null when nothing else is in the way. */
export function waitsFor(
  { state }: StageStatus,
  { gate, freeze, override, window, paused }: ReleaseStatus,
  now: number,
): string | null {
  if (state !== 'confirming' && state !== 'waiting') return null;
  if (paused.length > 0) return 'paused';
  if (gate !== null) return 'waits for approval';
  if (override !== null) return null;
  if (freeze !== null && now < freeze.until) return 'frozen';
  return window !== null && now < window.opensAt ? 'waits for its window' : null;
}

/** The bake's word: it, too, may be broken off or not be reached. */
export function bakeWord({ bake, stages, phase, outcome }: ReleaseStatus): string {
  const back = phase === 'reverting' || outcome === 'rolledBack';
  if (stages.at(-1)?.confirmedAt != null && back) return 'broken off';
  return bake.state === 'pending' && (outcome !== null || phase === 'reverting') ? 'not reached' : bake.state;
}
