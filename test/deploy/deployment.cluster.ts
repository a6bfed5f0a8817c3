/**
 * The product as docker-compose.yml runs it: the image's processes, as another user, on a Temporal cluster on PostgreSQL that
 * the compose file's own scripts have set up. Two workers, of which one is killed in the middle of a release.
 */
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RELEASE_SEARCH_ATTRIBUTES } from '../../src/domain/search-attributes.js';
import type { ReleaseStatus } from '../../src/domain/status.js';
import { freePorts } from '../../src/servers/ports.js';
import { releaseWorkflowId } from '../../src/workflows/messages.js';
import { ROOT, service } from '../support/compose.js';
import { type Deployment, deploy, type Process } from '../support/deployment.js';
import { LADDER, until } from '../support/release.js';
import { dataConverter } from '../support/temporal.js';

const [HEALTHY, OTHER] = ['wx0123456789abcdef', 'wxfedcba9876543210'];
/** temporal.api.enums.v1.PendingActivityState: an attempt is under way. */
const STARTED = 2;
const POLLING = 'worker: polling';

let deployment: Deployment;
let connection: Connection;
let client: Client;
const workers: Process[] = [];

beforeAll(async () => {
  deployment = await deploy();
  connection = await Connection.connect({ address: deployment.cluster.address });
  client = new Client({ connection, dataConverter });
  await startTwoWorkers();
}, 45 * 60_000);

afterAll(async () => {
  await connection?.close();
  await deployment?.close();
});

/** On ports that are free: containers have addresses of their own, and these have not. */
async function startTwoWorkers(): Promise<void> {
  const beside = { WEAPP_TELEMETRY: '127.0.0.1:0' };
  workers.push(deployment.start('worker', beside), deployment.start('worker', beside));
  await Promise.all(workers.map((worker) => worker.says(POLLING)));
}

const handleOf = (app: string) => client.workflow.getHandle(releaseWorkflowId(app));

/** What WeChat applied for an app, as `endpoint` or `grayrelease 10`. */
function effects(app: string): string[] {
  const { effects } = deployment.simulator.control.ledger(app);
  return effects.map(({ endpoint, percentage }) =>
    endpoint === 'grayrelease' ? `${endpoint} ${percentage}` : endpoint,
  );
}

/** The plan of examples/healthy.yaml for an app, with something changed. */
function planFile(app: string, change: (text: string) => string = (text) => text): string {
  const text = readFileSync(join(ROOT, 'examples/healthy.yaml'), 'utf8');
  return deployment.file(`${app}.yaml`, change(text.replace(HEALTHY ?? '', app)));
}

/** The worker that carries out an activity of a release now. */
async function busyWorker(app: string): Promise<Process | undefined> {
  const { raw } = await handleOf(app).describe();
  const busy = (raw.pendingActivities ?? []).find(({ state }) => state === STARTED);
  return workers.find(({ pid }) => busy?.lastWorkerIdentity === `${pid}@${hostname()}`);
}

describe('the image', () => {
  it('has one native half of the SDK, no sources, no development tools and nothing that its user may write', () => {
    const { folder } = deployment.image;
    expect(readdirSync(join(folder, 'node_modules/@temporalio/core-bridge/releases'))).toHaveLength(1);
    for (const name of ['src', 'test', 'node_modules/vitest', 'node_modules/tsx', 'secrets', 'config'])
      expect(existsSync(join(folder, name)), name).toBe(false);
    expect(deployment.image.user).toBe(1000);
  });

  it('has a command line that knows its version', async () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect((await deployment.cli('--version')).out.trim()).toBe(version);
  });
});

describe('the databases', () => {
  it('let each user into its own ones only', async () => {
    const open = async (user: 'temporal' | 'rollout', database: string) => {
      const one = new pg.Client({ connectionString: deployment.cluster.databaseUrl(user, database) });
      await one.connect();
      await one.end();
    };
    await open('rollout', 'rollout');
    await open('temporal', 'temporal_visibility');
    await expect(open('rollout', 'temporal')).rejects.toThrow(/permission denied/);
    await expect(open('temporal', 'rollout')).rejects.toThrow(/permission denied/);
  });
});

