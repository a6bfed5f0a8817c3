/** WeChat is gone (connection refused) for releases in each phase and comes back as it was; every one ends as if nothing had happened. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { parseWorkerConfig } from '../../src/config/worker-config.js';
import type { ReleasePlan } from '../../src/domain/plan.js';
import type { Outcome, ReleaseStatus } from '../../src/domain/status.js';
import { type Simulator, startSimulator } from '../../src/simulator/server.js';
import type { WorldInput } from '../../src/simulator/world/world.js';
import { type RunningWorker, startWorker } from '../../src/worker.js';
import { releaseWorkflowId } from '../../src/workflows/messages.js';
import { appWorld, configFor, environmentFor, LADDER, planFor } from '../support/release.js';
import {
  connectToDevServer,
  type DevServerConnections,
  describeWorkflows,
  devServer,
  uniqueAppId,
  uniqueTaskQueue,
  workflowBundle,
} from '../support/temporal.js';
import { BEFORE_THE_ANSWER } from './moments.js';
import { effectsOf } from './scene.js';
import { begin, say, standing, type Where, WRITES, type Write } from './writes.js';

/** How long WeChat is gone. Milliseconds. */
const GONE_MS = 2_500;
/** Time enough for every wait between two readings. Milliseconds. */
const PATIENCE_MS = 60_000;
/** As long as a worker's configuration allows: an answer is waited for until WeChat goes. */
const TIMEOUT_MS = 12_000;
/** Longer than the others take to get there, and WeChat is gone. Milliseconds. */
const BAKE_MS = 12_000;

type World = Where & { simulator: Simulator };

interface Moment {
  when: string;
  app?: Partial<WorldInput['apps'][string]>;
  /** Brings a release near; null: its beginning is the word. */
  stand: Write['stand'];
  /** Brings it there at once. */
  word?: Write['word'];
  /** Sees to it that it stays there. */
  hold?(simulator: Simulator, app: string): void;
  isThere(world: World, app: string): boolean | Promise<boolean>;
  /** What happens before WeChat is back, and when it is. */
  meanwhile?: Write['word'];
  back?(world: World, app: string): unknown;
  outcome: Outcome;
  effects: readonly string[];
}

/** After WeChat applied a write, and before it could answer. */
function after(name: string): Omit<Moment, 'when'> {
  const write = WRITES.find((one) => one.name === name);
  if (write === undefined) throw new Error(`there is no ${name}`);
  const { stand, word, outcome, effects, app = {} } = write;
  return {
    stand,
    word,
    outcome,
    effects,
    app,
    hold: (simulator, appid) => BEFORE_THE_ANSWER.hold({ simulator }, appid, write),
    isThere: (world, appid) => BEFORE_THE_ANSWER.isThere(world, appid, write),
  };
}

/** The ladder with a hold before the percentage, which lasts long itself. */
function longAt(app: string, percentage: number): ReleasePlan {
  const plan = planFor(app);
  const stages = plan.rollout.stages.map((stage, index, all) => ({
    ...stage,
    hold: all[index + 1]?.percentage === percentage,
    ...(stage.percentage === percentage && percentage < 100 ? { soakMs: 3_600_000 } : {}),
  }));
  const bakeMs = percentage === 100 ? BAKE_MS : 0;
  return { ...plan, rollout: { ...plan.rollout, stages, bakeMs } };
}

const reached =
  (wanted: (status: ReleaseStatus) => boolean): Moment['isThere'] =>
  async ({ client }, app) =>
    wanted(await client.workflow.getHandle(releaseWorkflowId(app)).query<ReleaseStatus, []>('status'));
const holds = (status: ReleaseStatus) => status.stages.some(({ state }) => state === 'holding');
const isAudited = ({ audit }: ReleaseStatus) => audit.state === 'auditing';
const whole = { outcome: 'released', effects: LADDER } as const;

