/** Who is served which version, now and in the days before. */
import { openPlan } from '../calls/gray.js';
import type { AppState } from './state.js';

/** Far more than a release has steps. */
const MOST_NOTED = 1_000;

/**
 * user_version → percent of users that are served it. A version for members only is there with 0;
 * a version that nobody has is absent. Nobody has any while the Mini Program is closed to visitors.
 */
export function audience(app: AppState): Map<string, number> {
  const served = new Map<string, number>();
  if (!app.open) return served;
  const plan = openPlan(app);
  const gray = plan?.percentage ?? 0;
  if (app.online !== null && gray < 100) served.set(app.online.code.userVersion, 100 - gray);
  if (plan !== undefined) {
    const { userVersion } = plan.code;
    served.set(userVersion, gray + (served.get(userVersion) ?? 0));
  }
  return served;
}

/** The app with its audience written down, when it is another one since `at`. */
export function noteExposure(app: AppState, at: number): AppState {
  const shares = Object.fromEntries(audience(app));
  const last = app.exposure.at(-1)?.shares ?? {};
  if (sameShares(shares, last)) return app;
  return { ...app, exposure: [...app.exposure, { since: at, shares }].slice(-MOST_NOTED) };
}

function sameShares(one: Record<string, number>, other: Record<string, number>): boolean {
  const versions = Object.keys(one);
  return (
    versions.length === Object.keys(other).length &&
    versions.every((version) => Object.hasOwn(other, version) && one[version] === other[version])
  );
}
