import { createServer } from 'node:http';
import { Registry } from 'prom-client';
import { describe, expect, it, onTestFinished } from 'vitest';
import { exposition } from '../../src/telemetry/exposition.js';
import { createMetrics } from '../../src/telemetry/metrics.js';
import { serverAnswers, type WorkerState, workerReadiness } from '../../src/telemetry/readiness.js';
import { serveTelemetry } from '../../src/telemetry/serve.js';

const LOCAL = { host: '127.0.0.1', port: 0 };
const RUNNING: WorkerState = {
  runState: 'RUNNING',
  workflowPollerState: 'POLLING',
  activityPollerState: 'POLLING',
};

async function serving(readiness = async () => ({ ready: true, why: 'polling' })) {
  const { registry } = createMetrics();
  const server = await serveTelemetry(LOCAL, { readiness, metrics: () => exposition(registry) }, () => {});
  if (server === null) throw new Error('no port is free');
  onTestFinished(() => server.close());
  return server.url;
}

describe('the server of probes and metrics', () => {
  it('says that the process lives, and what it measured', async () => {
    const url = await serving(() => new Promise(() => {}));
    const live = await fetch(`${url}/livez`);
    expect([live.status, await live.text()]).toEqual([200, 'ok\n']);
    const metrics = await fetch(`${url}/metrics?x=1`);
    expect(metrics.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await metrics.text()).toContain('# TYPE weapp_rollout_wechat_requests_total counter');
  });

  it('says why it is not ready', async () => {
    const url = await serving(async () => ({ ready: false, why: 'the worker is draining' }));
    const ready = await fetch(`${url}/readyz`);
    expect([ready.status, await ready.text()]).toEqual([503, 'the worker is draining\n']);
  });

  it('has nothing else, and only reads', async () => {
    const url = await serving();
    expect((await fetch(`${url}/debug`)).status).toBe(404);
    expect((await fetch(`${url}/livez`, { method: 'POST', body: 'x' })).status).toBe(405);
    const head = await fetch(`${url}/readyz`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  it('is no reason to stop where its address is taken: that is said', async () => {
    const other = createServer();
    await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
    onTestFinished(() => void other.close());
    const bound = other.address();
    const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
    const notes: string[] = [];
    const served = { readiness: async () => ({ ready: true, why: '' }), metrics: async () => '' };
    expect(await serveTelemetry({ ...LOCAL, port }, served, (text) => notes.push(text))).toBeNull();
    expect(notes).toEqual([expect.stringContaining(`127.0.0.1:${port} is taken, so /livez, /readyz and`)]);
  });

  it('answers a scrape also when the SDK’s exporter does not', async () => {
    expect(await exposition(new Registry(), 'http://127.0.0.1:9/metrics')).toContain(
      "# the SDK's exporter did not answer",
    );
  });
});

describe('a worker is ready', () => {
  const check = (state: WorkerState | null, answers = true) =>
    workerReadiness(
      () => state,
      async () => answers,
    )();

  it.each([
    ['no worker yet', null, true, 'starting'],
    ['told to stop', { ...RUNNING, runState: 'STOPPING' }, true, 'the worker is stopping'],
    ['draining', { ...RUNNING, runState: 'DRAINING' }, true, 'the worker is draining'],
    [
      'not polling',
      { ...RUNNING, workflowPollerState: 'FAILED' },
      true,
      'it does not poll for workflow tasks',
    ],
    [
      'no activities',
      { ...RUNNING, activityPollerState: 'SHUTDOWN' },
      true,
      'it does not poll for activities',
    ],
    ['without a server', RUNNING, false, 'the Temporal server does not answer'],
  ] as const)('not with %s', async (_name, state, answers, why) => {
    expect(await check(state, answers)).toEqual({ ready: false, why });
  });

  it('when it polls and the server answers', async () => {
    expect(await check(RUNNING)).toEqual({ ready: true, why: 'polling' });
  });

  it('not when it was told to stop while the server was asked', async () => {
    let state = RUNNING;
    const asked = async () => {
      state = { ...RUNNING, runState: 'STOPPING' };
      return true;
    };
    expect(await workerReadiness(() => state, asked)()).toMatchObject({ ready: false });
  });

  it('by an answer that is at most five seconds old', async () => {
    let [at, asked, up] = [0, 0, true];
    const answers = serverAnswers(
      {
        withDeadline: (_deadline, ask) => ask(),
        workflowService: {
          async getSystemInfo() {
            asked += 1;
            if (!up) throw new Error('unavailable');
          },
        },
      },
      () => at,
    );
    expect([await answers(), await answers(), asked]).toEqual([true, true, 1]);
    up = false;
    at = 5_000;
    expect([await answers(), asked]).toEqual([false, 2]);
  });
});
