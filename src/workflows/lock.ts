/** The workflow id is the lock of an app: whoever starts a release past this product may have given it another. */
import { patched, workflowInfo } from '@temporalio/workflow';
import { close } from '../domain/settle.js';
import type { ReleaseState } from '../domain/state.js';
import { releaseWorkflowId } from './messages.js';

/**
 * What this run begins with: what the run before handed on; else `fresh`; under another id than the app's lock, which a
 * release may run beside, one that is closed before it has asked WeChat anything.
 */
export function begun(
  app: string,
  { carried }: { carried?: ReleaseState },
  fresh: (now: number) => ReleaseState,
): ReleaseState {
  const { workflowId, continuedFromExecutionRunId } = workflowInfo();
  // The input of a later run, started anew by hand, holds what was true of another release.
  if (continuedFromExecutionRunId !== undefined && carried !== undefined) return carried;
  const state = fresh(Date.now());
  const lock = releaseWorkflowId(app);
  // Histories are replayed under any name; and one that ran so before this rule must still end.
  if (workflowId === lock || !patched('the id is the lock')) return state;
  const why = `this workflow is ${workflowId}, and only ${lock} is the lock of ${app}: another could release it at the same time`;
  const remedy = `start it with \`weapp-rollout start\`, or give the workflow the id ${lock}`;
  return close(state, 'failed', `refused before anything was changed: ${why}; ${remedy}`, Date.now());
}
