/** One Mini Program as a whole: what time does to it, and who is served which version. */
import { judgeDue } from '../calls/audit.js';
import { completeDue, openPlan } from '../calls/gray.js';
import type { Happening } from './machine.js';
import type { AppState } from './state.js';

/** Everything that became due by `now`: verdicts, the end of gray plans. Pure; calling it twice changes nothing. */
export function settle(app: AppState, now: number): { app: AppState; happened: Happening[] } {
  const judged = judgeDue(app, now);
  const completed = completeDue(judged.app, now);
  return { app: completed.app, happened: [...judged.happened, ...completed.happened] };
}

/**
 * user_version → percent of users that are served it. A version for members only is there with 0;
 * a version that nobody has is absent.
 */
export function audience(app: AppState): Map<string, number> {
  const served = new Map<string, number>();
  const plan = openPlan(app);
  const gray = plan?.percentage ?? 0;
  if (app.online !== null && gray < 100) served.set(app.online.code.userVersion, 100 - gray);
  if (plan !== undefined) {
    const { userVersion } = plan.code;
    served.set(userVersion, gray + (served.get(userVersion) ?? 0));
  }
  return served;
}
