/** One release: one workflow execution, and its way back after it is closed, which is a short one under the same id. */
import { makeContinueAsNewFunc, workflowInfo } from '@temporalio/workflow';
import { initialState } from '../domain/initial-state.js';
import { completePlan } from '../domain/plan-defaults.js';
import { rollbackPlan, rollbackState } from '../domain/rollback.js';
import type { ReleaseStatus } from '../domain/status.js';
import { drive } from './drive.js';
import { begun } from './lock.js';
import type { ReleaseInput, RollbackInput } from './messages.js';

const releaseAnew = makeContinueAsNewFunc<typeof release>();
const rollbackAnew = makeContinueAsNewFunc<typeof rollback>();

/** Runs a release to its end. The result is the full final status, whatever the outcome. */
export async function release(input: ReleaseInput): Promise<ReleaseStatus> {
  const plan = completePlan(input.plan);
  return drive({
    plan,
    state: begun(plan.app, input, (now) => initialState(plan, now, input.startedBy)),
    searchAttributes: input.searchAttributes,
    anew: (carried) => releaseAnew({ ...input, carried }),
  });
}

/** Brings everyone back from a version whose release is closed. The result is a status like a release's. */
export async function rollback(input: RollbackInput): Promise<ReleaseStatus> {
  const plan = rollbackPlan(input);
  return drive({
    plan,
    state: begun(plan.app, input, () => rollbackState(plan, input, workflowInfo().startTime.getTime())),
    searchAttributes: input.searchAttributes,
    anew: (carried) => rollbackAnew({ ...input, carried }),
  });
}
