import { describe, expect, it } from 'vitest';
import { APP, HOUR, ITEM, OTHER, open, post, SECOND, TOKEN, worldWith } from './helpers.js';

const PLATFORM = 'wxc0000000000000aa';

/** A world whose apps belong to a platform; `app` overrides the first of them. */
function platformWorld(app: Parameters<typeof worldWith>[0] = {}) {
  return worldWith(app, {
    components: { [PLATFORM]: { secret: 'component-secret', ticket: 'ticket@@@start' } },
  });
}

describe('GET /_simulator/', () => {
  it('lists every control with a request that works', async () => {
    const { url } = await open();
    const { controls } = (await (await fetch(`${url}/_simulator/`)).json()) as {
      controls: { method: string; path: string; about: string; example: string }[];
    };
    expect(controls.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /_simulator/',
      'GET /_simulator/ledger',
      'GET /_simulator/state',
      'GET /_simulator/faults',
      'POST /_simulator/faults',
      'DELETE /_simulator/faults',
      'POST /_simulator/audit',
      'POST /_simulator/console',
      'POST /_simulator/metrics',
      'GET /_simulator/clock',
      'POST /_simulator/clock',
      'POST /_simulator/push',
    ]);
    for (const { example } of controls.filter(({ method }) => method === 'GET')) {
      const response = await fetch(`${url}${example.replace('GET ', '')}`);
      expect(response.status, example).toBe(200);
    }
  });
});

