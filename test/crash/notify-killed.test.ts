/** The worker is killed while a message is on its way: it comes again, with the same id, and none after it is lost or early. */
import { afterAll, expect, it } from 'vitest';
import { NOTIFY_EVENT_NAMES } from '../../src/domain/notifying/events.js';
import type { ReleaseStatus } from '../../src/domain/status.js';
import { RELEASE_WORKFLOW, releaseWorkflowId, TASK_TIMEOUT } from '../../src/workflows/messages.js';
import { channelTo, type Robots, startRobots } from '../notify/robots.js';
import { LADDER, planFor } from '../support/release.js';
import { describeWorkflows, uniqueAppId, workflowBundle } from '../support/temporal.js';
import { openScene, type Scene } from './scene.js';

const LONG_MS = 120_000;

describeWorkflows('a worker that is killed while it tells', () => {
  let scene: Scene | undefined;
  let robots: Robots | undefined;
  afterAll(async () => {
    await scene?.close();
    await robots?.close();
  });

  it(
    'has lost no message: the one on its way comes twice, all in order',
    async () => {
      const app = uniqueAppId();
      const told = await startRobots();
      robots = told;
      // Two are taken and never answered; whoever sent them dies meanwhile.
      told.script.push('hang');
      const here = await openScene({
        apps: { [app]: {} },
        bundlePath: workflowBundle().codePath,
        env: told.env,
      });
      scene = here;
      const workflowId = releaseWorkflowId(app);
      await here.startWorker();
      const handle = await here.client.workflow.start(RELEASE_WORKFLOW, {
        workflowId,
        taskQueue: here.taskQueue,
        workflowTaskTimeout: TASK_TIMEOUT,
        args: [
          {
            plan: planFor(app, { notify: [channelTo('wecom', NOTIFY_EVENT_NAMES)] }),
            searchAttributes: true,
            startedBy: 'test',
          },
        ],
      });
      await expect.poll(() => told.arrived.length, { timeout: 30_000 }).toBe(1);
      await here.killWorker();
      await here.startWorker();
      await here.tellOfLoss([workflowId]);
      const status = (await handle.result()) as ReleaseStatus;
      expect(status).toMatchObject({
        outcome: 'released',
        notifications: { channels: [{ sent: 8, notSent: 0 }] },
      });
      expect(here.effects(app)).toEqual(LADDER);
      const ids = told.arrived.map(({ id }) => id.split('-').at(-1));
      expect(ids).toEqual(['1', '1', '2', '3', '4', '5', '6', '7', '8']);
    },
    LONG_MS,
  );
});
