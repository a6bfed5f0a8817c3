/**
 * More to one release than one run should hold: it goes on in a new one, and nothing is lost but what the guard counted.
 * Here it is megabytes in few messages; storm.soak.ts sends thousands.
 */
import { expect, it } from 'vitest';
import type { ReleaseStatus } from '../../src/domain/status.js';
import type { release } from '../../src/workflows/index.js';
import { RELEASE_WORKFLOW, releaseWorkflowId, TASK_TIMEOUT } from '../../src/workflows/messages.js';
import { givenWorld, type Handle, LADDER, until } from '../support/release.js';
import { describeWorkflows } from '../support/temporal.js';
import { BUSY, calm, failuresOf, lasting, planOfStorm, storm } from './storm-anew.js';
import { runsOf } from './storm-history.js';

const REPORTS = 100;
const FREEZE = { commandId: 'freeze-1', reason: 'the backend moves', for: '2h', by: 'ann' };

describeWorkflows('a release under a storm', () => {
  it('goes on in a new run with its soak, freeze, command ids and counts', async () => {
    const world = await givenWorld([{}]);
    try {
      const { client } = world;
      const plan = planOfStorm(world.apps[0] ?? '');
      // As the command line starts it.
      const handle: Handle = await client.workflow.start<typeof release>(RELEASE_WORKFLOW, {
        workflowId: releaseWorkflowId(plan.app),
        taskQueue: world.taskQueue,
        workflowTaskTimeout: TASK_TIMEOUT,
        args: [{ plan, searchAttributes: true, startedBy: 'ann' }],
        staticSummary: 'release 1.4.0',
        staticDetails: 'the plan, in words',
        memo: { startedBy: 'ann' },
      });
      await until(handle, ({ stages }) => stages[0]?.state === 'soaking', 60_000);
      await handle.signal('freeze', FREEZE);
      const before = await until(handle, ({ freeze }) => freeze !== null);

      const repeated = { verb: 'freeze', command: { ...FREEZE, for: '9h' } };
      const seen = await storm(world, handle, {
        perSecond: 100,
        reports: REPORTS,
        rubbish: 200,
        senders: 6,
        ballast: 7,
        repeated,
      });
      const after = await calm(
        handle,
        (status) => status.runId !== before.runId && failuresOf(status) === REPORTS,
        120_000,
      );
      expect(lasting(after)).toEqual(lasting(before));
      expect(after.notices.join('\n')).toContain('health is counted afresh');
      expect(seen.answered).toBeGreaterThan(0);
      expect(seen.notAnswered.filter((error) => !BUSY.test(error))).toEqual([]);

      const runs = await runsOf(client, handle.workflowId, handle.firstExecutionRunId);
      expect(runs.length).toBeGreaterThan(1);
      expect(runs.flatMap(({ failed }) => failed)).toEqual([]);
      expect(runs.reduce((sum, { signals }) => sum + signals, 0)).toBeGreaterThanOrEqual(
        REPORTS + 200 + 7 + 1,
      );
      const described = await client.workflow.getHandle(handle.workflowId).describe();
      expect(described.memo).toEqual({ startedBy: 'ann' });
      // Temporal leaves the static summary with the first run; memo, attributes and Current Details go on.
      expect(described.searchAttributes).toMatchObject({
        WeappAppId: [plan.app],
        WeappVersion: [plan.version],
        ReleasePhase: ['rolling'],
        GrayPercentage: [1],
        ReleasePaused: [false],
      });

      await handle.signal('unfreeze', { by: 'ann' });
      await handle.signal('promote', { expect: 1, by: 'ann' });
      await handle.signal('healthReport', { metric: 'pushed-errors', verdict: 'pass' });
      await until(handle, ({ gate }) => gate !== null, 60_000);
      for (const by of ['ann', 'bob']) await handle.signal('approve', { by });
      const passes = setInterval(
        () =>
          void handle.signal('healthReport', { metric: 'pushed-errors', verdict: 'pass' }).catch(() => {}),
        1_000,
      );
      const result = await handle.result().finally(() => clearInterval(passes));
      expect(result).toMatchObject({ outcome: 'released' });
      const byId = await client.workflow.getHandle(handle.workflowId).result();
      expect((byId as ReleaseStatus).outcome).toBe('released');
      expect(world.effects(plan.app)).toEqual(LADDER);
    } finally {
      await world.close();
    }
  }, 240_000);
});
