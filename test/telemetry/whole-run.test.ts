import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@temporalio/client';
import { expect, it, onTestFinished } from 'vitest';
import { runCli } from '../../src/cli/program.js';
import type { WorkerConfigInput } from '../../src/config/worker-config.js';
import { newKeyPair } from '../../src/identity/keys.js';
import { newToken, tokenHash } from '../../src/identity/tokens.js';
import { freePorts } from '../../src/servers/ports.js';
import { type Simulator, startSimulator } from '../../src/simulator/server.js';
import { TASK_QUEUE } from '../../src/workflows/messages.js';
import { fakeCli } from '../cli/fake-cli.js';
import { KEYS, SECRETS as ROBOT_SECRETS, robotsForTest } from '../notify/robots.js';
import { GivenOut } from '../support/leaks.js';
import { describeWithPostgres } from '../support/postgres.js';
import { appWorld } from '../support/release.js';
import {
  connectToDevServer,
  createNamespace,
  describeWorkflows,
  devServer,
  uniqueAppId,
  workflowBundle,
} from '../support/temporal.js';

const COMPONENT = 'wxc0000000000000c2';
const _ROOT = fileURLToPath(new URL('../../', import.meta.url));
const random = (bytes = 24) => randomBytes(bytes).toString('base64url');

/** One app makes its tokens from its authorization, the other's token is in a file. */
const [GOOD, BAD] = [uniqueAppId(), uniqueAppId()];

const PLAN = (app: string) => `
app: ${app}
version: 1.4.0
template: 42
ext: { extAppid: ${app}, ext: { shop: "17" } }
audit:
  items: [{ address: pages/index/index, first_class: 工具, second_class: 备忘录, first_id: 1, second_id: 2 }]
  poll: ${app === GOOD ? '1h' : '1s'}
rollout:
  stages:
    - { percentage: 1, soak: 3s, hold: ${app === BAD} }
    - { percentage: 50, soak: 1s, approval: { approvers: [bob], count: 1 } }
    - { percentage: 100 }
  bake: 2s
health:
  - name: error-rate
    provider: { web: { address: env:PLAN_HEALTH_URL, path: '/rate/{{app}}/{{version}}', jsonPath: rate,
                       header: { name: Authorization, value: env:PLAN_HEALTH_TOKEN } } }
    interval: 1s
    thresholdRange: { max: 0.01 }
    from: 1
  - name: crashes
    provider: { prometheus: { address: env:PLAN_PROMETHEUS_URL, query: 'js_error_rate{app="{{app}}",version="{{version}}"}' } }
    interval: 1s
    thresholdRange: { max: 0.5 }
    from: 1
notify:
  - { wecom: { webhook: env:PLAN_WECOM }, events: [started, stage, approvalNeeded, released, reverted] }
  - { feishu: { webhook: env:PLAN_FEISHU, secret: env:PLAN_FEISHU_SECRET } }
  - { dingtalk: { webhook: env:PLAN_DINGTALK, secret: env:PLAN_DINGTALK_SECRET } }
  - { webhook: { url: env:PLAN_WEBHOOK, secret: "file:chat/webhook-secret" } }
`;
/** Channels that lead nowhere, each in its own way. */
const TROUBLE = (app: string) => `${PLAN(app).split('notify:')[0]}
notify:
  - { webhook: { url: env:PLAN_NO_HOST, secret: env:PLAN_WEBHOOK_SECRET } }
  - { webhook: { url: env:PLAN_FOREIGN, secret: env:PLAN_WEBHOOK_SECRET } }
  - { webhook: { url: env:PLAN_NO_URL, secret: env:PLAN_WEBHOOK_SECRET } }
  - { webhook: { url: env:PLAN_WEBHOOK, secret: env:PLAN_NO_SECRET } }
  - { webhook: { url: env:PLAN_WEBHOOK, secret: env:PLAN_WEBHOOK_SECRET } }
  - { wecom: { webhook: env:PLAN_WECOM } }
`;

