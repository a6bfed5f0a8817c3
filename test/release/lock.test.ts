/** A release under another workflow id than its app's would go past the lock: it ends before it asks WeChat anything. */
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { initialState } from '../../src/domain/initial-state.js';
import type { ReleaseState } from '../../src/domain/state.js';
import type { release, rollback } from '../../src/workflows/index.js';
import { RELEASE_WORKFLOW, ROLLBACK_WORKFLOW, releaseWorkflowId } from '../../src/workflows/messages.js';
import { givenWorld, type Handle, LADDER, planFor, type ReleaseWorld } from '../support/release.js';
import { dataConverter, describeWorkflows, workflowBundle } from '../support/temporal.js';

describeWorkflows('a workflow under another id than the lock of its app', () => {
  let world: ReleaseWorld;
  const app = (index: number) => world.apps[index] ?? '';
  const startRelease = (index: number, workflowId: string, more = {}) =>
    world.client.workflow.start<typeof release>(RELEASE_WORKFLOW, {
      workflowId,
      taskQueue: world.taskQueue,
      args: [{ plan: planFor(app(index)), searchAttributes: true, startedBy: 'test', ...more }],
    });
  /** The types of activity that a run called. */
  const called = async ({ workflowId }: Pick<Handle, 'workflowId'>) => {
    const { events } = await world.client.workflow.getHandle(workflowId).fetchHistory();
    return (events ?? []).flatMap(
      ({ activityTaskScheduledEventAttributes: scheduled }) => scheduled?.activityType?.name ?? [],
    );
  };
  beforeAll(async () => {
    world = await givenWorld([{}, {}, { online: { version: '1.4.0', appVersion: 14, released: '1d' } }, {}]);
  });
  afterAll(() => world.close());

  it.concurrent.each(['another name', 'the lock of another app'])(
    'that is %s fails at once, and says what to do',
    async (kind) => {
      const workflowId = kind === 'another name' ? `copy of ${app(0)}` : releaseWorkflowId(app(1));
      const handle = await startRelease(0, workflowId);
      expect(await handle.result()).toMatchObject({
        ...{ app: app(0), phase: 'closed', outcome: 'failed', effects: [] },
        reason:
          `refused before anything was changed: this workflow is ${workflowId}, and only release:${app(0)} is the lock ` +
          `of ${app(0)}: another could release it at the same time; start it with \`weapp-rollout start\`, or give the ` +
          `workflow the id release:${app(0)}`,
      });
      expect(await called(handle)).toEqual([]);
      expect(world.effects(app(0))).toEqual([]);
      const history = await world.client.workflow.getHandle(workflowId).fetchHistory();
      const options = { workflowBundle: workflowBundle(), dataConverter };
      await Worker.runReplayHistory(options, history, workflowId);
    },
  );

  it.concurrent('fails as a rollback too, and takes nobody back', async () => {
    const workflowId = `rollback of ${app(2)}`;
    const handle = await world.client.workflow.start<typeof rollback>(ROLLBACK_WORKFLOW, {
      workflowId,
      taskQueue: world.taskQueue,
      args: [
        {
          ...{ app: app(2), from: '1.4.0', to: { version: '1.2.0', appVersion: null } },
          ...{ by: 'ann', reason: 'payments fail', searchAttributes: true },
        },
      ],
    });
    expect(await handle.result()).toMatchObject({
      kind: 'rollback',
      outcome: 'failed',
      reason: expect.stringContaining(
        `this workflow is ${workflowId}, and only release:${app(2)} is the lock`,
      ),
    });
    expect(await called(handle)).toEqual([]);
  });

  it.concurrent('with the right id and the input of a later run, begins at the beginning', async () => {
    const fresh = initialState(planFor(app(3)), Date.now());
    const carried: ReleaseState = { ...fresh, phase: 'closed', outcome: 'released', closedAt: Date.now() };
    const handle = await startRelease(3, releaseWorkflowId(app(3)), { carried });
    expect(await handle.result()).toMatchObject({ outcome: 'released' });
    expect(world.effects(app(3))).toEqual(LADDER);
  });
});
