/** Starts a workflow that holds an app's lock: a release, or the rollback of a closed one. */
import { randomUUID } from 'node:crypto';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import {
  type InternalWorkflowStartOptions,
  InternalWorkflowStartOptionsSymbol,
} from '@temporalio/client/lib/internal.js';
import { defineSearchAttributeKey, SearchAttributeType, TypedSearchAttributes } from '@temporalio/common';
import { RELEASE_SEARCH_ATTRIBUTES } from '../domain/search-attributes.js';
import { ensureSearchAttributes } from '../servers/search-attributes.js';
import { releaseWorkflowId, TASK_QUEUE, TASK_TIMEOUT } from '../workflows/messages.js';
import type { Temporal } from './connection.js';
import { ReleaseError } from './errors.js';
import { memoOf, type Once, requestIdOf, sameAs, startedBefore } from './once.js';
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
  /** Whether it had been started before, with the same key: now it may be closed already. */
  repeated: boolean;
}

/**
 * Starts it. The workflow id is the lock: one live release for each app, and nothing that runs is ever ended for it.
 * With `once.key` it is started once, however often and by how many at once it is asked for.
 * @throws ReleaseError running; usage when the key was used for something else
 */
export async function launch(
  temporal: Temporal,
  launched: Launch,
  { key, ...once }: Omit<Once, 'key'> & { key?: string | undefined },
  say: (text: string) => void,
): Promise<Started> {
  const workflowId = releaseWorkflowId(launched.memo.app);
  if (key === undefined) {
    const memo = { ...launched.memo, planHash: once.planHash };
    return { workflowId, runId: await start(temporal, { ...launched, memo }, say), repeated: false };
  }
  return { workflowId, ...(await startOnce(temporal, launched, { ...once, key }, say)) };
}

async function startOnce(
  temporal: Temporal,
  launched: Launch,
  once: Once,
  say: (text: string) => void,
): Promise<Pick<Started, 'runId' | 'repeated'>> {
  const { app } = launched.memo;
  const before = await startedBefore(temporal, app, once);
  if (before !== null) return { runId: before.runId, repeated: true };
  const attempt = randomUUID();
  const memo = { ...launched.memo, planHash: once.planHash, idempotencyKey: once.key, attempt };
  try {
    const runId = await start(temporal, { ...launched, memo }, say, requestIdOf(app, once.key));
    // The server answers the same run to everyone; its memo is of the one who started it.
    const begun = await memoOf(temporal, app, runId);
    if (begun === null || begun.memo.attempt === attempt) return { runId, repeated: false };
    return { runId: sameAs(once, begun).runId, repeated: true };
  } catch (error) {
    if (!(error instanceof ReleaseError) || error.trouble !== 'running') throw error;
    // Somebody was faster, and it may have been the same request.
    const latest = await memoOf(temporal, app);
    if (latest?.memo.idempotencyKey !== once.key) throw error;
    return { runId: sameAs(once, latest).runId, repeated: true };
  }
}

/** Answers the run's id. @throws ReleaseError running */
async function start(
  { client, connection, namespace }: Temporal,
  { workflow, input, memo, summary, details }: Launch,
  say: (text: string) => void,
  requestId?: string,
): Promise<string> {
  const ready = await ensureSearchAttributes(connection, namespace, RELEASE_SEARCH_ATTRIBUTES);
  if (!ready.available)
    say(
      `search attributes are not written: ${ready.reason}${ready.command === undefined ? '' : `\n  ${ready.command}`}`,
    );
  const options: InternalWorkflowStartOptions & { args: unknown[] } = {
    workflowId: releaseWorkflowId(memo.app),
    taskQueue: TASK_QUEUE,
    workflowTaskTimeout: TASK_TIMEOUT,
    args: [input(ready.available)],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    workflowIdConflictPolicy: 'FAIL',
    staticSummary: summary,
    staticDetails: details,
    memo: { ...memo },
    ...(ready.available ? { typedSearchAttributes: attributesOf(memo) } : {}),
    // The SDK's own way to it, for Nexus; in the options that it documents it makes one up.
    ...(requestId === undefined ? {} : { [InternalWorkflowStartOptionsSymbol]: { requestId } }),
  };
  try {
    return (await client.workflow.start(workflow, options)).firstExecutionRunId;
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
