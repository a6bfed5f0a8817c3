/** A simulated WeChat, a Temporal server, and a worker as a process that can be killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ActivityNotFoundError, Client, Connection, isGrpcServiceError } from '@temporalio/client';
import { RELEASE_SEARCH_ATTRIBUTES } from '../../src/domain/search-attributes.js';
import { type DevServer, startDevServer } from '../../src/servers/dev-server.js';
import { type Simulator, startSimulator } from '../../src/simulator/server.js';
import type { WorldInput } from '../../src/simulator/world/world.js';
import { TASK_QUEUE } from '../../src/workflows/messages.js';
import { appWorld, configFor, environmentFor } from '../support/release.js';
import { dataConverter, devServer, uniqueTaskQueue } from '../support/temporal.js';
import { type Between, standBetween } from './reports.js';

const pathOf = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const NPM_RUN_WORKER = pathOf('../../src/worker.ts');
const WORKER_PROCESS = pathOf('worker-process.ts');
/** As long as a worker's configuration allows: a write that is held has to wait until all are. */
const TIMEOUT_MS = 12_000;
/** temporal.api.enums.v1.PendingActivityState: an attempt is under way. */
const STARTED = 2;
/** gRPC's status for a workflow that has closed. */
const NOT_FOUND = 5;

export interface Scene {
  simulator: Simulator;
  client: Client;
  taskQueue: string;
  /** Between the worker and the server. */
  between: Between;
  /** Resolves when the worker polls. */
  startWorker(): Promise<void>;
  /** SIGKILL; resolves when the process is gone. */
  killWorker(): Promise<void>;
  /** The activities of which the server believes that the killed worker still carries them out. */
  leftByDead(workflowId: string): Promise<{ activityId: string; activityType: string }[]>;
  /**
   * Says to the server what it would notice by itself when the time of each attempt is over (20 s; a commit's 50) and
   * when ten seconds are that it keeps a workflow's tasks for the worker that had the last one. The attempt after it
   * cannot tell the difference: it knows only that the one before it never ended.
   */
  tellOfLoss(workflowIds: readonly string[]): Promise<void>;
  /** What WeChat applied for an app, as `endpoint` or `grayrelease 10`. */
  effects(app: string): string[];
  close(): Promise<void>;
}

export interface SceneInput {
  apps: Record<string, Partial<WorldInput['apps'][string]>>;
  /** Workflows that were bundled beforehand; without them the worker is `npm run worker`, on a server of its own. */
  bundlePath?: string;
  /** More of the worker's environment. */
  env?: Record<string, string>;
}

export async function openScene({ apps, bundlePath, env: more = {} }: SceneInput): Promise<Scene> {
  const ids = Object.keys(apps);
  const folder = await mkdtemp(join(tmpdir(), 'weapp-crash-'));
  const isQuick = bundlePath !== undefined;
  const [simulator, server] = await Promise.all([
    startSimulator({
      world: {
        templates: [{ id: 42, pages: ['pages/index/index'] }],
        // Of the account that the apps share.
        quotas: { audit: { limit: 10_000 }, speedup: { limit: 10_000 } },
        apps: Object.fromEntries(ids.map((id) => [id, appWorld(id, apps[id])])),
      },
    }),
    isQuick ? sharedServer() : ownServer(),
  ]);
  // `npm run worker` has but one, which on a shared server is everybody's.
  const taskQueue = isQuick ? uniqueTaskQueue('crash') : TASK_QUEUE;
  const config = configFor(simulator, ids);
  const wechat = { ...config.wechat, timeoutMs: TIMEOUT_MS };
  await writeFile(join(folder, 'worker.json'), JSON.stringify({ ...config, wechat }));
  const between = await standBetween(server.address);
  const connection = await Connection.connect({ address: server.address });
  const client = new Client({ connection, dataConverter });
  let worker: ChildProcess | undefined;
  let identity = '';

  const leftByDead: Scene['leftByDead'] = async (workflowId) => {
    const { raw } = await client.workflow.getHandle(workflowId).describe();
    return (raw.pendingActivities ?? [])
      .filter(({ state, lastWorkerIdentity }) => state === STARTED && lastWorkerIdentity === identity)
      .map(({ activityId, activityType }) => ({
        activityId: activityId ?? '',
        activityType: activityType?.name ?? '',
      }));
  };

  return {
    simulator,
    client,
    taskQueue,
    between,
    async startWorker() {
      const env = {
        ...process.env,
        ...environmentFor(simulator, ids),
        ...more,
        TEMPORAL_ADDRESS: between.address,
        WEAPP_CONFIG: join(folder, 'worker.json'),
        ...(isQuick ? { TEST_BUNDLE: bundlePath, TEST_TASK_QUEUE: taskQueue } : {}),
      };
      const program = isQuick ? WORKER_PROCESS : NPM_RUN_WORKER;
      worker = spawn(process.execPath, ['--import', 'tsx', program], {
        env,
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      await polling(worker);
    },
    async killWorker() {
      identity = `${worker?.pid}@${hostname()}`;
      await killed(worker);
    },
    leftByDead,
    async tellOfLoss(workflowIds) {
      await Promise.all(
        workflowIds.map(async (workflowId) => {
          for (const { activityId } of await leftByDead(workflowId))
            await client.activity
              .fail({ workflowId, activityId }, new Error('its worker is dead'))
              .catch(ignoreEnded);
          await connection.workflowService
            .resetStickyTaskQueue({ namespace: client.options.namespace, execution: { workflowId } })
            .catch(ignoreClosed);
        }),
      );
    },
    effects: (app) => effectsOf(simulator, app),
    async close() {
      await killed(worker);
      await connection.close();
      await between.close();
      await server.stop();
      await simulator.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function sharedServer(): Promise<Pick<DevServer, 'address' | 'stop'>> {
  return { address: devServer().address, stop: async () => {} };
}

function ownServer(): Promise<DevServer> {
  return startDevServer({
    cliPath: devServer().cliPath,
    headless: true,
    searchAttributes: RELEASE_SEARCH_ATTRIBUTES,
  });
}

/** What WeChat applied for an app, as `endpoint` or `grayrelease 10`. */
export function effectsOf({ control }: Simulator, app: string): string[] {
  return control
    .ledger(app)
    .effects.map(({ endpoint, percentage }) =>
      endpoint === 'grayrelease' ? `${endpoint} ${percentage}` : endpoint,
    );
}

/** Resolves at the worker's word that it polls; rejects when it ends before. */
function polling(worker: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once('exit', (code, signal) => reject(new Error(`the worker ended: ${code ?? signal}`)));
    if (worker.stdout === null) return;
    createInterface(worker.stdout).on('line', (line) => {
      if (line.startsWith('worker: polling')) resolve();
    });
  });
}

async function killed(worker: ChildProcess | undefined): Promise<void> {
  if (worker === undefined || worker.exitCode !== null || worker.signalCode !== null) return;
  await new Promise((resolve) => {
    worker.once('exit', resolve);
    worker.kill('SIGKILL');
  });
}

/** The word of its end was on the way when its worker died. */
function ignoreEnded(error: unknown): void {
  if (!(error instanceof ActivityNotFoundError)) throw error;
}

function ignoreClosed(error: unknown): void {
  if (!isGrpcServiceError(error) || error.code !== NOT_FOUND) throw error;
}
