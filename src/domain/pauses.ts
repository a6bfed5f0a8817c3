/** Pauses: each has a reason of its own, and only the last one lifted lets the soak go on. */
import { resumeSoak, stopSoak } from './soak.js';
import { type ReleaseState, tell } from './state.js';
import type { PauseReason } from './status.js';

/** Paused for one more reason; the soak stands still. The same reason is not told twice. */
export function addPause(state: ReleaseState, pause: PauseReason, now: number): ReleaseState {
  const same = state.pauses.some(({ kind, reason }) => kind === pause.kind && reason === pause.reason);
  if (same) return state;
  const { soak } = state.ladder;
  const paused: ReleaseState = {
    ...state,
    pauses: [...state.pauses, pause],
    ladder: { ...state.ladder, soak: soak && stopSoak(soak, now) },
  };
  return tell(paused, { at: now, what: 'pause', why: pause.reason, by: pause.by });
}

/** Without the pauses that `lifted` names; with none left the soak goes on. */
export function liftPauses(
  state: ReleaseState,
  lifted: (pause: PauseReason) => boolean,
  now: number,
): ReleaseState {
  const left = state.pauses.filter((pause) => !lifted(pause));
  if (left.length === state.pauses.length) return state;
  const { soak } = state.ladder;
  const clock = soak !== null && left.length === 0 ? resumeSoak(soak, now) : soak;
  return { ...state, pauses: left, ladder: { ...state.ladder, soak: clock } };
}
