/** Replays releases of a server on the workflows of this version, without carrying anything out. */
import type { History } from '@temporalio/common/lib/proto-utils.js';
import { Worker } from '@temporalio/worker';
import { PAYLOAD_CONVERTER_PATH, prebuiltBundle, WORKFLOW_BUNDLE } from './workflow-bundle.js';

/** A run of a release, with all that happened to it. */
export interface Recorded {
  workflowId: string;
  history: History;
}

/** A run, and why this version cannot go on with it; null when it can. */
export interface Replayed {
  workflowId: string;
  runId: string;
  fault: string | null;
}

/** Replays each; a fault of one says nothing of the others. @throws BundleError */
export async function* replayAll(recorded: AsyncIterable<Recorded>): AsyncIterable<Replayed> {
  const codePath = await prebuiltBundle();
  const { workflowsPath, workflowInterceptorModules: workflowModules } = WORKFLOW_BUNDLE;
  const workflows =
    codePath === undefined
      ? { workflowsPath, interceptors: { workflowModules } }
      : { workflowBundle: { codePath } };
  const options = { ...workflows, dataConverter: { payloadConverterPath: PAYLOAD_CONVERTER_PATH } };
  for await (const { workflowId, runId, error } of Worker.runReplayHistories(options, recorded))
    yield { workflowId, runId, fault: error === undefined ? null : (error.message.split('\n')[0] ?? '') };
}
