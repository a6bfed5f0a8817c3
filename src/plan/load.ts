/** Reads and lints in one go: what `lint`, `check` and `start` do first. */
import type { ReleasePlan } from '../domain/plan.js';
import { lintPlan } from './lint.js';
import type { Problem } from './problem.js';
import { type PlanSource, type ReadResult, readPlan, readPlanFile } from './read.js';

export type LoadResult =
  | { ok: true; plan: ReleasePlan; source: PlanSource; hints: Problem[] }
  | { ok: false; problems: Problem[]; hints: Problem[] };

/** A plan that may be started, with hints; or everything that speaks against it. */
export function loadPlan(text: string, about: { filename: string }): LoadResult {
  return judge(readPlan(text, about));
}

/** The same from a file. */
export async function loadPlanFile(path: string): Promise<LoadResult> {
  return judge(await readPlanFile(path));
}

function judge(read: ReadResult): LoadResult {
  if (!read.ok) return { ok: false, problems: read.problems, hints: [] };
  const { errors, hints } = lintPlan(read.plan, read.source);
  if (errors.length > 0) return { ok: false, problems: errors, hints };
  return { ok: true, plan: read.plan, source: read.source, hints };
}