describe('GET /_simulator/state', () => {
  it('without a name shows the world: apps, components, templates', async () => {
    const { url } = await open(platformWorld());
    expect((await post(url, 'state', null, 'GET')).body).toMatchObject({
      apps: [APP, OTHER],
      components: [{ component: PLATFORM, templates: [{ id: 42 }, { id: 43 }, { id: 44 }] }],
    });
  });

  it('shows a component: which credentials there are and how long they last, never what they are', async () => {
    const { url, control, now } = await open(platformWorld());
    control.console({ app: APP, action: 'authorize' });
    const { body } = await post(url, `state?component=${PLATFORM}`, null, 'GET');
    expect(body).toMatchObject({
      component: PLATFORM,
      ticketsPushed: true,
      tickets: [{ expiresAt: now() + 12 * HOUR }],
      authorizationCodes: [{ app: APP, used: false, expiresAt: now() + HOUR }],
      apps: [
        { appid: APP, authorized: true },
        { appid: OTHER, authorized: true },
      ],
    });
    const text = JSON.stringify(body);
    for (const secret of ['component-secret', '@@@', TOKEN]) expect(text).not.toContain(secret);
  });

  it('names those it knows when it is asked for another', async () => {
    const { url } = await open(platformWorld());
    expect(await post(url, 'state?component=wx0', null, 'GET')).toMatchObject({
      status: 400,
      body: { error: `component: no such component in this world; known here: ${PLATFORM} (found 'wx0')` },
    });
  });

  it.each(['ledger?app=', 'state?app='])(
    'GET %s names the apps when it is asked for another',
    async (path) => {
      const { url, control } = await open();
      for (const app of ['wx0', ''])
        expect(await post(url, `${path}${app}`, null, 'GET')).toMatchObject({
          status: 400,
          body: { error: `app: no such app in this world; known here: ${APP}, ${OTHER} (found '${app}')` },
        });
      expect(() => control.ledger('wx0')).toThrow('app: no such app in this world');
    },
  );

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

  it('puts another version into the trial slot, which submit_audit then takes', async () => {
    const { url, call, commit, pass } = await open();
    await commit('1.4.0');
    pass(2 * SECOND);
    await post(url, 'console', { app: APP, action: 'trial', version: '1.4.0-hotfix', description: 'mine' });
    expect(await call('getversioninfo')).toMatchObject({
      exp_info: { exp_version: '1.4.0-hotfix', exp_desc: 'mine' },
    });
    await call('submit_audit', { item_list: [ITEM] });
    expect(await call('get_latest_auditstatus')).toMatchObject({ user_version: '1.4.0-hotfix' });
  });

  it("submits an audit that takes the app's one slot and that the platform does not know", async () => {
    const { url, call, commit, pass, control } = await open();
    await commit();
    pass(2 * SECOND);
    await post(url, 'console', { app: APP, action: 'submitAudit', version: '2.0.0', audit: 'never' });
    expect((await call('submit_audit', { item_list: [ITEM] })).errcode).toBe(85009);
    expect((await call('get_latest_auditstatus')).errcode).toBe(85058);
    expect(await post(url, 'console', { app: APP, action: 'submitAudit', version: '2.0.1' })).toMatchObject({
      status: 400,
    });
    control.audit({ app: APP, verdict: 'reject', reason: 'no' });
    expect((await call('submit_audit', { item_list: [ITEM] })).errcode).toBe(0);
  });

  it('withdraws the audit that runs', async () => {
    const { url, call, submitted } = await open(worldWith({ audit: 'never' }));
    await submitted();
    await post(url, 'console', { app: APP, action: 'withdraw' });
    expect(await call('get_latest_auditstatus')).toMatchObject({ status: 3 });
    expect(await post(url, 'console', { app: APP, action: 'withdraw' })).toMatchObject({ status: 400 });
  });

  it('closes the Mini Program to its users, and opens it again', async () => {
    const { url, call, control } = await open();
    await post(url, 'console', { app: APP, action: 'closeVisit' });
    expect(await call('getvisitstatus')).toMatchObject({ status: 0 });
    expect(control.state(APP).serving).toEqual({});
    expect(await post(url, 'console', { app: APP, action: 'closeVisit' })).toMatchObject({ status: 400 });
    await post(url, 'console', { app: APP, action: 'openVisit' });
    expect(await call('getvisitstatus')).toMatchObject({ status: 1 });
  });

  it('changes the categories: items of the old ones are refused', async () => {
    const { url, call, commit, pass } = await open();
    const category = { first_class: '教育', second_class: '学历教育', first_id: 3, second_id: 4 };
    await post(url, 'console', { app: APP, action: 'categories', categories: [category] });
    expect(await call('get_category')).toMatchObject({ category_list: [category] });
    await commit();
    pass(2 * SECOND);
    expect((await call('submit_audit', { item_list: [ITEM] })).errcode).toBe(85008);
    expect((await call('submit_audit', { item_list: [{ ...ITEM, ...category }] })).errcode).toBe(0);
  });

  it('takes the authorization back, and gives it with the permission sets it names', async () => {
    const { url, call, control } = await open(platformWorld());
    await post(url, 'console', { app: APP, action: 'unauthorize' });
    expect((await call('get_category')).errcode).toBe(61003);
    expect(control.state(APP).grant).toMatchObject({ authorized: false });
    expect(await post(url, 'console', { app: APP, action: 'unauthorize' })).toMatchObject({ status: 400 });
    await post(url, 'console', { app: APP, action: 'authorize', permissions: [17, 25] });
    expect((await call('get_category')).errcode).toBe(61007);
    await post(url, 'console', { app: APP, action: 'authorize', permissions: [18] });
    expect((await call('get_category')).errcode).toBe(0);
  });

  it('cannot authorise what belongs to no platform', async () => {
    const { url } = await open();
    expect(await post(url, 'console', { app: APP, action: 'authorize' })).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining('belongs to no component') as string },
    });
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
    ['console', { app: APP, action: 'trial' }, /^version: write the version as text/],
    ['console', { app: APP, action: 'authorize', permissions: 18 }, /^permissions: write a list of numbers/],
    ['console', { app: APP, action: 'categories', categories: [{}] }, /^categories.0.first_class: /],
    ['push', { event: 'birthday' }, /write an event: component_verify_ticket/],
    ['push', { event: 'raw', app: APP }, /^xml: write the XML/],
    ['push', { event: 'unauthorized', app: APP }, /^event: nobody wants this push: the component needs/],
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
    const response = await fetch(`${url}/_simulator/clocks`);
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('POST faults');
  });

  it('throws in the same words in this process', async () => {
    const { control } = await open();
    expect(() => control.state('wx0')).toThrow('app: no such app in this world');
  });
});
