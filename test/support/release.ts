/** Given/When/Then for releases: a simulated WeChat, a real worker, and plans with short soaks. */
import type { Client, WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { NativeConnection } from '@temporalio/worker';
import { parseWorkerConfig, type WorkerConfigInput } from '../../src/config/worker-config.js';
import type { ReleasePlan } from '../../src/domain/plan.js';
import { completePlan, DEFAULT_DRIFT } from '../../src/domain/plan-defaults.js';
import type { ReleaseStatus } from '../../src/domain/status.js';
import { type Simulator, startSimulator } from '../../src/simulator/server.js';
import type { WorldInput } from '../../src/simulator/world/world.js';
import { type RunningWorker, startWorker } from '../../src/worker.js';
import type { release } from '../../src/workflows/index.js';
import {
  ASK_AGAIN,
  RELEASE_WORKFLOW,
  releaseWorkflowId,
  TASK_TIMEOUT,
} from '../../src/workflows/messages.js';
import { connectToDevServer, devServer, uniqueAppId, uniqueTaskQueue, workflowBundle } from './temporal.js';

const SECRET = 'token-that-must-never-be-seen';
/** The token of an app; no history, error or log may ever hold it. */
export const tokenOf = (app: string): string => `${SECRET}-${app}`;
export const ITEM = {
  address: 'pages/index/index',
  tag: '工具',
  first_class: '工具',
  second_class: '备忘录',
  first_id: 1,
  second_id: 2,
  title: '首页',
};

export type Handle = WorkflowHandleWithFirstExecutionRunId<typeof release>;

/** One app of the simulated world: 1.3.0 online, audits approved at once, healthy unless told otherwise. */
export function appWorld(
  app: string,
  overrides: Partial<WorldInput['apps'][string]> = {},
): WorldInput['apps'][string] {
  return {
    token: tokenOf(app),
    online: { version: '1.3.0', appVersion: 13, released: '30d' },
    history: [{ version: '1.2.0', appVersion: 12, released: '60d' }],
    categories: [{ first_class: '工具', second_class: '备忘录', first_id: 1, second_id: 2 }],
    audit: { approveAfter: '0s' },
    privacyScanSeconds: 0,
    metrics: {
      js_error_rate: [{ version: '1.4.0', value: 0.002 }],
      launches: [{ version: '1.4.0', perPercent: 400 }],
    },
    ...overrides,
  };
}

/** A plan with soaks of a second; `health` and the ladder may be replaced. */
export function planFor(app: string, overrides: Partial<ReleasePlan> = {}): ReleasePlan {
  const series = '{app="{{app}}",version="{{version}}"}';
  return completePlan({
    rules: 2,
    app,
    version: '1.4.0',
    description: 'New checkout',
    template: 42,
    ext: { extAppid: app },
    audit: { body: { item_list: [ITEM] }, pollMs: 200, deadlineMs: 86_400_000, onDeadline: 'notify' },
    rollout: {
      stages: [1, 10, 50, 100].map((percentage) => ({
        percentage,
        members: [],
        soakMs: percentage === 100 ? 0 : 1_000,
        hold: false,
      })),
      bakeMs: 1_000,
      firstRelease: 'refuse',
      onPlatformDeadline: 'revert',
      onDrift: DEFAULT_DRIFT,
    },
    health: [
      {
        name: 'js-error-rate',
        provider: { kind: 'prometheus', address: 'env:PLAN_PROMETHEUS_URL', query: `js_error_rate${series}` },
        intervalMs: 5_000,
        initialDelayMs: 0,
        thresholdRange: { max: 0.01 },
        minSamples: { query: `launches${series}`, atLeast: 100 },
        failureLimit: 0,
        inconclusiveLimit: 5,
        consecutiveErrorLimit: 4,
        from: 1,
        onFailure: 'revert',
      },
    ],
    ...overrides,
  });
}

/** The same ladder with a hold at 1 %, for tests that act while nothing moves. */
export function holdingAt1(app: string, overrides: Partial<ReleasePlan> = {}): ReleasePlan {
  const plan = planFor(app, overrides);
  const stages = plan.rollout.stages.map((stage, index) =>
    index === 0 ? { ...stage, soakMs: 0, hold: true } : stage,
  );
  return { ...plan, rollout: { ...plan.rollout, stages } };
}

export interface ReleaseWorld {
  simulator: Simulator;
  client: Client;
  taskQueue: string;
  /** A new app in the simulated world is not possible once it runs; these were made at the start. */
  apps: string[];
  start(plan: ReleasePlan): Promise<Handle>;
  startWorker(): Promise<RunningWorker>;
  /** The effects that WeChat applied for an app, as `endpoint` or `grayrelease 10`. */
  effects(app: string): string[];
  close(): Promise<void>;
}

/** A world with a worker on the shared dev server. `apps` says what each app is like. */
export async function givenWorld(
  apps: Partial<WorldInput['apps'][string]>[],
  options: {
    worker?: boolean;
    switches?: WorldInput['switches'];
    /** More of the workers' configuration: whose signatures they know. */
    identities?: WorkerConfigInput['identities'];
    /** More of the workers' environment. */
    env?: Record<string, string>;
    api?: WorkerConfigInput['api'];
    /** Another server than the shared dev server: the time-skipping one. */
    temporal?: Pick<TestWorkflowEnvironment, 'client' | 'nativeConnection'>;
    /** The simulated WeChat's clock, milliseconds since the epoch; where time is skipped, the server's. */
    clock?: () => number;
  } = {},
): Promise<ReleaseWorld> {
  const ids = apps.map(() => uniqueAppId());
  const simulator = await startSimulator({
    world: {
      templates: [42, 43].map((id) => ({ id, pages: ['pages/index/index'] })),
      apps: Object.fromEntries(ids.map((id, index) => [id, appWorld(id, apps[index])])),
      ...(options.switches === undefined ? {} : { switches: options.switches }),
    },
    ...(options.clock === undefined ? {} : { clock: options.clock }),
  });
  const { temporal } = options;
  const shared = temporal === undefined ? await connectToDevServer() : null;
  const client = shared?.client ?? temporal?.client;
  const native = shared?.native ?? temporal?.nativeConnection;
  if (client === undefined || native === undefined) throw new Error('there is no Temporal server');
  const namespace = temporal === undefined ? devServer().namespace : 'default';
  const taskQueue = uniqueTaskQueue('release');
  const workers: RunningWorker[] = [];
  const begin = async () => {
    const worker = await startWorkerFor(
      simulator,
      { ...configFor(simulator, ids), identities: options.identities, api: options.api },
      ids,
      { connection: native, namespace, taskQueue },
      options.env,
    );
    workers.push(worker);
    return worker;
  };
  if (options.worker !== false) await begin();
  return {
    simulator,
    client,
    taskQueue,
    apps: ids,
    start: (plan) =>
      client.workflow.start<typeof release>(RELEASE_WORKFLOW, {
        workflowId: releaseWorkflowId(plan.app),
        taskQueue,
        workflowTaskTimeout: TASK_TIMEOUT,
        args: [{ plan, searchAttributes: true, startedBy: 'test' }],
      }),
    startWorker: begin,
    effects: (app) =>
      simulator.control
        .ledger(app)
        .effects.map((effect) =>
          effect.endpoint !== 'grayrelease' ? effect.endpoint : `${effect.endpoint} ${effect.percentage}`,
        ),
    async close() {
      await Promise.all(workers.map((worker) => worker.stop()));
      await shared?.close();
      await simulator.close();
    },
  };
}

/** The configuration of a worker for a simulator. */
export function configFor(simulator: Simulator, apps: string[]): WorkerConfigInput {
  const tokens = Object.fromEntries(apps.map((app) => [app, `env:TOKEN_${app}`]));
  return { wechat: { baseUrl: simulator.url, timeoutMs: 2_000 }, tokens: { apps: tokens } };
}

/** The environment of a worker for a simulator: tokens and Prometheus' address. */
export function environmentFor(simulator: Simulator, apps: string[]): Record<string, string> {
  const tokens = Object.fromEntries(apps.map((app) => [`TOKEN_${app}`, tokenOf(app)]));
  return { ...tokens, PLAN_PROMETHEUS_URL: simulator.url };
}

async function startWorkerFor(
  simulator: Simulator,
  config: WorkerConfigInput,
  apps: string[],
  where: { connection: NativeConnection; namespace: string; taskQueue: string },
  env: Record<string, string> = {},
): Promise<RunningWorker> {
  return startWorker({
    ...where,
    config: parseWorkerConfig(config),
    env: { ...environmentFor(simulator, apps), ...env },
    bundlePath: workflowBundle().codePath,
  });
}

/** Waits until the status is as wanted; fails with the last status after `limitMs`. */
export async function until(
  handle: Pick<Handle, 'query'>,
  wanted: (status: ReleaseStatus) => boolean,
  limitMs = 20_000,
): Promise<ReleaseStatus> {
  const end = Date.now() + limitMs;
  for (;;) {
    const status = await handle.query<ReleaseStatus, []>('status').catch(askedTooEarly);
    if (status !== null && wanted(status)) return status;
    if (Date.now() > end)
      throw new Error(
        `not reached: ${JSON.stringify({ ...status, decisions: status?.decisions.slice(-5) }, null, 1)}`,
      );
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A worker that has just come up: the next time it will answer (src/workflows/stale-time.ts). */
function askedTooEarly(error: unknown): null {
  if (error instanceof Error && error.message.includes(ASK_AGAIN)) return null;
  throw error;
}

export const LADDER = [
  'commit',
  'submit_audit',
  'grayrelease 1',
  'grayrelease 10',
  'grayrelease 50',
  'grayrelease 100',
];
