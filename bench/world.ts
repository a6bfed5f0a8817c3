/** What a measurement needs, all on this machine: a dev server in memory, a simulated WeChat and a worker. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, NativeConnection } from '@temporalio/worker';
import { parseWorkerConfig } from '../src/config/worker-config.js';
import type { Metric, ReleasePlan } from '../src/domain/plan.js';
import { completePlan } from '../src/domain/plan-defaults.js';
import { RELEASE_SEARCH_ATTRIBUTES } from '../src/domain/search-attributes.js';
import type { ReleaseStatus } from '../src/domain/status.js';
import { startDevServer } from '../src/servers/dev-server.js';
import { findTemporalCli } from '../src/servers/find.js';
import { type Simulator, startSimulator } from '../src/simulator/server.js';
import {
  installRuntime,
  PAYLOAD_CONVERTER_PATH,
  type RunningWorker,
  startWorker,
  WORKFLOW_BUNDLE,
} from '../src/worker.js';
import { QUIET } from '../src/workflow-bundle.js';
import { RELEASE_WORKFLOW, releaseWorkflowId, TASK_QUEUE, TASK_TIMEOUT } from '../src/workflows/messages.js';

export interface BenchWorld {
  client: Client;
  connection: NativeConnection;
  namespace: string;
  simulator: Simulator;
  /** Begun with the world; stop it to let messages pile up. */
  worker: RunningWorker;
  /** Begins a release and resolves with its workflow id. */
  start(plan: ReleasePlan): Promise<string>;
  /** Asks until the status is as wanted. */
  until(workflowId: string, wanted: (status: ReleaseStatus) => boolean): Promise<ReleaseStatus>;
  startWorker(): Promise<RunningWorker>;
  close(): Promise<void>;
}

const tokenOf = (app: string): string => `bench-token-${app}`;

/** Starts everything for some apps. */
export async function startWorld(apps: readonly string[]): Promise<BenchWorld> {
  installRuntime('ERROR');
  const folder = await mkdtemp(join(tmpdir(), 'weapp-rollout-bench-'));
  const { path: cliPath } = await findTemporalCli({ onProgress: (text) => console.error(text) });
  const server = await startDevServer({
    cliPath,
    headless: true,
    searchAttributes: RELEASE_SEARCH_ATTRIBUTES,
  });
  const { address, namespace } = server;
  const simulator = await startSimulator({ world: worldOf(apps) });
  const connection = await NativeConnection.connect({ address });
  const near = await Connection.connect({ address });
  const dataConverter = { payloadConverterPath: PAYLOAD_CONVERTER_PATH };
  const client = new Client({ connection: near, namespace, dataConverter });
  const { code } = await bundleWorkflowCode({
    ...WORKFLOW_BUNDLE,
    logger: QUIET,
  });
  const bundlePath = join(folder, 'workflows.js');
  await writeFile(bundlePath, code);

  const tokens = Object.fromEntries(apps.map((app) => [app, `env:TOKEN_${app}`]));
  const workers: RunningWorker[] = [];
  const begin = async () => {
    const worker = await startWorker({
      connection,
      namespace,
      config: parseWorkerConfig({ wechat: { baseUrl: simulator.url }, tokens: { apps: tokens } }),
      env: {
        ...Object.fromEntries(apps.map((app) => [`TOKEN_${app}`, tokenOf(app)])),
        PLAN_PROMETHEUS_URL: simulator.url,
      },
      bundlePath,
    });
    workers.push(worker);
    return worker;
  };
  const worker = await begin();

  return {
    client,
    connection,
    namespace,
    simulator,
    worker,
    startWorker: begin,
    async start(plan) {
      const workflowId = releaseWorkflowId(plan.app);
      await client.workflow.start(RELEASE_WORKFLOW, {
        workflowId,
        taskQueue: TASK_QUEUE,
        workflowTaskTimeout: TASK_TIMEOUT,
        args: [{ plan, searchAttributes: true, startedBy: 'bench' }],
      });
      return workflowId;
    },
    async until(workflowId, wanted) {
      for (;;) {
        const status = await client.workflow.getHandle(workflowId).query<ReleaseStatus, []>('status');
        if (wanted(status)) return status;
        if (status.phase === 'closed' || status.attention !== null)
          throw new Error(`${workflowId} went another way: ${status.reason}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },
    async close() {
      await Promise.all(workers.map((running) => running.stop()));
      await near.close();
      await connection.close();
      await simulator.close();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function worldOf(apps: readonly string[]) {
  const item = { first_class: '工具', second_class: '备忘录', first_id: 1, second_id: 2 };
  const app = (id: string) => ({
    token: tokenOf(id),
    online: { version: '1.3.0', appVersion: 13, released: '30d' },
    history: [{ version: '1.2.0', appVersion: 12, released: '60d' }],
    categories: [item],
    audit: { approveAfter: '0s' },
    privacyScanSeconds: 0,
    metrics: { js_error_rate: [{ version: '1.4.0', value: 0.002 }] },
  });
  return {
    templates: [{ id: 42, pages: ['pages/index/index'] }],
    apps: Object.fromEntries(apps.map((id) => [id, app(id)])),
  };
}

const HOUR = 3_600_000;

/** A metric whose first failure takes users back. */
export function metricOf(name: string, provider: Metric['provider'], intervalMs: number): Metric {
  return {
    name,
    provider,
    intervalMs,
    initialDelayMs: 0,
    thresholdRange: { max: 0.01 },
    successCondition: null,
    failureCondition: null,
    count: 0,
    failureLimit: 0,
    consecutiveSuccessLimit: 0,
    inconclusiveLimit: 5,
    consecutiveErrorLimit: 4,
    from: 1,
    onFailure: 'revert',
    onInconclusive: 'pause',
    onError: 'pause',
    dryRun: false,
  };
}

/** A release that soaks at 1 % for an hour. */
export function soakingPlan(app: string, health: Metric[]): ReleasePlan {
  const item = {
    address: 'pages/index/index',
    tag: '工具',
    first_class: '工具',
    second_class: '备忘录',
    first_id: 1,
    second_id: 2,
    title: '首页',
  };
  return completePlan({
    rules: 2,
    app,
    version: '1.4.0',
    description: 'measured',
    template: 42,
    ext: { extAppid: app },
    audit: { body: { item_list: [item] }, pollMs: 500, deadlineMs: 24 * HOUR, onDeadline: 'notify' },
    rollout: {
      stages: [1, 100].map((percentage) => ({
        percentage,
        members: [],
        soakMs: percentage === 1 ? HOUR : 0,
        hold: false,
      })),
      bakeMs: HOUR,
      firstRelease: 'refuse',
      onPlatformDeadline: 'revert',
    },
    health,
  });
}