const MOMENTS: readonly Moment[] = [
  {
    when: 'before anything is read',
    stand: null,
    isThere: () => true,
    meanwhile: (world, app) => begin(world, planFor(app)),
    ...whole,
  },
  { when: 'after the commit', ...after('commit') },
  { when: 'after the submission', ...after('submit_audit') },
  {
    when: 'while the audit is waited for',
    app: { audit: 'never' },
    stand: standing(planFor, isAudited),
    isThere: reached(isAudited),
    back: ({ simulator }, app) => simulator.control.audit({ app, verdict: 'approve' }),
    ...whole,
  },
  { when: 'after the first percentage', ...after('grayrelease, first') },
  {
    when: 'at a soak',
    stand: standing((app) => longAt(app, 10), holds),
    word: say('promote', { expect: 1 }),
    isThere: reached(({ stages }) => stages[1]?.state === 'soaking'),
    back: say('promote', { expect: 10 }),
    ...whole,
  },
  { when: 'after 100 %', ...after('grayrelease, up') },
  {
    when: 'while baking',
    stand: standing((app) => longAt(app, 100), holds),
    word: say('promote', { expect: 50 }),
    isThere: reached(({ phase }) => phase === 'baking'),
    ...whole,
  },
  { when: 'on the way back', ...after('revertgrayrelease') },
];

describeWorkflows('a WeChat that is gone and comes back', () => {
  const cells = MOMENTS.map((moment) => ({ app: uniqueAppId(), moment }));
  const apps = cells.map(({ app }) => app);
  const taskQueue = uniqueTaskQueue('restarted');
  let folder: string;
  let simulator: Simulator;
  let connections: DevServerConnections;
  let worker: RunningWorker;

  const start = (port = 0) =>
    startSimulator({
      world: {
        templates: [{ id: 42, pages: ['pages/index/index'] }],
        apps: Object.fromEntries(cells.map(({ app, moment }) => [app, appWorld(app, moment.app)])),
      },
      port,
      stateFile: join(folder, 'state'),
    });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'weapp-wechat-'));
    simulator = await start();
    connections = await connectToDevServer();
    const config = configFor(simulator, apps);
    worker = await startWorker({
      connection: connections.native,
      namespace: devServer().namespace,
      taskQueue,
      config: parseWorkerConfig({ ...config, wechat: { ...config.wechat, timeoutMs: TIMEOUT_MS } }),
      env: environmentFor(simulator, apps),
      bundlePath: workflowBundle().codePath,
    });
    const where = { client: connections.client, taskQueue };
    await Promise.all(cells.map(({ app, moment }) => moment.stand?.(where, app)));
    for (const { app, moment } of cells) moment.hold?.(simulator, app);
    await Promise.all(cells.map(({ app, moment }) => moment.word?.(where, app)));
    await vi.waitFor(
      async () => {
        const there = await Promise.all(
          cells.map(({ app, moment }) => moment.isThere({ ...where, simulator }, app)),
        );
        expect(cells.filter((_cell, index) => !there[index]).map(({ moment }) => moment.when)).toEqual([]);
      },
      { timeout: PATIENCE_MS, interval: 100 },
    );
    await simulator.close();
    await Promise.all(cells.map(({ app, moment }) => moment.meanwhile?.(where, app)));
    await sleep(GONE_MS);
    simulator = await start(simulator.port);
    await Promise.all(cells.map(({ app, moment }) => moment.back?.({ ...where, simulator }, app)));
  }, 120_000);
  afterAll(async () => {
    await worker.stop();
    await connections.close();
    await simulator.close();
    await rm(folder, { recursive: true, force: true });
  });

  for (const { app, moment } of cells)
    it.concurrent(`${moment.when} leaves the same outcome, and every effect once`, async () => {
      const handle = connections.client.workflow.getHandle(releaseWorkflowId(app));
      const { outcome } = (await handle.result()) as ReleaseStatus;
      expect(outcome).toBe(moment.outcome);
      expect(effectsOf(simulator, app)).toEqual(moment.effects);
    }, 240_000);
});
