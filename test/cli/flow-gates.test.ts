/** Gates, a rejection, a freeze and a rollback, by the command line; everything but WeChat is real. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newKeyPair } from '../../src/identity/keys.js';
import { describeWorkflows, uniqueAppId } from '../support/temporal.js';
import { type FlowScene, flowScene, HEALTHY, OLDER, worldFile } from './flow-scene.js';

const APP = uniqueAppId();

const ITEM =
  '{ address: pages/index/index, first_class: 工具, second_class: 备忘录, first_id: 1, second_id: 2 }';
const PLAN = `
app: ${APP}
version: 1.4.0
template: 42
trial: { approval: { approvers: [tester], claimed: true } }
audit:
  items: [${ITEM}]
  poll: 1s
rollout:
  stages:
    - { percentage: 1, soak: 3s }
    - { percentage: 10, soak: 10m, approval: { approvers: [alice, bob], timeout: 1h } }
    - { percentage: 100 }
  bake: 3s
  windows: { timezone: Asia/Shanghai, days: [mon, tue, wed, thu, fri, sat, sun], hours: 00:00-24:00 }
health:
  - name: js-error-rate
    provider: { prometheus: { address: env:PLAN_PROMETHEUS_URL, query: 'js_error_rate{app="{{app}}",version="{{version}}"}' } }
    interval: 1s
    thresholdRange: { max: 0.01 }
  - name: crash-rate
    provider: { push: {} }
    interval: 3m
    thresholdRange: { max: 0.01 }
    from: 10
    dryRun: true
`;
const WORLD = worldFile({ [APP]: { token: 'token-gates', lines: [OLDER, 'audit: never', HEALTHY] } });

describeWorkflows('gates, by the command line', () => {
  const { privateKey, publicKey } = newKeyPair();
  let scene: FlowScene;
  let key: string;
  const run: FlowScene['run'] = (...args) => scene.run(...args);
  const shown = async () => (await run('status', APP)).out;

  beforeAll(async () => {
    scene = await flowScene(`cli-${APP}`, WORLD, { identities: { alice: publicKey } });
    key = await scene.file('alice.pem', privateKey);
    await scene.workerUp();
    expect((await run('start', await scene.file('plan.yaml', PLAN), '--by', 'carol')).code).toBe(0);
  });
  afterAll(() => scene.close());

  it('a trial version waits for a tester, whose name is enough', async () => {
    await scene.until(APP, ({ gate }) => gate !== null);
    expect(await shown()).toContain(
      `QR code:       weapp-rollout wechat get_qrcode --app ${APP} --output-file trial.jpg`,
    );
    expect((await run('status', APP, '--exit-code')).code).toBe(5);
    expect(await run('approve', APP, '--by', 'eve')).toMatchObject({
      code: 1,
      err: expect.stringContaining('eve is not among the approvers of the trial version: tester'),
    });
    expect(await run('rollback', APP, '--to', '1.2.0')).toMatchObject({
      code: 1,
      err: expect.stringContaining('rollback is for a release that bakes or is closed; 1.4.0 is preparing'),
    });
    const approved = await run('approve', APP, '--gate', 'trial', '--as', 'tester');
    expect(approved).toMatchObject({ code: 0, out: expect.stringContaining('approve: approved') });
    expect(approved.err).toContain('recorded as tester (a name that is only claimed), through an Update');
  });

  it('a rejection waits for a resubmission, with corrected items', async () => {
    await scene.until(APP, ({ audit }) => audit.state === 'auditing');
    scene.wechat.simulator.control.audit({ app: APP, verdict: 'reject', reason: '1:截图不清<br>2:缺少类目' });
    await scene.until(APP, ({ audit }) => audit.state === 'rejected');
    expect(await shown()).toMatch(/Rejected: +✖ 1:截图不清 2:缺少类目; a resubmit is waited for until/);
    expect((await run('status', APP, '--exit-code')).code).toBe(5);

    const wrong = await scene.file('wrong.yaml', `- ${ITEM.replace('first_class', 'frist_class')}`);
    const refused = await run('resubmit', APP, '--items', wrong);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain('did you mean first_class?');

    const items = await scene.file('items.yaml', `- ${ITEM}`);
    expect((await run('resubmit', APP, '--items', items)).code).toBe(0);
    // The trial is asked for again: what was agreed to was something else.
    await scene.until(APP, ({ gate, audit }) => gate !== null || audit.state === 'auditing');
    await run('approve', APP, '--as', 'tester');
    await scene.until(APP, ({ audit }) => audit.state === 'auditing');
    scene.wechat.simulator.control.audit({ app: APP, verdict: 'approve' });
  });

  it('a stage waits for a signature of somebody whom the worker knows', async () => {
    await scene.until(APP, ({ gate }) => gate?.gate === 'stage:1');
    expect(await shown()).toMatch(/Approval: +॥ 10 % waits for 1 of alice, bob; asked .*, until .* left\)/);
    expect(await run('approve', APP, '--as', 'alice')).toMatchObject({
      code: 1,
      err: expect.stringContaining('alice is only a claimed name, and this gate counts signed approvals'),
    });
    expect(await run('approve', APP, '--as', 'bob', '--key', key)).toMatchObject({
      code: 1,
      err: expect.stringContaining('approve by bob does not count'),
    });
    const approved = await run('approve', APP, '--as', 'alice', '--key', key);
    expect(approved).toMatchObject({
      code: 0,
      out: expect.stringContaining('the signature of alice is verified and counts'),
    });
    await scene.until(APP, ({ percentage }) => percentage === 10);
    expect(await shown()).toMatch(/Window: +open, closes in .* Asia\/Shanghai\)/);
  });

  it('a report is judged, or it is said why it was ignored', async () => {
    expect(await run('report', APP, '--metric', 'crash-rate', '--value', '0.5')).toMatchObject({
      code: 0,
      out: 'report: fail: crash-rate: 0.5 > max 0.01\n',
    });
    expect(await run('report', APP, '--metric', 'js-error-rate', '--value', '0')).toMatchObject({
      code: 1,
      err: expect.stringContaining('healthReport ignored: js-error-rate is not a pushed metric'),
    });
    expect((await run('report', APP, '--metric', 'crash-rate')).code).toBe(2);
    expect((await run('report', APP, '--metric', 'crash-rate', '--value', '0')).code).toBe(0);
  });

  it('a freeze keeps the next stage from beginning, and an override lets it begin', async () => {
    expect((await run('freeze', APP, '--for', '2d')).code).toBe(2);
    const frozen = await run('freeze', APP, '--for', '2d', '--reason', 'national holiday');
    expect(frozen).toMatchObject({ code: 0, out: expect.stringContaining('freeze: no stage begins until') });
    await run('promote', APP, '--expect', '10');
    expect(await shown()).toMatch(/Frozen: +॥ by alice, until .* left\): national holiday/);
    // Nobody is asked for anything: it goes on by itself.
    expect((await run('status', APP, '--exit-code')).code).toBe(0);
    expect((await run('unfreeze', APP, '--override', '--reason', 'hotfix')).code).toBe(0);
  });

  it('a closed release is taken back by a rollback of its own', async () => {
    await scene.until(APP, ({ outcome }) => outcome === 'released');
    expect(await run('rollback', APP, '--to', '1.4.0')).toMatchObject({
      code: 2,
      err: expect.stringContaining('1.4.0 is the version that is online'),
    });
    const order = ['rollback', APP, '--to', '1.3.0', '--reason', 'payments fail', '--command-id', 'back'];
    const back = await run(...order, '--watch');
    expect(back.err).toBe('');
    expect(back.code).toBe(3);
    expect(back.out).toContain(`✔ started the rollback of 1.4.0 to 1.3.0 for ${APP}`);
    expect(back.out).toContain('rolledBack from 100 %: payments fail (alice); everyone has 1.3.0');
    expect(await shown()).toContain('Why:           ✖ payments fail, at 100 % of users\n');
    expect((await run('list', '--all')).out).toMatch(new RegExp(`${APP} +1\\.4\\.0 → 1\\.3\\.0 +rolledBack`));
    const again = await run(...order, '--watch');
    expect([again.code, again.err]).toEqual([3, '']);
    expect(again.out).toContain(
      `✔ was started before, with this command id: the rollback of 1.4.0 to 1.3.0 for ${APP}`,
    );
    // What is online now, the last release does not say.
    expect(await run('rollback', APP, '--to', '1.2.0')).toMatchObject({
      code: 2,
      err: expect.stringContaining('say which is with --from VERSION'),
    });
  });
});
