/** The worker is killed with SIGKILL again and again; every release ends as if nothing had happened. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RELEASE_SEARCH_ATTRIBUTES } from '../../src/domain/search-attributes.js';
import { type DevServer, startDevServer } from '../../src/servers/dev-server.js';
import { type Simulator, startSimulator } from '../../src/simulator/server.js';
import type { release } from '../../src/workflows/index.js';
import { releaseWorkflowId, TASK_QUEUE } from '../../src/workflows/messages.js';
import { appWorld, configFor, environmentFor, LADDER, planFor } from '../support/release.js';
import { dataConverter, describeWorkflows, devServer, uniqueAppId } from '../support/temporal.js';

const WORKER = fileURLToPath(new URL('../../src/worker.ts', import.meta.url));
/** The endpoints after whose application, and before whose answer, the worker is killed. */
const MOMENTS = ['submit_audit', 'grayrelease', 'grayrelease', 'revertgrayrelease'] as const;

describeWorkflows('a worker that is killed', () => {
  const apps = [uniqueAppId(), uniqueAppId(), uniqueAppId()];
  const [healthy = '', failing = '', later = ''] = apps;
  let simulator: Simulator;
  let server: DevServer;
  let connection: Connection;
  let folder: string;
  let worker: ChildProcess | undefined;

  /** `npm run worker`, as a process of its own. */
  function startWorker(): ChildProcess {
    const env = {
      ...process.env,
      ...environmentFor(simulator, apps),
      TEMPORAL_ADDRESS: server.address,
      WEAPP_CONFIG: join(folder, 'worker.json'),
    };
    return spawn(process.execPath, ['--import', 'tsx', WORKER], { env, stdio: 'ignore' });
  }

  async function killAndRestart(): Promise<void> {
    const killed = worker;
    await new Promise((resolve) => {
      killed?.once('exit', resolve);
      killed?.kill('SIGKILL');
    });
    worker = startWorker();
  }

  const applied = (endpoint: string) =>
    simulator.control.ledger().effects.filter((effect) => effect.endpoint === endpoint).length;

  async function untilApplied(endpoint: string, count: number): Promise<void> {
    const end = Date.now() + 60_000;
    while (applied(endpoint) < count) {
      if (Date.now() > end) throw new Error(`${endpoint} was not applied ${count} times`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  beforeAll(async () => {
    const bad = [
      { version: '1.4.0', value: 0.002 },
      { version: '1.4.0', from: 10, value: 0.08 },
    ];
    const launches = [{ version: '1.4.0', perPercent: 400 }];
    simulator = await startSimulator({
      world: {
        templates: [{ id: 42, pages: ['pages/index/index'] }],
        apps: {
          [healthy]: appWorld(healthy),
          [failing]: appWorld(failing, { metrics: { js_error_rate: bad, launches } }),
          [later]: appWorld(later),
        },
      },
    });
    server = await startDevServer({
      cliPath: devServer().cliPath,
      headless: true,
      searchAttributes: RELEASE_SEARCH_ATTRIBUTES,
    });
    folder = await mkdtemp(join(tmpdir(), 'weapp-rollout-crash-'));
    await writeFile(join(folder, 'worker.json'), JSON.stringify(configFor(simulator, apps)));
    connection = await Connection.connect({ address: server.address });
    worker = startWorker();
  });
  afterAll(async () => {
    worker?.kill('SIGKILL');
    await connection.close();
    await server.stop();
    await simulator.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('in the middle of its writes leaves the same outcomes, and every effect once', async () => {
    const client = new Client({ connection, dataConverter });
    const start = (app: string) =>
      client.workflow.start<typeof release>('release', {
        workflowId: releaseWorkflowId(app),
        taskQueue: TASK_QUEUE,
        args: [{ plan: planFor(app), searchAttributes: true, startedBy: 'test' }],
      });
    // The answer of each write comes late, so that the kill falls between WeChat's doing and our knowing.
    for (const endpoint of new Set(MOMENTS))
      simulator.control.addFault({ endpoint, kind: 'slow', delayMs: 1_000, times: 20 });
    const handles = await Promise.all(apps.map(start));
    const seen = new Map<string, number>();
    for (const endpoint of MOMENTS) {
      const count = (seen.get(endpoint) ?? 0) + (endpoint === 'revertgrayrelease' ? 1 : apps.length);
      await untilApplied(endpoint, Math.max(1, count - apps.length + 1));
      seen.set(endpoint, applied(endpoint));
      await killAndRestart();
    }
    const results = await Promise.all(handles.map((handle) => handle.result()));
    expect(results.map((result) => result.outcome)).toEqual(['released', 'reverted', 'released']);
    const effects = (app: string) =>
      simulator.control
        .ledger(app)
        .effects.map((entry) =>
          entry.endpoint === 'grayrelease' ? `grayrelease ${entry.percentage}` : entry.endpoint,
        );
    expect(effects(healthy)).toEqual(LADDER);
    expect(effects(later)).toEqual(LADDER);
    expect(effects(failing)).toEqual([...LADDER.slice(0, 4), 'revertgrayrelease']);
  }, 240_000);
});
