/** WeChat is gone (connection refused) in each phase and comes back as it was; every release ends as if nothing had happened. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { parseWorkerConfig } from '../../src/config/worker-config.js';
import type { Outcome, ReleaseStatus } from '../../src/domain/status.js';
import { type Simulator, startSimulator } from '../../src/simulator/server.js';
import type { WorldInput } from '../../src/simulator/world/world.js';
import { startWorker } from '../../src/worker.js';
import type { release } from '../../src/workflows/index.js';
import { RELEASE_WORKFLOW, releaseWorkflowId } from '../../src/workflows/messages.js';
import {
  appWorld,
  configFor,
  environmentFor,
  type Handle,
  LADDER,
  planFor,
  until,
} from '../support/release.js';
import {
  connectToDevServer,
  describeWorkflows,
  devServer,
  uniqueAppId,
  uniqueTaskQueue,
  workflowBundle,
} from '../support/temporal.js';

/** How long WeChat is gone. Milliseconds. */
const GONE_MS = 2_500;
/** Time enough for every wait between two readings. Milliseconds. */
const PATIENCE_MS = 60_000;

interface Moment {
  when: string;
  /** WeChat goes when this write was applied and not answered yet … */
  applied?: { write: 'commit' | 'submit_audit' | 'grayrelease' | 'revertgrayrelease'; percentage?: number };
  /** … or when the release is so. Without either it is gone from the start. */
  reached?: (status: ReleaseStatus) => boolean;
  /** What the world is like, and what happens in it while it is gone. */
  app?: Partial<WorldInput['apps'][string]>;
  back?: (simulator: Simulator, app: string) => void;
  outcome?: Outcome;
  effects?: string[];
}

const FAILING: Partial<WorldInput['apps'][string]> = {
  metrics: {
    js_error_rate: [
      { version: '1.4.0', value: 0.002 },
      { version: '1.4.0', from: 10, value: 0.08 },
    ],
    launches: [{ version: '1.4.0', perPercent: 400 }],
  },
};

const MOMENTS: Moment[] = [
  { when: 'before anything is read' },
  { when: 'after the commit', applied: { write: 'commit' } },
  { when: 'after the submission', applied: { write: 'submit_audit' } },
  {
    when: 'while the audit is waited for',
    reached: ({ audit }) => audit.state === 'auditing',
    app: { audit: 'never' },
    back: ({ control }, app) => control.audit({ app, verdict: 'approve' }),
  },
  { when: 'after the first percentage', applied: { write: 'grayrelease', percentage: 1 } },
  { when: 'at a soak', reached: ({ stages }) => stages[1]?.state === 'soaking' },
  { when: 'after 100 %', applied: { write: 'grayrelease', percentage: 100 } },
  { when: 'while baking', reached: ({ phase }) => phase === 'baking' },
  {
    when: 'on the way back',
    applied: { write: 'revertgrayrelease' },
    app: FAILING,
    outcome: 'reverted',
    effects: [...LADDER.slice(0, 4), 'revertgrayrelease'],
  },
];

describeWorkflows('a WeChat that is gone and comes back', () => {
  it.concurrent.each(MOMENTS)(
    '$when leaves the same outcome, and every effect once',
    async ({ applied, reached, app: overrides, back, outcome = 'released', effects = LADDER }) => {
      const app = uniqueAppId();
      const folder = await mkdtemp(join(tmpdir(), 'weapp-wechat-'));
      const world: WorldInput = {
        templates: [{ id: 42, pages: ['pages/index/index'] }],
        apps: { [app]: appWorld(app, overrides) },
      };
      const start = (port = 0) => startSimulator({ world, port, stateFile: join(folder, 'state') });
      let simulator = await start();
      const { port } = simulator;
      const { client, native, close } = await connectToDevServer();
      const taskQueue = uniqueTaskQueue('restarted');
      const worker = await startWorker({
        connection: native,
        namespace: devServer().namespace,
        taskQueue,
        config: parseWorkerConfig(configFor(simulator, [app])),
        env: environmentFor(simulator, [app]),
        bundlePath: workflowBundle().codePath,
      });
      const seen = () =>
        simulator.control
          .ledger(app)
          .effects.map(({ endpoint, percentage }) =>
            endpoint === 'grayrelease' ? `${endpoint} ${percentage}` : endpoint,
          );
      try {
        const isFromTheStart = applied === undefined && reached === undefined;
        if (isFromTheStart) await simulator.close();
        const handle: Handle = await client.workflow.start<typeof release>(RELEASE_WORKFLOW, {
          workflowId: releaseWorkflowId(app),
          taskQueue,
          args: [{ plan: planFor(app), searchAttributes: true, startedBy: 'test' }],
        });
        if (reached !== undefined) await until(handle, reached, PATIENCE_MS);
        if (applied !== undefined) await cutOff(simulator, app, applied);
        await simulator.close();
        await sleep(GONE_MS);
        simulator = await start(port);
        back?.(simulator, app);
        expect((await handle.result()).outcome).toBe(outcome);
        expect(seen()).toEqual(effects);
      } finally {
        await worker.stop();
        await close();
        await simulator.close();
        await rm(folder, { recursive: true, force: true });
      }
    },
    240_000,
  );
});

/** Resolves when an effect was applied whose answer will never come. */
async function cutOff(
  { control }: Simulator,
  app: string,
  { write, percentage }: NonNullable<Moment['applied']>,
): Promise<void> {
  // Each percentage is the same call, so the answers before this one are late, too.
  control.addFault({ endpoint: write, kind: 'slow', delayMs: 1_000, times: 'always', app });
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const { effects } = control.ledger(app);
    if (effects.some((entry) => entry.endpoint === write && entry.percentage === percentage)) return;
    if (Date.now() > end) throw new Error(`${write} was not applied: ${JSON.stringify(effects)}`);
    await sleep(2);
  }
}