describeWorkflows('a whole run', () => {
  describeWithPostgres('on a database', (postgres) => {
    it('gives no secret away', { timeout: 180_000 }, async () => {
      const given = new GivenOut();

      const robots = await robotsForTest();
      const health = await healthService();
      const [port = 0] = await freePorts(1);
      const wechat = `http://127.0.0.1:${port}`;
      const folder = await mkdtemp(join(tmpdir(), 'weapp-whole-'));
      onTestFinished(() => rm(folder, { recursive: true, force: true }));
      const file = async (name: string, text: string) => {
        await writeFile(join(folder, name), text);
        return join(folder, name);
      };
      await mkdir(join(folder, 'references/chat'), { recursive: true });

      const { privateKey, publicKey } = newKeyPair();
      const tokens = { ann: newToken(), bob: newToken(), nobody: newToken() };
      const password = `Pa+s/ ${random()}`;
      const database = new URL(await postgres().database());
      database.password = password;
      const secrets: Record<string, string> = {
        'component secret': random(),
        'message token': random(),
        EncodingAESKey: `${randomBytes(21).toString('hex')}A`,
        'key of the store': randomBytes(32).toString('base64'),
        'refresh token': `refreshtoken@@@${random(32)}`,
        'token of an app': `71_${random(64)}`,
        'token of the health service': health.token,
        'path of a robot': random(),
        'password of the database': password,
        'signing key': privateKey,
        'signing key’s own line': privateKey.split('\n')[1] ?? '',
        ...tokens,
        ...Object.fromEntries(Object.entries(KEYS).map(([kind, key]) => [`address of ${kind}`, key])),
        ...Object.fromEntries(Object.entries(ROBOT_SECRETS).map(([kind, key]) => [`secret of ${kind}`, key])),
        'key behind whsec_': Buffer.from(ROBOT_SECRETS.webhook.slice(6), 'base64').toString(),
      };
      const of = (name: string) => secrets[name] ?? '';
      await file('references/chat/webhook-secret', `${ROBOT_SECRETS.webhook}\n`);
      const config: WorkerConfigInput = {
        wechat: { baseUrl: wechat, timeoutMs: 5_000 },
        component: {
          appid: COMPONENT,
          secret: 'env:COMPONENT_SECRET',
          messageToken: `file:${await file('message-token', of('message token'))}`,
          messageKeys: ['env:MESSAGE_KEY'],
        },
        tokens: { component: {}, apps: { [BAD]: `file:${await file('app-token', of('token of an app'))}` } },
        database: { keys: [{ id: 'one', key: 'env:STORE_KEY' }] },
        api: {
          signingKey: `file:${await file('signing-key', privateKey)}`,
          publicKey,
          tokens: [
            { name: 'ann', hash: tokenHash(tokens.ann), roles: ['admin'], apps: ['*'] },
            { name: 'bob', hash: tokenHash(tokens.bob), roles: ['approver', 'viewer'], apps: ['*'] },
          ],
        },
        notify: { allowedHosts: ['127.0.0.1', 'no-such-host.invalid'] },
        references: { folder: join(folder, 'references') },
        telemetry: { listen: '127.0.0.1:0', releases: true, logs: 'json' },
      };
      const name = `whole-${GOOD}`;
      await createNamespace(name);
      const { address } = devServer();
      const where = { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: name };
      const env = {
        ...where,
        WEAPP_CONFIG: await file('config.json', JSON.stringify(config)),
        DATABASE_URL: database.href,
        COMPONENT_SECRET: of('component secret'),
        MESSAGE_KEY: of('EncodingAESKey'),
        STORE_KEY: of('key of the store'),
        TEST_BUNDLE: workflowBundle().codePath,
        TEST_TASK_QUEUE: TASK_QUEUE,
        ...robots.env,
        PLAN_HEALTH_URL: health.url,
        PLAN_HEALTH_TOKEN: `Bearer ${health.token}`,
        PLAN_PROMETHEUS_URL: wechat,
        PLAN_NO_HOST: `https://no-such-host.invalid/hooks/${of('path of a robot')}`,
        PLAN_FOREIGN: `https://elsewhere.invalid/hooks/${of('path of a robot')}?key=${of('path of a robot')}`,
        PLAN_NO_URL: `${of('path of a robot')} is no address`,
        PLAN_NO_SECRET: of('path of a robot'),
      };

      const api = processOf(given, 'api', ['src/api.ts', '--port', '0'], env);
      const url = await api.says(/API listening on (\S+);/);
      const { simulator, minted } = await wechatOf(of, { port, folder, receiver: url });
      onTestFinished(simulator.close);
      const worker = processOf(given, 'worker', ['test/telemetry/worker-process.ts'], env);
      const metrics = await worker.says(/metrics at (http:\/\/[\d.:]+)\/metrics/);

      const ask = async (path: string, { token = tokens.ann, body, ...more }: Asked = {}) => {
        const answer = await fetch(url + path, {
          ...(body === undefined ? {} : { method: 'POST', body }),
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/yaml', ...more.headers },
        });
        const text = await answer.text();
        given.add(`answer of ${path}`, `${JSON.stringify([...answer.headers])} ${text}`);
        return { status: answer.status, text };
      };
      const statusOf = async (app: string) => JSON.parse((await ask(`/v1/releases/${app}`)).text).status;
      const reaches = async (app: string, wanted: (status: Status) => boolean) =>
        expect
          .poll(async () => wanted((await statusOf(app)) ?? {}), { timeout: 60_000, interval: 300 })
          .toBe(true);
      const cli = async (...args: string[]) => {
        const here = fakeCli(where);
        await runCli(args, here);
        given.add(`weapp-rollout ${args[0]}`, here.stdout() + here.stderr());
      };

      // What goes wrong says the most.
      expect((await ask('/v1/releases', { token: tokens.nobody, body: PLAN(GOOD) })).status).toBe(401);
      const reaching = PLAN(GOOD).replace('env:PLAN_HEALTH_TOKEN', 'env:DATABASE_URL');
      expect((await ask('/v1/releases', { body: reaching })).status).toBe(422);
      await ask(`/wechat/component?timestamp=1&nonce=2&msg_signature=3&token=${of('message token')}`, {
        body: `<xml><Encrypt>${of('EncodingAESKey')}</Encrypt></xml>`,
        headers: { 'content-type': 'text/xml' },
      });
      await cli('notifications', 'test', await file('trouble.yaml', TROUBLE(GOOD)));
      expect((await ask('/v1/check', { body: PLAN(GOOD) })).status).toBe(200);
      robots.script.push('echo', 'echo', 'echo');
      for (const app of [GOOD, BAD])
        expect(
          (await ask('/v1/releases', { body: PLAN(app) })).status,
          given.of('answer of /v1/releases'),
        ).toBe(201);

      await reaches(GOOD, ({ gate }) => gate !== null && gate !== undefined);
      const bob = { token: tokens.bob, headers: { 'content-type': 'application/json' } };
      expect((await ask(`/v1/releases/${GOOD}/approve`, { ...bob, body: '{"reason":"fine"}' })).status).toBe(
        200,
      );
      await reaches(BAD, ({ stages }) => stages?.[0]?.confirmedAt != null);
      health.fail(BAD);
      await reaches(GOOD, ({ outcome }) => outcome === 'released');
      await reaches(BAD, ({ outcome }) => outcome === 'reverted');

      for (const app of [GOOD, BAD]) {
        for (const what of ['', '/history', '/evidence', '/runs']) await ask(`/v1/releases/${app}${what}`);
        for (const verb of ['status', 'history']) await cli(verb, app, '--output', 'json');
        await cli('evidence', app);
      }
      for (const path of ['/v1/releases?state=all', '/v1/audit', '/metrics', '/readyz']) await ask(path);
      await cli('list', '--all', '--output', 'json');
      for (const path of ['/metrics', '/readyz'])
        given.add(`worker’s ${path}`, await (await fetch(metrics + path)).text());
      expect(given.of('worker’s /metrics')).toContain('weapp_rollout_notifications_total{channel="webhook"');
      expect(given.of('answer of /metrics')).toContain('weapp_rollout_releases_closed{outcome="reverted"} 1');
      const runs = await histories(name, given);
      expect(given.of(`history of release:${GOOD}`)).toContain('"percentage":50');
      expect(runs).toEqual(expect.arrayContaining(['release', 'check', 'testNotifications']));
      given.add('a backup of the database', await postgres().dump(database.href));
      for (const { body } of robots.requests) given.add('messages', body);
      for (const process of [worker, api]) expect(await process.stop()).toBe(0);

      expect(robots.arrived.map(({ kind }) => kind)).toEqual(
        expect.arrayContaining(['wecom', 'feishu', 'dingtalk', 'webhook']),
      );
      for (const place of ['api stderr', 'worker stdout']) expect(given.of(place)).not.toBe('');
      for (const line of `${given.of('api stderr')}${given.of('worker stdout')}`.match(/^\{.*$/gm) ?? [])
        expect(() => JSON.parse(line), line).not.toThrow();
      const made = await minted();
      expect(made.length).toBeGreaterThan(2);
      given.expectNone({ ...secrets, ...Object.fromEntries(made.map((text) => [text.slice(0, 16), text])) });
    });
  });
});

interface Asked {
  token?: string;
  body?: string;
  headers?: Record<string, string>;
}

// biome-ignore lint/suspicious/noExplicitAny: a status
type Status = any;

/** A service with the error rates of apps, for those who have its token. */
async function healthService() {
  const token = random();
  const failing = new Set<string>();
  const server = createServer((request, response) => {
    const app = request.url?.split('/')[2] ?? '';
    if (request.headers.authorization !== `Bearer ${token}`) response.writeHead(401).end('{}');
    else response.end(JSON.stringify({ rate: failing.has(app) ? 0.9 : 0.001 }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, token, fail: (app: string) => void failing.add(app) };
}

/** A process of the product from its sources, and everything that it prints. */
function processOf(given: GivenOut, name: string, args: string[], env: Record<string, string>) {
  const { child, ended } = given.run(name, args, env);
  const printed = () => `${given.of(`${name} stdout`)}\n${given.of(`${name} stderr`)}`;
  return {
    async says(what: RegExp): Promise<string> {
      await expect.poll(printed, { timeout: 40_000 }).toMatch(what);
      return what.exec(printed())?.[1] ?? '';
    },
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

/** WeChat, with a platform that it pushes to; and every credential that it made. */
async function wechatOf(
  of: (name: string) => string,
  { port, folder, receiver }: { port: number; folder: string; receiver: string },
): Promise<{ simulator: Simulator; minted(): Promise<string[]> }> {
  const stateFile = join(folder, 'wechat.state');
  const { token: _static, ...good } = appWorld(GOOD, { audit: { approveAfter: '2s' } });
  const simulator = await startSimulator({
    port,
    stateFile,
    world: {
      templates: [{ id: 42, pages: ['pages/index/index'] }],
      components: {
        [COMPONENT]: {
          secret: of('component secret'),
          messageToken: of('message token'),
          encodingAesKey: of('EncodingAESKey'),
          pushUrls: {
            authorization: `${receiver}/wechat/component`,
            messages: `${receiver}/wechat/apps/$APPID$`,
          },
        },
      },
      apps: {
        [GOOD]: { ...good, refreshToken: of('refresh token') },
        [BAD]: { ...appWorld(BAD), token: of('token of an app') },
      },
    },
  });
  const arrives = (event: string) =>
    expect
      .poll(
        () =>
          simulator.control
            .ledger()
            .pushes.filter((push) => push.event === event)
            .map(({ outcome }) => outcome),
        {
          timeout: 20_000,
        },
      )
      .toContain('accepted');
  await arrives('component_verify_ticket');
  simulator.control.console({ app: GOOD, action: 'unauthorize' });
  simulator.control.console({ app: GOOD, action: 'authorize' });
  await arrives('authorized');
  const shape = /(?:71_|ticket@@@|preauthcode@@@|queryauthcode@@@|refreshtoken@@@)[\w-]{32,}/g;
  return {
    simulator,
    minted: async () => [...new Set((await readFile(stateFile, 'latin1')).match(shape) ?? [])],
  };
}

/** Every history of a namespace, and what the server tells of each workflow; answers the workflows' types. */
async function histories(namespace: string, given: GivenOut): Promise<string[]> {
  const { client: shared, close } = await connectToDevServer();
  onTestFinished(close);
  const client = new Client({ connection: shared.connection, namespace });
  const types: string[] = [];
  for await (const { workflowId, runId, type } of client.workflow.list()) {
    types.push(type);
    const handle = client.workflow.getHandle(workflowId, runId);
    given.add(`history of ${workflowId}`, readable(await handle.fetchHistory()));
    given.add(`description of ${workflowId}`, readable((await handle.describe()).raw));
  }
  return types;
}

/** What the server keeps, and behind it the text of every payload. */
function readable(value: unknown): string {
  const payloads: string[] = [];
  const whole = JSON.stringify(value);
  JSON.parse(whole, (key, entry: unknown) => {
    if (key === 'data' && typeof entry === 'string') payloads.push(Buffer.from(entry, 'base64').toString());
    return entry;
  });
  return [whole, ...payloads].join('\n');
}
