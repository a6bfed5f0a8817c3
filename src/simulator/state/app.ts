/** One Mini Program as a whole: what time does to it. */
import { judgeDue } from '../calls/audit.js';
import { completeDue } from '../calls/gray.js';
import { noteExposure } from './exposure.js';
import type { Happening } from './machine.js';
import type { AppState } from './state.js';

/** Everything that became due by `now`: verdicts, the end of gray plans. Pure; calling it twice changes nothing. */
export function settle(app: AppState, now: number): { app: AppState; happened: Happening[] } {
  const judged = judgeDue(app, now);
  const completed = completeDue(judged.app, now);
  const [{ at } = { at: now }] = completed.happened;
  return { app: noteExposure(completed.app, at), happened: [...judged.happened, ...completed.happened] };
}
