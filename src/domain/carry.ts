/** What survives when a release goes on in a new run. */
import { notice, type ReleaseState } from './state.js';

/** What a run that became too long hands to the next. The guard's counters end with its activity, which status says. */
export function carriedOver(state: ReleaseState, watches: { watch: string }[], now: number): ReleaseState {
  if (!watches.some(({ watch }) => watch === 'guard')) return state;
  const text = `many messages made this run too long: it goes on in a new one, and health is counted afresh since ${new Date(now).toISOString()}`;
  return { ...notice(state, text), guard: { ...state.guard, counters: {} } };
}
