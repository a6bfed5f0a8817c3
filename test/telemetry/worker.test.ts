/** A worker's process from outside, on a real Temporal server: what it serves, logs, and never says. */
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { countReleases } from '../../src/telemetry/releases.js';
import { GivenOut } from '../support/leaks.js';
import { describeWithPrometheus } from '../support/prometheus.js';
import {
  configFor,
  environmentFor,
  givenWorld,
  planFor,
  type ReleaseWorld,
  tokenOf,
} from '../support/release.js';
import { describeWorkflows, devServer, workflowBundle } from '../support/temporal.js';

const PROGRAM = fileURLToPath(new URL('./worker-process.ts', import.meta.url));
const SECRETS = {
  DATABASE_URL: 'postgres://weapp:a-password-of-the-base@db/weapp',
  PLAN_WECOM_WEBHOOK: 'https://chat.example/send?key=a-key-of-the-robot',
};

interface WorkerProcess {
  child: ChildProcess;
  /** Where it serves. */
  url: string;
  ended: Promise<unknown>;
}

describeWorkflows('a worker’s process', () => {
  let world: ReleaseWorld;
  let folder: string;
  const given = new GivenOut();
  let started = 0;

  beforeAll(async () => {
    world = await givenWorld([{}, {}], { worker: false });
    folder = await mkdtemp(join(tmpdir(), 'weapp-telemetry-'));
    const config = configFor(world.simulator, world.apps);
    const telemetry = { listen: '127.0.0.1:0', releases: true };
    await writeFile(join(folder, 'worker.json'), JSON.stringify({ ...config, telemetry }));
  });
  afterAll(async () => {
    await world.close();
    await rm(folder, { recursive: true });
  });

  async function startWorker(): Promise<WorkerProcess> {
    started += 1;
    const name = `worker ${started}`;
    const { child, ended } = given.run(name, [PROGRAM], {
      ...environmentFor(world.simulator, world.apps),
      ...SECRETS,
      TEMPORAL_ADDRESS: devServer().address,
      WEAPP_CONFIG: join(folder, 'worker.json'),
      TEST_BUNDLE: workflowBundle().codePath,
      TEST_TASK_QUEUE: world.taskQueue,
    });
    const url = await new Promise<string>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`it ended with ${code}: ${given.of(`${name} stderr`)}`)));
      child.stdout?.on('data', () => {
        const [, found] = /metrics at (http:\/\/[\d.:]+)\/metrics/.exec(given.of(`${name} stdout`)) ?? [];
        if (found !== undefined) resolve(found);
      });
    });
    return { child, url, ended };
  }

  async function scrape(url: string): Promise<string> {
    const answer = await fetch(`${url}/metrics`);
    expect(answer.status).toBe(200);
    const text = await answer.text();
    given.add('metrics', text);
    return text;
  }
  const value = (text: string, series: string): number =>
    Number(
      text
        .split('\n')
        .find((line) => line.startsWith(`${series} `))
        ?.split(' ')
        .at(-1) ?? Number.NaN,
    );

  it('serves what it did, and after a restart what visibility knows', async () => {
    const first = await startWorker();
    await expect.poll(async () => (await fetch(`${first.url}/readyz`)).status, { timeout: 10_000 }).toBe(200);
    const [app = ''] = world.apps;
    const release = await world.start(planFor(app));
    expect(await release.result()).toMatchObject({ outcome: 'released', durations: { humanWaitMs: 0 } });

    const text = await scrape(first.url);
    const closed = '{kind="release",outcome="released"}';
    expect(value(text, `weapp_rollout_duration_seconds_count${closed}`)).toBe(1);
    expect(value(text, `weapp_rollout_duration_seconds_sum${closed}`)).toBeGreaterThan(3);
    expect(
      value(text, `weapp_rollout_human_wait_seconds_bucket{le="1",kind="release",outcome="released"}`),
    ).toBe(1);
    const call = (endpoint: string) =>
      value(text, `weapp_rollout_wechat_requests_total{endpoint="${endpoint}",outcome="ok",code="0"}`);
    expect(call('grayrelease')).toBe(4);
    expect(call('submit_audit')).toBe(1);
    expect(value(text, 'weapp_rollout_wechat_quota_left{quota="audit"}')).toBeGreaterThan(0);
    expect(text).toMatch(/^temporal_workflow_completed_total\{.*workflow_type="release".*\} 1$/m);

    first.child.kill('SIGTERM');
    expect(await first.ended).toBe(0);

    const second = await startWorker();
    const again = await scrape(second.url);
    expect(again).not.toContain(`weapp_rollout_duration_seconds_count${closed}`);
    const query = `WorkflowType = 'release' AND ReleaseOutcome = 'released'`;
    const { count } = await world.client.workflow.count(query);
    const shown = value(again, 'weapp_rollout_releases_closed{outcome="released"}');
    expect(shown).toBeGreaterThanOrEqual(1);
    expect(shown).toBeLessThanOrEqual(count);
    expect(value(again, 'weapp_rollout_releases{phase="rolling"}')).toBeGreaterThanOrEqual(0);

    const lines = given
      .of('worker 1 stdout')
      .trim()
      .split('\n')
      .map((line): Record<string, unknown> => JSON.parse(line));
    const phases = lines.filter(({ app: of }) => of === app).map(({ message }) => message);
    expect([...new Set(phases)]).toEqual(
      ['preparing', 'auditing', 'ready', 'rolling', 'baking', 'closed'].map((phase) => `release ${phase}`),
    );
    const last = lines.findLast(({ message }) => message === 'release closed');
    expect(last).toMatchObject({
      workflowId: release.workflowId,
      runId: release.firstExecutionRunId,
      outcome: 'released',
    });

    const tokens = Object.fromEntries(world.apps.map((app) => [`token of ${app}`, tokenOf(app)]));
    given.expectNone({ ...tokens, ...SECRETS });
  });

  it('is not ready any more from the moment it is told to stop, and lives until its work is done', async () => {
    const { child, url, ended } = await startWorker();
    await expect.poll(async () => (await fetch(`${url}/readyz`)).status, { timeout: 10_000 }).toBe(200);
    child.kill('SIGTERM');
    // The signal may come after a question that was asked first; what was once not ready stays so.
    const seen: number[] = [];
    for (let status: number | null = 0; status !== null; await sleep(5)) {
      status = await fetch(`${url}/readyz`).then(
        (answer) => answer.status,
        () => null,
      );
      if (status !== null) seen.push(status);
    }
    expect(
      seen.slice(seen.indexOf(503) < 0 ? seen.length : seen.indexOf(503)).every((status) => status === 503),
    ).toBe(true);
    expect(await ended).toBe(0);
  });

  it('counts nothing in a namespace without the search attributes, rather than zeros', async () => {
    const { workflowService } = world.client;
    const namespace = `bare-${randomUUID()}`;
    await workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: msToTs('1d'),
    });
    const client = new Client({ connection: world.client.connection, namespace });
    // A namespace is known everywhere only some seconds later.
    await expect.poll(() => countReleases(client, 2_000), { timeout: 30_000 }).toBe('unregistered');
  });

  describeWithPrometheus('and Prometheus', (prometheus) => {
    it('reads it: names, types and help are as they should be, and a scrape has them', async () => {
      const { url } = await startWorker();
      const [, app = ''] = world.apps;
      expect((await (await world.start(planFor(app))).result()).outcome).toBe('released');
      const complaints = await prometheus.checkMetrics(await scrape(url));
      expect(complaints.split('\n').filter((line) => line.includes('weapp_rollout'))).toEqual([]);
      const { query } = await prometheus.scrape(new URL(url).host);
      const closed = 'weapp_rollout_releases_closed{outcome="released",job="worker"} > 0';
      await expect.poll(() => query(closed), { timeout: 20_000 }).toHaveLength(1);
      expect(await query('up')).toMatchObject([{ value: [expect.any(Number), '1'] }]);
      expect(await query('histogram_quantile(0.5, weapp_rollout_duration_seconds_bucket)')).not.toEqual([]);
    });
  });
});
