/** Starts a workflow that holds an app's lock: a release, or the rollback of a closed one. */
import { WorkflowExecutionAlreadyStartedError, type WorkflowHandle } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType, TypedSearchAttributes } from '@temporalio/common';
import { RELEASE_SEARCH_ATTRIBUTES } from '../domain/search-attributes.js';
import { ensureSearchAttributes } from '../servers/search-attributes.js';
import { releaseWorkflowId, TASK_QUEUE, TASK_TIMEOUT } from '../workflows/messages.js';
import type { Temporal } from './connection.js';
import { ReleaseError } from './errors.js';
import type { ReleaseMemo } from './visibility.js';

export interface Launch {
  workflow: string;
  /** The workflow's one argument; it must know whether the namespace has the search attributes. */
  input(searchAttributes: boolean): unknown;
  memo: ReleaseMemo;
  /** One line of at most 400 bytes. Lists show it raw and a page as Markdown: no person's words. */
  summary: string;
  /** Markdown; the Web UI shows it beside the release. */
  details: string;
}

export interface Started {
  workflowId: string;
  runId: string;
}

/**
 * Starts it. The workflow id is the lock: one live release for each app, and nothing that runs is ever ended for it.
 * @throws ReleaseError running
 */
export async function launch(
  { client, connection, namespace }: Temporal,
  { workflow, input, memo, summary, details }: Launch,
  say: (text: string) => void,
): Promise<Started> {
  const ready = await ensureSearchAttributes(connection, namespace, RELEASE_SEARCH_ATTRIBUTES);
  if (!ready.available)
    say(
      `search attributes are not written: ${ready.reason}${ready.command === undefined ? '' : `\n  ${ready.command}`}`,
    );
  const workflowId = releaseWorkflowId(memo.app);
  try {
    const handle: WorkflowHandle & { firstExecutionRunId: string } = await client.workflow.start(workflow, {
      workflowId,
      taskQueue: TASK_QUEUE,
      workflowTaskTimeout: TASK_TIMEOUT,
      args: [input(ready.available)],
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      workflowIdConflictPolicy: 'FAIL',
      staticSummary: summary,
      staticDetails: details,
      memo: { ...memo },
      ...(ready.available ? { typedSearchAttributes: attributesOf(memo) } : {}),
    });
    return { workflowId, runId: handle.firstExecutionRunId };
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    const { app } = memo;
    throw new ReleaseError(
      'running',
      `a release of ${app} is running already; there is one at a time for each Mini Program`,
      `weapp-rollout status ${app}   shows it\nweapp-rollout abort ${app}    ends it and takes its users back`,
      { cause: error },
    );
  }
}

function attributesOf({ app, version }: ReleaseMemo): TypedSearchAttributes {
  return new TypedSearchAttributes([
    { key: defineSearchAttributeKey('WeappAppId', SearchAttributeType.KEYWORD), value: app },
    { key: defineSearchAttributeKey('WeappVersion', SearchAttributeType.KEYWORD), value: version },
  ]);
}
