/** What `lint` tells programs: problems, hints, and when each stage begins. */
import type { LoadResult } from './load.js';
import { countedTimeline } from './render-timeline.js';

/** `now`: milliseconds since the epoch, from which the timeline is counted. */
export function lintReport(loaded: LoadResult, now: number): Record<string, unknown> {
  if (!loaded.ok) return { ok: false, problems: loaded.problems, hints: loaded.hints };
  const { firstStageAt, rows } = countedTimeline(loaded.plan, now);
  return {
    ok: true,
    problems: [],
    hints: loaded.hints,
    plan: loaded.plan,
    firstStageAt,
    timeline: rows,
  };
}
