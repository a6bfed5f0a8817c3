/** `check`: the preflight of a plan, run on a worker because tokens and providers are there. */
import type { ReleasePlan } from '../domain/plan.js';
import type { Finding } from '../domain/preflight.js';
import { reads } from './activities.js';

/** Runs the read-only preflight once. */
export async function check(input: { plan: ReleasePlan }): Promise<Finding[]> {
  return reads.check.executeWithOptions(
    { summary: `check ${input.plan.app}`, retry: { maximumAttempts: 2 } },
    [input],
  );
}
