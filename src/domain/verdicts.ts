/** What a health decision does to a release: back, pause, or a word. */
import type { HealthDecision } from './health.js';
import { stopSoak } from './soak.js';
import { notice, type ReleaseState, tell } from './state.js';

/** The state after a metric reached a limit. Each metric pauses or tells once until it is reset or the stage ends. */
export function applyHealth(state: ReleaseState, decision: HealthDecision, now: number): ReleaseState {
  const { metric, action, message } = decision;
  const told = (what: string, next: ReleaseState) =>
    tell(next, { at: now, what, why: message, by: `metric ${metric}` });
  switch (action) {
    case 'revert':
      if (state.ending !== null) return state;
      return {
        ...state,
        ending: { reason: message, by: `metric ${metric}`, at: now, withdrawAudit: false },
      };
    case 'notify':
      if (state.acted.includes(metric)) return state;
      return told('told', notice({ ...state, acted: [...state.acted, metric] }, message));
    case 'pause': {
      if (state.acted.includes(metric)) return state;
      const { ladder } = state;
      return told('pause', {
        ...state,
        acted: [...state.acted, metric],
        pauses: [
          ...state.pauses,
          { kind: 'metric', metric, reason: message, by: `metric ${metric}`, at: now },
        ],
        ladder: { ...ladder, soak: ladder.soak && stopSoak(ladder.soak, now) },
      });
    }
  }
}
