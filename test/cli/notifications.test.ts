/** `notifications test` and `check` as a user has them, and what status shows of messages that did not arrive. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HIDDEN, type Robots, startRobots } from '../notify/robots.js';
import { describeWithServer } from '../support/temporal.js';
import { type FlowScene, flowScene } from './flow-scene.js';

const APP = 'wx00000000000000f1';
const WORLD = `templates: [{ id: 42 }]
apps:
  ${APP}:
    token: token-f1
    online: { version: 1.3.0, appVersion: 13, released: 30d }
    categories: [{ first_class: 工具, second_class: 备忘录, first_id: 1, second_id: 2 }]
    audit: { approveAfter: 0s }
`;
const PLAN = `app: ${APP}
version: 1.4.0
template: 42
audit:
  items: [{ address: pages/index/index, tag: a, first_class: 工具, second_class: 备忘录, first_id: 1, second_id: 2, title: 首页 }]
rollout:
  stages:
    - { percentage: 1, hold: true }
    - { percentage: 100 }
health: none
`;
const NOTIFY = `notify:
  - wecom: { webhook: env:PLAN_WECOM }
  - feishu: { webhook: env:PLAN_FEISHU, secret: env:PLAN_WEBHOOK_SECRET }
  - dingtalk: { webhook: env:PLAN_NOWHERE }
`;

describeWithServer('the channels of a plan', () => {
  let scene: FlowScene;
  let robots: Robots;
  let plan = '';

  beforeAll(async () => {
    robots = await startRobots();
    scene = await flowScene('notifications', WORLD, {}, robots.env);
    plan = await scene.file('plan.yaml', `${PLAN}${NOTIFY}`);
    await scene.workerUp();
  });
  afterAll(async () => {
    await scene.close();
    await robots.close();
  });

  it('are each sent a message that says of itself that it is a test, or told why not', async () => {
    const { code, out, err } = await scene.run('notifications', 'test', plan);
    expect(out).toMatch(/^✔ channel 1 \(wecom\) {2}sent: see whether it arrived$/m);
    expect(out).toMatch(
      /^✖ channel 2 \(feishu\) {2}not sent: it answered 19021 sign match fail.*\n {2}secret must be/m,
    );
    expect(out).toMatch(/^✖ channel 3 \(dingtalk\) {2}not sent: .*env:PLAN_NOWHERE.*\n {2}set PLAN_NOWHERE/m);
    expect(code).toBe(1);
    for (const hidden of HIDDEN) expect(out + err).not.toContain(hidden);
    expect(robots.arrived.map(({ text }) => text)).toEqual([
      expect.stringContaining('1.4.0: a test message'),
    ]);
  });

  it('can be tried one by one, and as JSON', async () => {
    const { code, out } = await scene.run(
      'notifications',
      'test',
      plan,
      '--channel',
      '1',
      '--output',
      'json',
    );
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      ok: true,
      channels: [{ channel: 1, kind: 'wecom', result: { sent: true } }],
    });
  });

  it('that are not there are refused with those that are', async () => {
    const none = await scene.run('notifications', 'test', await scene.file('none.yaml', PLAN));
    expect(none).toMatchObject({ code: 2, err: expect.stringContaining('names nobody to tell') });
    const fourth = await scene.run('notifications', 'test', plan, '--channel', '4');
    expect(fourth).toMatchObject({ code: 2, err: expect.stringContaining('channel 3 (dingtalk)') });
    expect(await scene.run('notifications', 'test', plan, '--channel', 'x')).toMatchObject({ code: 2 });
  });

  it('are looked at by check, which sends nothing and refuses nothing for them', async () => {
    const sent = robots.requests.length;
    const { code, out } = await scene.run('check', plan);
    expect(out).toMatch(/✔ notify channel 1 \(wecom\) +can be reached/);
    expect(out).toMatch(
      /→ notify channel 3 \(dingtalk\) +nothing can be sent: .*env:PLAN_NOWHERE.*A release goes on without/,
    );
    expect(code).toBe(0);
    expect(robots.requests).toHaveLength(sent);
  });

  it('that could not be reached are a notice of the status, with the reason', async () => {
    await scene.run('start', plan);
    await scene.until(APP, ({ stages }) => stages[0]?.state === 'holding');
    await scene.run('pause', APP, '--reason', 'lunch');
    await scene.until(
      APP,
      ({ notifications }) => notifications?.channels.every(({ waiting }) => waiting === 0) ?? false,
    );
    const { out } = await scene.run('status', APP);
    expect(out).toContain(
      '1 message was not sent to channel 3 (dingtalk); the last: the plan refers to env:PLAN_NOWHERE',
    );
    expect(robots.arrived.at(-1)?.text).toContain('1.4.0: paused at 1 %');
    await scene.run('abort', APP);
  });
});
