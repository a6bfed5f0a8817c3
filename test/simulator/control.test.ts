import { afterEach, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../src/simulator/server.js';
import { APP, HOUR, open, post, worldWith } from './helpers.js';

describe('GET /_simulator/state', () => {
  it('shows an app, with who is served what', async () => {
    const { url, approved, gray } = await open();
    await approved();
    await gray(10);
    const response = await fetch(`${url}/_simulator/state?app=${APP}`);
    expect(await response.json()).toMatchObject({
      appid: APP,
      gray: { status: 1, percentage: 10 },
      serving: { '1.3.0': 90, '1.4.0': 10 },
    });
  });

  it('is a copy', async () => {
    const { control } = await open();
    control.state(APP).previous.length = 0;
    expect(control.state(APP).previous).toHaveLength(1);
  });
});

describe('POST /_simulator/audit', () => {
  it('approves, rejects or delays the audit that runs', async () => {
    const { url, call, submitted } = await open(worldWith({ audit: 'never' }));
    await submitted();
    await post(url, 'audit', { app: APP, verdict: 'delay', reason: 'later' });
    expect(await call('get_latest_auditstatus')).toMatchObject({ status: 4, reason: 'later' });
    await post(url, 'audit', { app: APP, verdict: 'reject', reason: 'no', screenshot: 'm1' });
    expect(await call('get_latest_auditstatus')).toMatchObject({ status: 1, reason: 'no', screenshot: 'm1' });
    expect(await post(url, 'audit', { app: APP, verdict: 'approve' })).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining('has no audit running; call submit_audit first') as string },
    });
  });

  it('comes instead of the verdict that the world had in store', async () => {
    const { call, submitted, control, pass } = await open(worldWith({ audit: { approveAfter: '1h' } }));
    await submitted();
    control.audit({ app: APP, verdict: 'reject', reason: 'no' });
    pass(2 * HOUR);
    expect(await call('get_latest_auditstatus')).toMatchObject({ status: 1 });
  });
});

describe('POST /_simulator/console', () => {
  /** A plan at 10 %, and a button pressed over HTTP. */
  async function withPlan() {
    const simulator = await open();
    await simulator.approved();
    await simulator.gray(10);
    const press = (action: string, more = {}) =>
      post(simulator.url, 'console', { app: APP, action, ...more });
    return { ...simulator, press };
  }

  it('pauses and resumes the plan', async () => {
    const { press, plan } = await withPlan();
    await press('pause');
    expect(await plan()).toMatchObject({ status: 2 });
    expect(await press('pause')).toMatchObject({ status: 400 });
    await press('resume');
    expect(await plan()).toMatchObject({ status: 1 });
    expect(await press('resume')).toMatchObject({ status: 400 });
  });

  it('deletes the plan', async () => {
    const { press, plan } = await withPlan();
    await press('delete');
    expect(await plan()).toMatchObject({ status: 4 });
  });

  it('finishes the plan: everyone has the version', async () => {
    const { press, plan, online } = await withPlan();
    await press('finish');
    expect(await plan()).toMatchObject({ status: 3, gray_percentage: 100 });
    expect(await online()).toBe('1.4.0');
  });

  it('advances the plan, only upwards', async () => {
    const { press, plan } = await withPlan();
    expect(await press('advance', { percentage: 10 })).toMatchObject({ status: 400 });
    await press('advance', { percentage: 30 });
    expect(await plan()).toMatchObject({ status: 1, gray_percentage: 30 });
  });

  it('publishes another version, but not while a plan runs', async () => {
    const { press, online } = await withPlan();
    expect(await press('publish', { version: '9.9.9' })).toMatchObject({ status: 400 });
    await press('delete');
    await press('publish', { version: '9.9.9' });
    expect(await online()).toBe('9.9.9');
  });

  it('is told as an event, not as an effect of a request', async () => {
    const { press, control } = await withPlan();
    await press('pause');
    const { effects, events } = control.ledger(APP);
    expect(events.map(({ what }) => what)).toEqual(['auditApproved', 'consolePause']);
    expect(effects.map(({ endpoint }) => endpoint)).toEqual(['commit', 'submit_audit', 'grayrelease']);
  });

  it('has nothing to press without a plan', async () => {
    const { url } = await open();
    expect(await post(url, 'console', { app: APP, action: 'pause' })).toMatchObject({ status: 400 });
  });
});

describe('POST /_simulator/clock', () => {
  const running: Simulator[] = [];
  afterEach(() => Promise.all(running.splice(0).map((simulator) => simulator.close())));

  it("advances the simulator's own clock, and what became due happens", async () => {
    const simulator = await startSimulator({ world: worldWith({ experience: { version: '1.4.0' } }) });
    running.push(simulator);
    const { url, control } = simulator;
    await fetch(`${url}/wxa/submit_audit?access_token=token-healthy`, { method: 'POST', body: '{}' });
    const before = Date.now();
    const { body } = await post(url, 'clock', { advance: '2h' });
    expect(body.now).toBeGreaterThanOrEqual(before + 2 * HOUR);
    expect(control.state(APP).audits).toMatchObject([{ status: 0 }]);
    expect(await post(url, 'clock', { advance: '3650d' })).toMatchObject({ status: 200 });
  });

  it('leaves a clock alone that the caller gave', async () => {
    const { url } = await open();
    expect(await post(url, 'clock', { advance: '2h' })).toMatchObject({ status: 400 });
  });
});

describe('a control call that cannot be', () => {
  it.each([
    [
      'faults',
      { endpoint: 'nothing', kind: 'hang' },
      /^endpoint: write one of commit, .* \(found 'nothing'\)$/,
    ],
    ['faults', { endpoint: 'release', kind: 'hang', often: 2 }, /^often: unknown field/],
    [
      'faults',
      { endpoint: 'release', kind: 'hang', app: 'wx0' },
      /^app: no such app in this world; known here: wx/,
    ],
    ['audit', { app: APP, verdict: 'maybe' }, /^verdict: write approve, reject or delay/],
    ['audit', { verdict: 'approve' }, /^app: name the appid/],
    ['console', { app: APP, action: 'advance' }, /^percentage: write a whole number/],
    ['console', { app: APP, action: 'explode' }, /write an action: pause/],
    ['metrics', { app: APP, name: 'a-b', version: '1', value: 1 }, /^name: a metric name has/],
    ['metrics', { app: APP, name: 'a', version: '1', value: 'x' }, /^value: write a number, NaN/],
    ['clock', { advance: 'soon' }, /^advance: write a duration/],
  ])('POST %s %j is refused with 400 and says what to send', async (path, body, error) => {
    const { url } = await open();
    const answer = await post(url, path, body);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toMatch(error);
  });

  it('is refused without a JSON object', async () => {
    const { url } = await open();
    expect(await post(url, 'audit', [])).toMatchObject({ status: 400 });
  });

  it('is a 404 that lists what there is', async () => {
    const { url } = await open();
    const response = await fetch(`${url}/_simulator/`);
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('POST faults');
  });

  it('throws in the same words in this process', async () => {
    const { control } = await open();
    expect(() => control.state('wx0')).toThrow('app: no such app in this world');
  });
});
