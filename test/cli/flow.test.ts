/** The commands against a real Temporal server, a real worker and the simulated WeChat, as a user gives them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWorkflows, uniqueAppId } from '../support/temporal.js';
import { APPROVED, type FlowScene, flowScene, worldFile } from './flow-scene.js';

const APP = uniqueAppId();

const PLAN = `
app: ${APP}
version: 1.4.0
description: New checkout
template: 42
audit:
  items: [{ address: pages/index/index, tag: 工具 备忘, first_class: 工具, second_class: 备忘录, first_id: 1, second_id: 2, title: 首页 }]
  poll: 1s
rollout:
  stages: [{ percentage: 1, soak: 10m }, { percentage: 10, soak: 1m, hold: true }, { percentage: 100 }]
  bake: 4s
health:
  - name: js-error-rate
    provider: { prometheus: { address: env:PLAN_PROMETHEUS_URL, query: 'js_error_rate{app="{{app}}",version="{{version}}"}' } }
    interval: 1s
    thresholdRange: { max: 0.01 }
    minSamples: { query: 'launches{app="{{app}}",version="{{version}}"}', atLeast: 10 }
`;
const LAUNCHES =
  '{ js_error_rate: [{ version: 1.4.0, value: 0.002 }], launches: [{ version: 1.4.0, perPercent: 400 }] }';
const WORLD = worldFile({ [APP]: { token: 'token-flow', lines: [APPROVED, `metrics: ${LAUNCHES}`] } });

describeWorkflows('a release, by the command line', () => {
  let scene: FlowScene;
  let plan: string;
  const run: FlowScene['run'] = (...args) => scene.run(...args);
  const background: FlowScene['background'] = (...args) => scene.background(...args);
  const until = (what: Parameters<FlowScene['until']>[1]) => scene.until(APP, what);

  beforeAll(async () => {
    scene = await flowScene(`cli-${APP}`, WORLD);
    plan = await scene.file('plan.yaml', PLAN);
  });
  afterAll(() => scene.close());

  it('starts with no worker up, once for each app', async () => {
    const none = await run('status', APP);
    expect(none).toMatchObject({ code: 1, err: expect.stringContaining(`there is no release of ${APP}`) });

    const started = await run('start', plan, '--output', 'json');
    expect(started.code).toBe(0);
    expect(JSON.parse(started.out)).toMatchObject({
      app: APP,
      version: '1.4.0',
      workflowId: `release:${APP}`,
    });

    const again = await run('start', plan);
    expect(again.code).toBe(1);
    expect(again.err).toContain('is running already');
    expect(again.err).toContain(`weapp-rollout status ${APP}`);
  });

  it('status and list tell what the server knows while no worker answers', async () => {
    const status = await run('status', APP);
    expect(status.code).toBe(0);
    expect(status.out).toContain('no worker answers');
    expect(status.out).toContain('Version:   1.4.0');
    const list = await run('list');
    expect(list.out).toMatch(new RegExp(`${APP} +1\\.4\\.0 +running`));
  });

  it('a pause is kept by Temporal until a worker acts on it; so is the others’ call', async () => {
    const pause = background('pause', APP, '--reason', 'support is busy');
    const promote = background('promote', APP, '--expect', '1');
    await sleep(2_500);
    expect(pause.cli.stderr()).toContain('accepted by Temporal; waiting for a worker to act on it');
    expect(promote.cli.stderr()).toContain('no worker has answered yet');
    promote.cli.interrupt();
    expect(await promote.code).toBe(1);
    expect(promote.cli.stderr()).toContain('promote may still be applied when a worker comes up');
    await scene.workerUp();
    expect(await pause.code).toBe(0);
    expect(pause.cli.stdout()).toContain('pause: paused; health is still watched');
    const status = await run('status', APP, '--exit-code');
    expect(status.code).toBe(5);
    expect(status.out).toContain('by alice');
    // The server's lists lag behind.
    await expect
      .poll(async () => (await run('list', '--paused', '--limit', '1')).out, { timeout: 10_000 })
      .toMatch(new RegExp(`${APP} .*, paused`));
    expect((await run('list', '--attention')).out).toBe('');
  });

  it('resumes, and refuses what does not fit with JSON to paste', async () => {
    expect(await run('resume', APP, '--reason', 'quiet again')).toMatchObject({
      code: 0,
      out: expect.stringContaining('resumed'),
    });
    expect(await run('resume', APP)).toMatchObject({
      code: 1,
      err: expect.stringContaining('resume refused: it is not paused'),
    });
    await until(({ percentage }) => percentage === 1);
    const early = await run('promote', APP, '--expect', '10');
    expect(early.code).toBe(1);
    expect(early.err).toContain('send {"expect":1,"by":"you","reason":"why"}');
    expect(await run('retry', APP)).toMatchObject({
      code: 1,
      err: expect.stringContaining('needs a person'),
    });
  });

  it('the same command id is not done twice', async () => {
    const first = await run('pause', APP, '--command-id', 'once', '--reason', 'first');
    const second = await run('pause', APP, '--command-id', 'once', '--reason', 'second');
    expect([first.code, second.code]).toEqual([0, 0]);
    const { out } = await run('status', APP, '--output', 'json');
    const { paused, commands } = JSON.parse(out);
    expect(paused).toEqual([expect.objectContaining({ reason: 'first', by: 'alice' })]);
    expect(commands.filter((command: { id: string }) => command.id === 'once')).toHaveLength(1);
    await run('resume', APP);
  });

  it('shows what the guard has measured since the release last decided', async () => {
    await sleep(1_500);
    expect((await run('status', APP)).out).toMatch(/✔ js-error-rate {2}pass {2}0\.002/);
  });

  it('promotes; Ctrl-C ends only the watching', async () => {
    expect((await run('promote', APP, '--expect', '1', '--by', 'bob')).code).toBe(0);
    await until(({ percentage }) => percentage === 10);
    const watching = background('status', APP, '--watch');
    await sleep(1_500);
    watching.cli.interrupt();
    expect(await watching.code).toBe(0);
    expect(watching.cli.stdout()).toContain('decision promote: no reason given (bob, update)');
    expect(watching.cli.stderr()).toContain('stopped watching; the release goes on');
  });

  it('aborts; the watching ends with the outcome’s code', async () => {
    const log = background('status', APP, '--watch');
    const json = background('status', APP, '--watch', '--output', 'json');
    await sleep(1_000);
    const abort = await run('abort', APP, '--reason', 'wrong template');
    expect(abort).toMatchObject({ code: 0, out: expect.stringContaining('abort: users are taken back') });
    expect([await log.code, await json.code]).toEqual([3, 3]);
    expect(log.cli.stdout()).toMatch(/Z {2}reverted from \d+ %: wrong template \(alice\)/);
    const lines = json.cli.stdout().trim().split('\n');
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ phase: 'closed', outcome: 'reverted' });
  });

  it('a closed release is read with no worker up; commands say how it ended', async () => {
    await scene.stopWorker();
    const status = await run('status', APP, '--exit-code');
    expect(status.code).toBe(3);
    expect(status.out).toContain('✖ reverted');
    for (const verb of ['pause', 'abort', 'resume', 'promote', 'give-up'])
      expect(await run(verb, APP)).toMatchObject({
        code: 1,
        err: expect.stringMatching(/this release is closed: reverted from \d+ %: wrong template/),
      });
    expect((await run('list')).out).not.toContain(APP);
    expect((await run('list', '--all')).out).toMatch(new RegExp(`${APP} +1\\.4\\.0 +reverted +0 %`));
    // What ended is closed: nobody has to say --all with it.
    await expect
      .poll(async () => (await run('list', '--outcome', 'reverted', '--version', '1.4.0')).out, {
        timeout: 10_000,
      })
      .toContain(APP);
    expect((await run('list', '--phase', 'closed', '--app', APP)).out).toContain(APP);
    for (const other of [['--version', '1.5.0'], ['--outcome', 'released'], ['--app', 'wx1'], ['--paused']])
      expect((await run('list', '--all', ...other)).out).toBe('');
  });

  it('check waits for a worker, then tells what it found', async () => {
    const check = background('check', plan);
    await sleep(2_500);
    expect(check.cli.stderr()).toContain('waiting for a worker');
    await scene.workerUp();
    expect(await check.code).toBe(0);
    expect(check.cli.stdout()).toContain('✔ online version');
    expect(check.cli.stdout()).toContain('a start would go on from here');

    const online = await scene.file('online.yaml', PLAN.replace('version: 1.4.0', 'version: 1.3.0'));
    const refused = await run('check', online);
    expect(refused.code).toBe(2);
    expect(refused.out).toContain('✖ online version');
    expect(refused.out).toContain('a start would be refused');
  });
});
