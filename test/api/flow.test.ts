/** A release from its start to its end and beyond, through the HTTP API; everything but WeChat is real. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { evidenceSchema } from '../../src/releases/evidence/schema.js';
import { statusSchema } from '../../src/releases/status-schema.js';
import { APPROVED, HEALTHY, OLDER, worldFile } from '../cli/flow-scene.js';
import { describeWorkflows, uniqueAppId } from '../support/temporal.js';
import { type ApiScene, apiScene, FOREIGN_APP } from './api-scene.js';

const APP = uniqueAppId();
const PLAN = `
app: ${APP}
version: 1.4.0
template: 42
audit:
  items: [{ address: pages/index/index, first_class: 工具, second_class: 备忘录, first_id: 1, second_id: 2 }]
  poll: 1s
rollout:
  stages:
    - { percentage: 1, hold: true }
    - { percentage: 10, hold: true, approval: { approvers: [bob, ann], timeout: 1h } }
    - { percentage: 100 }
  bake: 3s
health:
  - name: crash-rate
    provider: { push: {} }
    interval: 1h
    thresholdRange: { max: 0.01 }
    from: 1
    dryRun: true
  - name: js-error-rate
    provider: { prometheus: { address: env:PLAN_PROMETHEUS_URL, query: 'js_error_rate{app="{{app}}",version="{{version}}"}' } }
    interval: 1s
    thresholdRange: { max: 0.01 }
`;
const WORLD = worldFile({ [APP]: { token: 'token-api', lines: [OLDER, APPROVED, HEALTHY] } });
const YAML = { 'content-type': 'application/yaml' };
const RELEASE = `/v1/releases/${APP}`;

describeWorkflows('a release, through the API', () => {
  let scene: ApiScene;
  const ask: ApiScene['ask'] = (...args) => scene.ask(...args);
  const bob = () => ({ token: scene.tokens.bob });
  let run = '';

  beforeAll(async () => {
    scene = await apiScene(`api-${APP}`, WORLD, { api: { limits: { healthReports: 5, streams: 2 } } });
  });
  afterAll(() => scene.close());

  // biome-ignore lint/suspicious/noExplicitAny: a status
  async function until(what: (status: any) => boolean) {
    for (;;) {
      const { body } = await ask(RELEASE);
      if (body.status !== null && what(body.status)) return body.status;
      await sleep(200);
    }
  }

  it('a plan is judged: its problems have path, line and remedy, its stages have their time', async () => {
    const good = await ask('/v1/lint', { body: PLAN, headers: YAML });
    expect(good).toMatchObject({
      status: 200,
      body: { ok: true, problems: [], timeline: expect.any(Array) },
    });
    const bad = await ask('/v1/releases', {
      body: PLAN.replace('percentage: 10,', 'percentage: ten,'),
      headers: YAML,
    });
    expect(bad).toMatchObject({
      status: 422,
      body: {
        kind: 'invalidPlan',
        errors: [
          expect.objectContaining({
            path: 'rollout.stages[1].percentage',
            line: 11,
            remedy: expect.any(String),
          }),
        ],
      },
    });
    expect(bad.headers.get('content-type')).toContain('application/problem+json');
    const secret = await ask('/v1/releases', {
      body: PLAN.replace('env:PLAN_PROMETHEUS_URL', 'env:DATABASE_URL'),
      headers: YAML,
    });
    expect(secret).toMatchObject({
      status: 422,
      body: { errors: [expect.objectContaining({ path: expect.stringContaining('address') })] },
    });
  });

  it('is started once, however often it is asked for', async () => {
    const headers = { ...YAML, 'idempotency-key': 'build-1' };
    const all = await Promise.all(
      Array.from({ length: 8 }, () => ask('/v1/releases', { body: PLAN, headers })),
    );
    expect(all.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 200, 200, 200, 200, 201]);
    const runs = new Set(all.map(({ body }) => body.runId));
    expect(runs.size).toBe(1);
    [run = ''] = runs;
    expect(all[0]?.headers.get('location')).toBe(`${RELEASE}?run=${run}`);
    expect(
      await ask('/v1/releases', { body: PLAN, headers: { ...headers, 'idempotency-key': 'build-2' } }),
    ).toMatchObject({
      status: 409,
      body: { kind: 'running', detail: expect.stringContaining('is running already') },
    });
    expect(await ask('/v1/releases', { body: PLAN.replace('1.4.0', '1.4.1'), headers })).toMatchObject({
      status: 422,
      body: { kind: 'keyReused' },
    });
  });

  it('is not to be had with someone else’s token', async () => {
    const { out, vic, late } = scene.tokens;
    expect((await ask(RELEASE, { token: out })).status).toBe(403);
    expect((await ask('/v1/releases', { token: out, body: PLAN, headers: YAML })).status).toBe(403);
    expect((await ask('/v1/releases', { token: vic, body: PLAN, headers: YAML })).status).toBe(403);
    expect((await ask(`${RELEASE}/abort`, { token: vic, body: {} })).status).toBe(403);
    expect((await ask(RELEASE, { token: late })).status).toBe(401);
    expect((await ask('/v1/releases?state=all', { token: out })).body).toEqual({ releases: [], next: null });
    expect((await ask(`/v1/releases/${FOREIGN_APP}`, { token: out })).status).toBe(404);
  });

  it('with no worker up tells what the server knows, and keeps a pause', async () => {
    expect(await ask(RELEASE)).toMatchObject({
      status: 200,
      body: { kind: 'silent', runId: run, status: null, why: expect.stringContaining('no worker answers') },
    });
    const headers = { prefer: 'wait=1', 'idempotency-key': 'pause-1' };
    const paused = await ask(`${RELEASE}/pause`, { body: { reason: 'not yet' }, headers });
    expect(paused).toMatchObject({
      status: 202,
      body: { accepted: null, commandId: 'pause-1', message: 'kept by Temporal; a worker will act on it' },
    });
    expect(await ask(`${RELEASE}/resume`, { body: {}, headers: { prefer: 'wait=1' } })).toMatchObject({
      status: 202,
    });
  });

  it('acts on it when a worker is up, by whom the token is of', async () => {
    await scene.flow.workerUp();
    const status = await until(({ commands }) => commands.some(({ id }: { id: string }) => id === 'pause-1'));
    expect(status.startedBy).toBe('ann');
    expect(status.decisions).toContainEqual(
      expect.objectContaining({ by: 'ann', what: 'pause', why: 'not yet' }),
    );
    // Sent again it is not done twice, and the release is not paused a second time.
    await ask(`${RELEASE}/resume`, { body: { reason: 'go' } });
    expect(
      await ask(`${RELEASE}/pause`, { body: {}, headers: { 'idempotency-key': 'pause-1' } }),
    ).toMatchObject({ status: 200 });
    expect((await until(({ paused }) => paused.length === 0)).paused).toEqual([]);
  });

  it('tells live what happens, and ends a stream with the release', async () => {
    const stream = await events();
    await until(({ stages }) => stages[0].state === 'holding');
    const held = await stream.until(
      ({ event, data }) => event === 'status' && data.stages[0].state === 'holding',
    );
    expect(statusSchema.parse(held.data)).toMatchObject({ app: APP, percentage: 1 });
    const another = await events();
    expect((await ask(`${RELEASE}/events`)).status).toBe(429);
    another.close();
    stream.close();
  });

  it('refuses what does not fit, in the release’s own words', async () => {
    for (const verb of ['pause', 'promote', 'healthReport']) {
      const body = verb === 'promote' ? { expect: 1 } : verb === 'pause' ? {} : { metric: 'm', value: 1 };
      expect(await ask(`${RELEASE}/${verb}?run=abc`, { body })).toMatchObject({
        status: 400,
        body: { errors: [{ path: 'query.run' }] },
      });
      const other = `${RELEASE}/${verb}?run=0198b1d5-7d8b-7d8b-8f5b-850f1c7f5bb7`;
      expect(await ask(other, { body })).toMatchObject({ status: 404, body: { kind: 'noRelease' } });
    }
    expect(await ask(`${RELEASE}/promote`, { body: { expect: 50 } })).toMatchObject({
      status: 409,
      body: { kind: 'refused', detail: expect.stringContaining('{"expect":1') },
    });
    expect(await ask(`${RELEASE}/promote`, { body: {} })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'body.expect', message: expect.any(String) }] },
    });
    expect(await ask(`${RELEASE}/approve`, { ...bob(), body: {} })).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('no gate') },
    });
  });

  it('takes reports, not too many', async () => {
    const report = { metric: 'crash-rate', value: 0.001, samples: 900 };
    expect(await ask(`${RELEASE}/healthReport`, { body: report })).toMatchObject({ status: 202 });
    expect(await ask(`${RELEASE}/healthReport`, { body: { metric: 'crash-rate' } })).toMatchObject({
      status: 400,
    });
    await until(({ health }) => health[0].value === 0.001);
    await ask(`${RELEASE}/healthReport`, { body: report });
    const last = await ask(`${RELEASE}/healthReport`, { body: report });
    expect([last.status, last.body.kind]).toEqual([429, 'tooMany']);
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('is approved by whom the token is of, whom the API vouches for; never by who started it', async () => {
    expect((await ask(`${RELEASE}/promote`, { body: { expect: 1 } })).status).toBe(200);
    await until(({ gate }) => gate !== null);
    expect((await ask(`${RELEASE}/approve`, { body: {} })).status).toBe(403);
    expect(await ask(`${RELEASE}/approve`, { token: scene.tokens.ada, body: {} })).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('ada is not among the approvers') },
    });
    const approved = await ask(`${RELEASE}/approve`, { ...bob(), body: { reason: 'tried it' } });
    expect(approved).toMatchObject({
      status: 200,
      body: { message: 'the signature of bob is verified and counts' },
    });
    const status = await until(({ percentage }) => percentage === 10);
    expect(status.decisions).toContainEqual(
      expect.objectContaining({ by: 'bob', what: 'approve verified', authenticated: true }),
    );
  });

  it('is aborted: users go back, and everything about it can be read afterwards', async () => {
    const stream = await events();
    expect(await ask(`${RELEASE}/abort`, { body: { reason: 'wrong template' } })).toMatchObject({
      status: 200,
    });
    expect(await stream.until(({ event }) => event === 'end')).toMatchObject({
      data: { kind: 'closed', outcome: 'reverted' },
    });
    expect(await ask(RELEASE)).toMatchObject({ body: { kind: 'closed', status: { outcome: 'reverted' } } });
    expect(evidenceSchema.parse((await ask(`${RELEASE}/evidence`)).body)).toMatchObject({
      startedBy: 'ann',
      outcome: 'reverted',
    });
    expect((await ask(`${RELEASE}/history`)).body.decisions.length).toBeGreaterThan(5);
    expect((await ask(`${RELEASE}/runs`)).body.runs).toMatchObject([{ runId: run, outcome: 'reverted' }]);
    expect(await ask(`${RELEASE}/pause`, { body: {} })).toMatchObject({
      status: 409,
      body: { kind: 'closed' },
    });
    expect(await ask('/v1/releases?state=closed&outcome=reverted')).toMatchObject({
      body: { releases: [{ runId: run }] },
    });
  });

  it('that is over is not begun again by the same request; by a new key it is', async () => {
    const again = await ask('/v1/releases', {
      body: PLAN,
      headers: { ...YAML, 'idempotency-key': 'build-1' },
    });
    expect(again).toMatchObject({ status: 200, body: { runId: run, repeated: true } });
    const next = await ask('/v1/releases', {
      body: PLAN,
      headers: { ...YAML, 'idempotency-key': 'build-3' },
    });
    expect(next).toMatchObject({ status: 201, body: { repeated: false } });
    expect(
      (await ask('/v1/releases', { body: PLAN, headers: { ...YAML, 'idempotency-key': 'build-1' } })).body
        .runId,
    ).toBe(run);
    await ask(`${RELEASE}/abort`, { body: {} });
    await until(({ outcome }) => outcome !== null);
  });

  it('leaves no secret in the API’s log', () => {
    const secrets = [...Object.values(scene.tokens), 'token-api', 'BEGIN PRIVATE KEY'];
    expect(secrets.filter((secret) => scene.log.join('').includes(secret))).toEqual([]);
  });

  /** Reads a stream of events. */
  async function events() {
    const stop = new AbortController();
    const { body } = await fetch(`${scene.url}${RELEASE}/events`, {
      headers: { authorization: `Bearer ${scene.tokens.ann}` },
      signal: stop.signal,
    });
    const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    // biome-ignore lint/suspicious/noExplicitAny: whatever an event tells
    const until = async (what: (event: { event: string; data: any }) => boolean) => {
      for (;;) {
        const blocks = text.split('\n\n');
        text = blocks.pop() ?? '';
        for (const block of blocks) {
          const [, event = ''] = /^event: (.*)$/m.exec(block) ?? [];
          const [, data = 'null'] = /^data: (.*)$/m.exec(block) ?? [];
          const told = { event, data: JSON.parse(data) };
          if (event !== '' && what(told)) return told;
        }
        const { value, done } = (await reader?.read()) ?? { value: '', done: true };
        if (done) throw new Error('the stream ended');
        text += value;
      }
    };
    return { until, close: () => stop.abort() };
  }
});
