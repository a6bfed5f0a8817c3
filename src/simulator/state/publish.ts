/** How a version comes online; release, a finished gray plan and the console share it. */
import type { AppState, Code } from './state.js';

/** Enough for the five that get_history_version lists, with unlisted ones between them. */
const MOST_PREVIOUS = 20;

/** The app with `code` online and the version before it kept as a way back. */
export function putOnline(app: AppState, code: Code, at: number, byPlatform = true): AppState {
  return {
    ...app,
    // After a release users can open it (page of change_visitstatus).
    open: true,
    online: { code, releasedAt: at, byPlatform, reverted: false, afterCancelledGray: app.grayCancelled },
    previous: (app.online === null ? app.previous : [app.online, ...app.previous]).slice(0, MOST_PREVIOUS),
    grayCancelled: false,
    audits: app.audits.map((audit) =>
      audit.code.appVersion === code.appVersion ? { ...audit, released: true } : audit,
    ),
  };
}
