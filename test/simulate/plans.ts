/** Plans and parts of scenarios for the tests of this room. */
import { fileURLToPath } from 'node:url';
import type { Metric, ReleasePlan } from '../../src/domain/plan.js';
import { loadPlanFile } from '../../src/plan/load.js';
import { planFor } from '../support/release.js';

const APP = 'wx0123456789abcdef';

/** 1, 10, 50, 100 % and one metric, js-error-rate, at most 0.01. */
export const PLAN: ReleasePlan = planFor(APP);

/** That plan with another metric instead. */
export function planWith(metric: Partial<Metric>): ReleasePlan {
  const [first] = PLAN.health;
  if (first === undefined) throw new Error('the plan has a metric');
  return { ...PLAN, health: [{ ...first, ...metric }] };
}

/** A file of examples/. */
export function example(name: string): string {
  return fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));
}

export async function examplePlan(name: string): Promise<ReleasePlan> {
  const loaded = await loadPlanFile(example(name));
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.plan;
}