describe('two workers on a cluster', () => {
  it('bring a release to its end with every effect once, although one is killed in the middle', async () => {
    const started = await deployment.cli('start', planFile(HEALTHY ?? ''));
    expect(started.code, started.err).toBe(0);
    await until(handleOf(HEALTHY ?? ''), ({ percentage }) => percentage === 10, 60_000);
    const victim = (await busyWorker(HEALTHY ?? '')) ?? workers[0];
    if (victim === undefined) throw new Error('there is no worker');
    await victim.end('SIGKILL');
    workers.splice(workers.indexOf(victim), 1);
    const result: ReleaseStatus = await handleOf(HEALTHY ?? '').result();
    expect(result.outcome).toBe('released');
    expect(effects(HEALTHY ?? '')).toEqual(LADDER);
    const { events } = await handleOf(HEALTHY ?? '').fetchHistory();
    const identities = (events ?? []).flatMap(
      (event) => event.workflowTaskCompletedEventAttributes?.identity ?? [],
    );
    expect(identities.at(-1)).toBe(`${workers[0]?.pid}@${hostname()}`);
  }, 180_000);

  it('show it in lists by its search attributes, in SQL', async () => {
    expect(Object.keys(RELEASE_SEARCH_ATTRIBUTES)).toContain('ReleaseOutcome');
    const query = `WeappAppId = '${HEALTHY}' AND ReleasePhase = 'closed' AND ReleaseOutcome = 'released' AND GrayPercentage = 100 AND ReleaseAttention = false`;
    const found = async () => (await client.workflow.count(query)).count;
    await expect.poll(found, { timeout: 20_000 }).toBe(1);
    const listed = await deployment.cli('list', '--all', '--output', 'json');
    expect(listed.out).toContain(HEALTHY);
  });

  it('go on after the cluster is started anew, restored from a backup, with another password, and the workers are replaced', async () => {
    const held = (text: string) =>
      text.replace('{ percentage: 1, soak: 3s }', '{ percentage: 1, soak: 3s, hold: true }');
    const app = OTHER ?? '';
    const started = await deployment.cli('start', planFile(app, held));
    expect(started.code, started.err).toBe(0);
    await until(handleOf(app), ({ stages }) => stages[0]?.state === 'holding', 60_000);
    for (const worker of workers.splice(0)) {
      const { code, ms } = await worker.end('SIGTERM');
      expect(code).toBe(0);
      expect(ms).toBeLessThan(35_000);
    }
    await deployment.cluster.stopServer('suddenly');
    await deployment.cluster.restoreFromBackup();
    // The job `databases` sets what the secret says now.
    chmodSync(join(deployment.cluster.secrets, 'temporal_password'), 0o600);
    writeFileSync(join(deployment.cluster.secrets, 'temporal_password'), 'another-password\n');
    await deployment.cluster.runJobs();
    await startTwoWorkers();
    const aborted = await deployment.cli('abort', app, '--by', 'ann', '--reason', 'a drill');
    expect(aborted.code, aborted.err).toBe(0);
    const result: ReleaseStatus = await handleOf(app).result();
    expect(result.outcome).toBe('reverted');
    expect(effects(app)).toEqual(['commit', 'submit_audit', 'grayrelease 1', 'revertgrayrelease']);
  }, 180_000);

  it('are replayed by the image, as before an upgrade', async () => {
    const replayed = await deployment.cli('replay', '--all');
    expect(replayed.code, replayed.err).toBe(0);
    expect(replayed.out).toContain('2 of 2 replay');
  }, 60_000);

  it('answer probes', async () => {
    expect(workers).toHaveLength(2);
    for (const worker of workers) {
      const [url = ''] = /http:[^\s"]+(?=\/livez)/.exec(worker.written()) ?? [];
      expect((await fetch(`${url}/livez`)).status).toBe(200);
      expect((await fetch(`${url}/readyz`)).status).toBe(200);
    }
  });

  it('end at SIGTERM with 0, within the time that the compose file gives them', async () => {
    for (const worker of workers.splice(0)) {
      const { code, ms } = await worker.end('SIGTERM');
      expect(code).toBe(0);
      expect(ms).toBeLessThan(35_000);
    }
  }, 90_000);
});

describe('the API', () => {
  it('is a process of its own: it lives, lets nobody in without a token, and ends at SIGTERM with 0', async () => {
    // The port of its container may be somebody else's on this machine.
    const [port = 0] = await freePorts(1);
    const api = deployment.start('api', {}, { '8790': `${port}` });
    await api.says('API listening');
    const ask = (path: string, headers: Record<string, string> = {}) =>
      fetch(`http://127.0.0.1:${port}${path}`, { headers });
    const [, probe = ''] = /:8790(\/\w+)'/.exec(service('api').healthcheck?.test.join(' ') ?? '') ?? [];
    expect((await ask(probe)).status).toBe(200);
    expect((await ask('/readyz')).status).toBe(200);
    expect((await ask(`/v1/releases/${HEALTHY}`)).status).toBe(401);
    const answer = await ask(`/v1/releases/${HEALTHY}`, { authorization: `Bearer ${deployment.token}` });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('"released"');
    expect((await api.end('SIGTERM')).code).toBe(0);
  });
});
