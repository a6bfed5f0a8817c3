/** The Temporal server is killed with SIGKILL and started again on its file; every release ends as if nothing had happened. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RELEASE_SEARCH_ATTRIBUTES } from '../../src/domain/search-attributes.js';
import { type DevServer, startDevServer } from '../../src/servers/dev-server.js';
import { type Simulator, startSimulator } from '../../src/simulator/server.js';
import type { release } from '../../src/workflows/index.js';
import { releaseWorkflowId, TASK_QUEUE } from '../../src/workflows/messages.js';
import { appWorld, configFor, environmentFor, LADDER, planFor, until } from '../support/release.js';
import { dataConverter, describeWorkflows, devServer, uniqueAppId } from '../support/temporal.js';

const WORKER = fileURLToPath(new URL('../../src/worker.ts', import.meta.url));
/** How late WeChat's answer to a write comes, so that a kill falls between its doing and our knowing. Milliseconds. */
const LATE_MS = 1_000;
/** Longer than a worker tries to report an activity's end; what it did is then told by nobody. Milliseconds. */
const LONG_MS = 12_000;
/** A task that the server handed out as it died is lost until its attempt's 20 s are over. Milliseconds, with a margin. */
const LOST_MS = 60_000;

describeWorkflows('a Temporal server that is killed', () => {
  const apps = [uniqueAppId(), uniqueAppId()];
  const [healthy = '', failing = ''] = apps;
  let folder: string;
  let simulator: Simulator;
  let server: DevServer;
  let worker: ChildProcess | undefined;
  let connection: Connection;
  let client: Client;

  async function startServer(port = 0): Promise<void> {
    server = await startDevServer({
      cliPath: devServer().cliPath,
      port,
      dbFile: join(folder, 'temporal.db'),
      headless: true,
      searchAttributes: RELEASE_SEARCH_ATTRIBUTES,
    });
    // A connection of before would wait ever longer before it tries again.
    connection = await Connection.connect({ address: server.address });
    client = new Client({ connection, dataConverter });
  }

  /** Kills the server, lets something happen without it, and starts it again on the same file and port. */
  async function killServer(meanwhile: () => unknown = () => {}): Promise<void> {
    process.kill(server.pid, 'SIGKILL');
    await server.ended;
    await connection.close();
    await meanwhile();
    await startServer(Number(server.address.split(':')[1]));
  }

  const effects = (app: string): string[] =>
    simulator.control
      .ledger(app)
      .effects.map(({ endpoint, percentage }) =>
        endpoint === 'grayrelease' ? `${endpoint} ${percentage}` : endpoint,
      );

  async function untilApplied(app: string, effect: string): Promise<void> {
    const end = Date.now() + LOST_MS;
    while (!effects(app).includes(effect)) {
      if (Date.now() > end) throw new Error(`${effect} was not applied: ${effects(app).join(', ')}`);
      await sleep(2);
    }
  }

  const handleOf = (app: string) => client.workflow.getHandle<typeof release>(releaseWorkflowId(app));

  const start = (app: string) => {
    const plan = planFor(app);
    const stages = plan.rollout.stages.map((stage) => ({
      ...stage,
      soakMs: stage.percentage === 100 ? 0 : 2_000,
    }));
    return client.workflow.start<typeof release>('release', {
      workflowId: releaseWorkflowId(app),
      taskQueue: TASK_QUEUE,
      args: [
        {
          plan: { ...plan, rollout: { ...plan.rollout, stages } },
          searchAttributes: true,
          startedBy: 'test',
        },
      ],
    });
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'weapp-temporal-'));
    const bad = [
      { version: '1.4.0', value: 0.002 },
      { version: '1.4.0', from: 10, value: 0.08 },
    ];
    const launches = [{ version: '1.4.0', perPercent: 400 }];
    const audit = 'never';
    simulator = await startSimulator({
      world: {
        templates: [{ id: 42, pages: ['pages/index/index'] }],
        apps: {
          [healthy]: appWorld(healthy, { audit }),
          [failing]: appWorld(failing, { audit, metrics: { js_error_rate: bad, launches } }),
        },
      },
    });
    await startServer();
    const config = join(folder, 'worker.json');
    await writeFile(config, JSON.stringify(configFor(simulator, apps)));
    const env = { ...process.env, ...environmentFor(simulator, apps) };
    worker = spawn(process.execPath, ['--import', 'tsx', WORKER], {
      env: { ...env, TEMPORAL_ADDRESS: server.address, WEAPP_CONFIG: config },
      stdio: 'ignore',
    });
  });
  afterAll(async () => {
    worker?.kill('SIGKILL');
    await connection.close();
    await server.stop();
    await simulator.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('in the wait for an audit, at a soak, right after writes and for long leaves the same outcomes, and every effect once', async () => {
    for (const endpoint of ['grayrelease', 'revertgrayrelease'] as const)
      simulator.control.addFault({ endpoint, kind: 'slow', delayMs: LATE_MS, times: 20 });
    for (const app of apps) await start(app);

    // The worker, which has just been started, takes its time on a busy machine; a query would not wait for it.
    for (const app of apps) await untilApplied(app, 'submit_audit');
    for (const app of apps) await until(handleOf(app), ({ audit }) => audit.state === 'auditing', LOST_MS);
    await killServer(() => {
      for (const app of apps) simulator.control.audit({ app, verdict: 'approve' });
    });
    await untilApplied(healthy, 'grayrelease 1');
    await killServer(() => sleep(LONG_MS));
    // The healthy one soaks at 10 % while the other is taken back from there.
    await untilApplied(failing, 'revertgrayrelease');
    await killServer();
    await untilApplied(healthy, 'grayrelease 100');
    await killServer();

    const results = await Promise.all(apps.map((app) => handleOf(app).result()));
    expect(results.map(({ outcome }) => outcome)).toEqual(['released', 'reverted']);
    expect(effects(healthy)).toEqual(LADDER);
    expect(effects(failing)).toEqual([...LADDER.slice(0, 4), 'revertgrayrelease']);
    // It is the same worker that began: a server that goes takes no worker with it.
    expect(worker?.exitCode).toBeNull();
  }, 240_000);
});
