/** What a health decision does to a release: back, pause, or a word. */
import { forgetActed, type HealthDecision, isActedOn, toldMark } from './counters.js';
import { addPause } from './pauses.js';
import { notice, type ReleaseState, tell } from './state.js';

/** The state after a metric reached a limit. Each metric pauses or tells once until it is reset or the stage ends. */
export function applyHealth(state: ReleaseState, decision: HealthDecision, now: number): ReleaseState {
  const { metric, action, message } = decision;
  if (isActedOn(state.acted, decision)) return state;
  const by = `metric ${metric}`;
  switch (action) {
    case 'revert':
      if (state.ending !== null) return state;
      return { ...state, ending: { reason: message, by, at: now, withdrawAudit: false } };
    case 'notify': {
      const told = notice({ ...state, acted: [...state.acted, toldMark(metric)] }, message);
      return tell(told, { at: now, what: 'told', why: message, by });
    }
    case 'pause': {
      const acted = [...forgetActed(state.acted, metric), metric];
      return addPause({ ...state, acted }, { kind: 'metric', metric, reason: message, by, at: now }, now);
    }
  }
}
