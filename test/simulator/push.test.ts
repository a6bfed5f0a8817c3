import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { startSimulator } from '../../src/simulator/server.js';
import type { WorldInput } from '../../src/simulator/world/world.js';
import { openPush } from '../../src/wechat/push/envelope.js';
import { PushError } from '../../src/wechat/push/fault.js';
import { APP, DAY, HOUR, OTHER, post, SECOND, TOKEN } from './helpers.js';

const PLATFORM = 'wxc0000000000000aa';
const MESSAGE_TOKEN = 'AAAAA';
const KEY = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
const MINUTE = 60 * SECOND;

/** A push as the receiver got it. */
interface Received {
  path: string;
  query: Record<string, string>;
  body: string;
  type: string | undefined;
}

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

/** A receiver; `answer` says what it makes of a push, `success` unless a test knows better. */
async function givenReceiver() {
  const received: Received[] = [];
  const receiver = {
    received,
    answer: (_push: Received): { status: number; text: string } | 'nothing' => ({
      status: 200,
      text: 'success',
    }),
  };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += String(chunk);
    });
    request.on('end', () => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://receiver');
      const type = request.headers['content-type'];
      const push = { path: pathname, query: Object.fromEntries(searchParams), body, type };
      received.push(push);
      const answer = receiver.answer(push);
      if (answer === 'nothing') return;
      response.writeHead(answer.status, answer.status === 302 ? { location: '/elsewhere' } : {});
      response.end(answer.text);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return Object.assign(receiver, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

type Receiver = Awaited<ReturnType<typeof givenReceiver>>;

function worldFor(receiverUrl: string, app: Partial<WorldInput['apps'][string]> = {}): WorldInput {
  return {
    components: {
      [PLATFORM]: {
        secret: 'component-secret',
        messageToken: MESSAGE_TOKEN,
        encodingAesKey: KEY,
        pushUrls: {
          authorization: `${receiverUrl}/wechat/component`,
          messages: `${receiverUrl}/wechat/apps/$APPID$`,
        },
      },
    },
    apps: {
      [APP]: { token: TOKEN, originalId: 'gh_0123456789ab', experience: { version: '1.4.0' }, ...app },
      [OTHER]: { token: 'token-unhealthy', experience: { version: '1.4.0' } },
    },
  };
}

/** A simulator that pushes to a receiver, on a clock that only the test moves; it has sent its first ticket. */
async function given(
  {
    app = {},
    switches = {},
  }: { app?: Partial<WorldInput['apps'][string]>; switches?: WorldInput['switches'] } = {},
  push = { timeoutMs: 5_000, retryAfterMs: 1 },
) {
  const receiver = await givenReceiver();
  let now = Date.parse('2026-03-10T02:00:00Z');
  const simulator = await startSimulator({
    world: { ...worldFor(receiver.url, app), switches },
    clock: () => now,
    push,
  });
  closing.push(simulator.close);
  const { url, control } = simulator;
  /** Time passes, what it brought is noticed, and what was sent has arrived. */
  const pass = async (ms: number) => {
    now += ms;
    control.clock();
    await control.idle();
  };
  await pass(0);
  receiver.received.length = 0;
  const submit = (token = TOKEN) =>
    fetch(`${url}/wxa/submit_audit?access_token=${token}`, { method: 'POST', body: '{}' });
  const told = () => opened(receiver, now);
  const ledger = () => control.ledger().pushes.filter(({ event }) => event !== 'component_verify_ticket');
  return { ...simulator, receiver, pass, submit, told, ledger, now: () => now };
}

/** What a receiver reads: the XML inside every push that is WeChat's, and why it refuses the others. */
function opened({ received }: Receiver, now: number): { path: string; xml: string }[] {
  const secrets = { token: MESSAGE_TOKEN, keys: [KEY], componentAppid: PLATFORM };
  return received.map(({ path, query, body }) => {
    try {
      return { path, xml: openPush(query, Buffer.from(body), secrets, now).message };
    } catch (error) {
      if (!(error instanceof PushError)) throw error;
      return { path, xml: `refused: ${error.fault}` };
    }
  });
}

const containing = (...texts: string[]) =>
  expect.toSatisfy((xml: string) => texts.every((text) => xml.includes(text)), texts.join(' … ')) as string;

describe('tickets', () => {
  it('are pushed when it starts, and a new one every ten minutes', async () => {
    const { receiver, control, pass, told } = await given();
    expect(control.ledger().pushes).toMatchObject([
      { event: 'component_verify_ticket', component: PLATFORM, app: null, outcome: 'accepted', attempts: 1 },
    ]);
    await pass(9 * MINUTE);
    expect(receiver.received).toEqual([]);
    await pass(MINUTE);
    expect(told()).toEqual([
      {
        path: '/wechat/component',
        xml: containing(`<AppId><![CDATA[${PLATFORM}]]>`, 'component_verify_ticket', '<![CDATA[ticket@@@'),
      },
    ]);
  });

  it('can be traded for a component token', async () => {
    const { url, pass, told } = await given();
    await pass(10 * MINUTE);
    const [, ticket] = /<ComponentVerifyTicket><!\[CDATA\[(.*?)\]\]>/.exec(told()[0]?.xml ?? '') ?? [];
    const response = await fetch(`${url}/cgi-bin/component/api_component_token`, {
      method: 'POST',
      body: JSON.stringify({
        component_appid: PLATFORM,
        component_appsecret: 'component-secret',
        component_verify_ticket: ticket,
      }),
    });
    expect(await response.json()).toMatchObject({ expires_in: 7200 });
  });

  it('come at once after api_start_push_ticket', async () => {
    const { url, receiver, control } = await given();
    const answer = await fetch(`${url}/cgi-bin/component/api_start_push_ticket`, {
      method: 'POST',
      body: JSON.stringify({ component_appid: PLATFORM, component_secret: 'component-secret' }),
    });
    expect(await answer.json()).toMatchObject({ errcode: 0 });
    await control.idle();
    expect(receiver.received).toHaveLength(1);
  });

  it('come by themselves, without any request, on a clock of its own', async () => {
    const receiver = await givenReceiver();
    const simulator = await startSimulator({ world: worldFor(receiver.url) });
    closing.push(simulator.close);
    simulator.control.clock({ advance: '10m' });
    await simulator.control.idle();
    expect(opened(receiver, Date.now())).toMatchObject([
      { xml: containing('component_verify_ticket') },
      { xml: containing('component_verify_ticket') },
    ]);
  });
});

describe('audit results', () => {
  it('are pushed when the verdict falls: success', async () => {
    const { submit, pass, told, receiver, now } = await given({ app: { audit: { approveAfter: '1m' } } });
    await submit();
    await pass(MINUTE);
    const seconds = now() / 1000;
    expect(told()).toEqual([
      {
        path: `/wechat/apps/${APP}`,
        xml: containing(
          '<ToUserName><![CDATA[gh_0123456789ab]]>',
          `<CreateTime>${seconds}</CreateTime>`,
          '<Event><![CDATA[weapp_audit_success]]>',
          `<SuccTime>${seconds}</SuccTime>`,
        ),
      },
    ]);
    const [push] = receiver.received;
    expect(push?.type).toBe('text/xml');
    expect(push?.body).toContain('<ToUserName><![CDATA[gh_0123456789ab]]>');
    expect(Object.keys(push?.query ?? {})).toEqual([
      'signature',
      'timestamp',
      'nonce',
      'openid',
      'encrypt_type',
      'msg_signature',
    ]);
  });

  it('a delay and the approval after it, in order, though both were noticed late', async () => {
    const audit = { delay: { after: '1m', reason: 'needs a look', approveAfter: '1h' } };
    const { submit, pass, told } = await given({ app: { audit } });
    await submit();
    await pass(2 * HOUR);
    expect(told().filter(({ path }) => path !== '/wechat/component')).toEqual([
      { path: `/wechat/apps/${APP}`, xml: containing('weapp_audit_delay', 'needs a look', 'DelayTime') },
      { path: `/wechat/apps/${APP}`, xml: containing('weapp_audit_success') },
    ]);
  });

  it('come by themselves, without any request, on a clock of its own', async () => {
    const receiver = await givenReceiver();
    const arrived = new Promise<void>((resolve) => {
      receiver.answer = ({ path }) => {
        if (path.endsWith(APP)) resolve();
        return { status: 200, text: 'success' };
      };
    });
    const { url, close } = await startSimulator({
      world: worldFor(receiver.url, { audit: { approveAfter: '1s' } }),
    });
    closing.push(close);
    await fetch(`${url}/wxa/submit_audit?access_token=${TOKEN}`, { method: 'POST', body: '{}' });
    await arrived;
    expect(opened(receiver, Date.now()).at(-1)).toMatchObject({ xml: containing('weapp_audit_success') });
  });

  it('failure with reason and screenshots, on order', async () => {
    const { submit, control, told } = await given({ app: { audit: 'never' } });
    await submit();
    control.audit({ app: APP, verdict: 'reject', reason: '1:<br>no', screenshot: 'm1|m2' });
    await control.idle();
    expect(told()).toMatchObject([{ xml: containing('weapp_audit_fail', '1:<br>no', 'm1|m2', 'FailTime') }]);
  });

  it('are not told to a platform that the Mini Program has left', async () => {
    const { submit, control, pass, told } = await given({ app: { audit: { approveAfter: '1m' } } });
    await submit();
    control.console({ app: APP, action: 'unauthorize' });
    await pass(MINUTE);
    expect(told()).toMatchObject([{ xml: containing('unauthorized') }]);
  });
});

describe('authorizations', () => {
  it('are pushed: unauthorized, authorized, and updateauthorized only when permission sets changed', async () => {
    const { control, told } = await given();
    control.console({ app: APP, action: 'unauthorize' });
    control.console({ app: APP, action: 'authorize', permissions: [18] });
    control.console({ app: APP, action: 'authorize', permissions: [18] });
    control.console({ app: APP, action: 'authorize', permissions: [17, 18] });
    await control.idle();
    const at = '/wechat/component';
    expect(told()).toEqual([
      { path: at, xml: containing('<![CDATA[unauthorized]]>', `<AuthorizerAppid><![CDATA[${APP}]]>`) },
      {
        path: at,
        xml: containing(
          '<![CDATA[authorized]]>',
          'AuthorizationCode',
          'AuthorizationCodeExpiredTime',
          'PreAuthCode',
        ),
      },
      { path: at, xml: containing('<![CDATA[updateauthorized]]>') },
    ]);
  });

  it('bring a code that api_query_auth takes', async () => {
    const { url, control, told, pass } = await given();
    await pass(10 * MINUTE);
    const [, ticket] = /Ticket><!\[CDATA\[(.*?)\]\]>/.exec(told()[0]?.xml ?? '') ?? [];
    control.console({ app: APP, action: 'authorize', permissions: [18] });
    await control.idle();
    const [, code] = /AuthorizationCode><!\[CDATA\[(.*?)\]\]>/.exec(told()[1]?.xml ?? '') ?? [];
    const ask = async (path: string, body: object) =>
      (await (await fetch(`${url}${path}`, { method: 'POST', body: JSON.stringify(body) })).json()) as Record<
        string,
        unknown
      >;
    const { component_access_token: token } = await ask('/cgi-bin/component/api_component_token', {
      component_appid: PLATFORM,
      component_appsecret: 'component-secret',
      component_verify_ticket: ticket,
    });
    const path = `/cgi-bin/component/api_query_auth?component_access_token=${String(token)}`;
    expect(await ask(path, { component_appid: PLATFORM, authorization_code: code })).toMatchObject({
      authorization_info: { authorizer_appid: APP },
    });
  });
});

describe('delivery', () => {
  it('tries again until it is accepted, the same bytes, and says so in the ledger', async () => {
    const { receiver, control, ledger } = await given();
    receiver.answer = () =>
      receiver.received.length < 3 ? { status: 500, text: '' } : { status: 200, text: 'success' };
    control.console({ app: APP, action: 'unauthorize' });
    await control.idle();
    expect(receiver.received).toHaveLength(3);
    expect(new Set(receiver.received.map(({ query, body }) => JSON.stringify([query, body]))).size).toBe(1);
    expect(ledger()).toEqual([
      {
        at: expect.any(Number) as number,
        component: PLATFORM,
        app: APP,
        event: 'unauthorized',
        url: `${receiver.url}/wechat/component`,
        outcome: 'accepted',
        status: 200,
        attempts: 3,
      },
    ]);
  });

  it.each([
    ['another text', { status: 200, text: 'ok' }, { outcome: 'refused', status: 200 }],
    ['an endless text', { status: 200, text: 'success'.repeat(50_000) }, { outcome: 'refused', status: 200 }],
    ['an error', { status: 503, text: 'success' }, { outcome: 'refused', status: 503 }],
    ['a redirect', { status: 302, text: 'success' }, { outcome: 'refused', status: 302 }],
    ['nothing', 'nothing', { outcome: 'timeout', status: null }],
  ] as const)('is given up after its retries when it gets %s', async (_what, answer, end) => {
    const { receiver, control, ledger } = await given(
      { switches: { pushRetries: 1 } },
      { timeoutMs: answer === 'nothing' ? 60 : 5_000, retryAfterMs: 1 },
    );
    receiver.answer = () => answer;
    control.console({ app: APP, action: 'unauthorize' });
    await control.idle();
    expect(ledger()).toMatchObject([{ ...end, attempts: 2 }]);
    expect(receiver.received.map(({ path }) => path)).toEqual(['/wechat/component', '/wechat/component']);
  });

  it('notes a receiver that is not there, and goes on', async () => {
    const simulator = await startSimulator({
      world: { ...worldFor('http://127.0.0.1:1'), switches: { pushRetries: 0 } },
    });
    closing.push(simulator.close);
    await simulator.control.idle();
    expect(simulator.control.ledger().pushes).toMatchObject([
      { outcome: 'unreachable', status: null, attempts: 1 },
    ]);
  });

  it("keeps an app's events in order; those of others do not wait for them", async () => {
    const { receiver, control, told } = await given({}, { timeoutMs: 500, retryAfterMs: 1 });
    let first = true;
    receiver.answer = ({ path }) => {
      if (!first || !path.endsWith(APP)) return { status: 200, text: 'success' };
      first = false;
      return 'nothing';
    };
    await Promise.all([
      control.push({ event: 'weapp_audit_delay', app: APP, reason: 'one' }),
      control.push({ event: 'weapp_audit_fail', app: APP, reason: 'two' }),
      control.push({ event: 'weapp_audit_delay', app: OTHER, reason: 'other' }),
    ]);
    const reasons = told().map(({ xml }) => /Reason><!\[CDATA\[(\w+)/.exec(xml)?.[1]);
    expect(reasons).toHaveLength(4);
    expect(reasons.indexOf('other')).toBeLessThan(2);
    expect(reasons.filter((reason) => reason !== 'other')).toEqual(['one', 'one', 'two']);
  });

  it('shows nothing secret in the ledger', async () => {
    const { control } = await given();
    control.console({ app: APP, action: 'authorize', permissions: [18] });
    await control.idle();
    const text = JSON.stringify(control.ledger());
    for (const secret of ['@@@', KEY, MESSAGE_TOKEN, 'signature', 'component-secret'])
      expect(text).not.toContain(secret);
  });

  it('ends with the simulator, also when a receiver never answers', async () => {
    const receiver = await givenReceiver();
    receiver.answer = () => 'nothing';
    const simulator = await startSimulator({ world: worldFor(receiver.url) });
    const idle = simulator.control.idle();
    await simulator.close();
    await idle;
    expect(simulator.control.ledger().pushes).toEqual([]);
  });
});

describe('npm run simulator', () => {
  it('ends at once although a receiver has not answered yet', async () => {
    const receiver = await givenReceiver();
    const asked = new Promise<void>((resolve) => {
      receiver.answer = () => {
        resolve();
        return 'nothing';
      };
    });
    const folder = await mkdtemp(join(tmpdir(), 'simulator-push-'));
    closing.push(() => rm(folder, { recursive: true }));
    const file = join(folder, 'world.json');
    await writeFile(file, JSON.stringify(worldFor(receiver.url)));
    const child = spawn(process.execPath, ['--import', 'tsx', 'src/simulator/main.ts', '--world', file], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const ended = once(child, 'exit');
    await asked;
    const before = performance.now();
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    expect(performance.now() - before).toBeLessThan(4_000);
  });
});

describe('faults of pushes', () => {
  /** The next result of an audit, under a fault. */
  async function under(kind: 'lost' | 'duplicated' | 'late' | 'badSignature' | 'oldTimestamp' | 'wrongKey') {
    const simulator = await given({ app: { audit: 'never' } });
    simulator.control.addFault({
      endpoint: 'push',
      event: 'weapp_audit_success',
      app: APP,
      kind,
      delayMs: 30_000,
    });
    await simulator.submit();
    simulator.control.audit({ app: APP, verdict: 'approve' });
    await simulator.control.idle();
    return simulator;
  }

  it('lost: never sent', async () => {
    const { receiver, ledger, control } = await under('lost');
    expect(receiver.received).toEqual([]);
    expect(ledger()).toMatchObject([{ outcome: 'lost', attempts: 0, fault: 'lost' }]);
    expect(control.faults()).toEqual([]);
  });

  it('duplicated: sent twice, the same bytes', async () => {
    const { receiver, ledger } = await under('duplicated');
    expect(receiver.received).toHaveLength(2);
    expect(receiver.received[0]).toEqual(receiver.received[1]);
    expect(ledger()).toMatchObject([{ fault: 'duplicated' }, { fault: 'duplicated' }]);
  });

  it("late: sent later by the simulator's clock, after what came after it", async () => {
    const { control, pass, told } = await under('late');
    await control.push({ event: 'weapp_audit_delay', app: APP });
    await pass(29 * SECOND);
    expect(told()).toMatchObject([{ xml: containing('weapp_audit_delay') }]);
    await pass(SECOND);
    expect(told()).toMatchObject([
      { xml: containing('weapp_audit_delay') },
      { xml: containing('weapp_audit_success') },
    ]);
  });

  it.each([
    ['badSignature', 'badSignature'],
    ['oldTimestamp', 'staleTimestamp'],
    ['wrongKey', 'undecryptable'],
  ] as const)('%s: a receiver refuses it as %s', async (kind, fault) => {
    const { told } = await under(kind);
    expect(told()).toEqual([{ path: `/wechat/apps/${APP}`, xml: `refused: ${fault}` }]);
  });

  it('leave other events and other apps alone', async () => {
    const { control, told } = await given();
    control.addFault({ endpoint: 'push', event: 'unauthorized', kind: 'lost' });
    control.addFault({ endpoint: 'push', app: OTHER, kind: 'lost' });
    await control.push({ event: 'weapp_audit_success', app: APP });
    expect(told()).toMatchObject([{ xml: containing('weapp_audit_success') }]);
  });

  it('do not use up what is on order for calls', async () => {
    const { control } = await given();
    control.addFault({ endpoint: '*', kind: 'hang' });
    await control.push({ event: 'weapp_audit_success', app: APP });
    expect(control.faults()).toHaveLength(1);
  });
});

describe('POST /_simulator/push', () => {
  it.each([
    'component_verify_ticket',
    'authorized',
    'updateauthorized',
    'unauthorized',
    'weapp_audit_success',
    'weapp_audit_fail',
    'weapp_audit_delay',
  ])('sends %s and tells how it ended', async (event) => {
    const { url, told } = await given();
    const ofApp = event === 'component_verify_ticket' ? {} : { app: APP };
    expect(await post(url, 'push', { event, ...ofApp })).toMatchObject({
      status: 200,
      body: { pushes: [{ event, outcome: 'accepted', status: 200, attempts: 1 }] },
    });
    expect(told()).toMatchObject([{ xml: containing(`<![CDATA[${event}]]>`) }]);
  });

  it('changes nothing: an unauthorized on demand is a lie', async () => {
    const { url, control } = await given();
    await post(url, 'push', { event: 'unauthorized', app: APP });
    expect(control.state(APP).grant).toMatchObject({ authorized: true });
  });

  it('sends any XML, of an app or of the platform', async () => {
    const { url, told } = await given();
    const xml = '<xml><MsgType><![CDATA[text]]></MsgType></xml>';
    await post(url, 'push', { event: 'raw', app: APP, xml });
    await post(url, 'push', { event: 'raw', xml });
    expect(told()).toEqual([
      { path: `/wechat/apps/${APP}`, xml },
      { path: '/wechat/component', xml },
    ]);
  });

  it('sends it with a flaw', async () => {
    const { url, told } = await given();
    await post(url, 'push', { event: 'weapp_audit_success', app: APP, flaw: 'wrongKey' });
    expect(told()).toMatchObject([{ xml: 'refused: undecryptable' }]);
    expect(
      (await post(url, 'push', { event: 'weapp_audit_success', app: APP, flaw: 'lost' })).body,
    ).toMatchObject({
      pushes: [{ outcome: 'lost' }],
    });
  });

  it('is signed with the time of the receiver although the clock of the simulator is ahead', async () => {
    const receiver = await givenReceiver();
    const simulator = await startSimulator({ world: worldFor(receiver.url) });
    closing.push(simulator.close);
    simulator.control.clock({ advance: '3d' });
    await simulator.control.push({ event: 'weapp_audit_success', app: APP });
    const [, created] = /<CreateTime>(\d+)/.exec(opened(receiver, Date.now()).at(-1)?.xml ?? '') ?? [];
    expect(Number(created) * 1000).toBeGreaterThan(Date.now() + 2 * DAY);
  });
});
