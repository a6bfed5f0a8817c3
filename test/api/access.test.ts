/** Who gets in: nothing answers without a token, a role does what it may and no more, and only for its apps. */

import { type AddressInfo, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { authenticator, MAY } from '../../src/api/access.js';
import type { ApiOptions } from '../../src/api/options.js';
import { PROBLEMS } from '../../src/api/problem.js';
import { createApi } from '../../src/api/server.js';
import { logTo } from '../../src/api/terminal.js';
import { API_ROLES } from '../../src/config/api.js';
import { parseWorkerConfig } from '../../src/config/worker-config.js';
import { tokenHash } from '../../src/identity/tokens.js';
import { lazyTemporal } from '../../src/releases/connection.js';
import { MINIMAL } from '../plan/plans.js';

const APP = 'wx0123456789abcdef';
const OTHER = 'wxfedcba9876543210';
const HOUR = 3_600_000;
const tokens = [
  ...API_ROLES.map((role) => ({ name: role, hash: tokenHash(role), roles: [role], apps: [APP] })),
  { name: 'late', hash: tokenHash('late'), roles: ['admin' as const], apps: ['*'], expires: 10 * HOUR },
];

describe('the API', () => {
  // Nothing listens there: whoever gets in is told that Temporal does not answer.
  const temporal = lazyTemporal({ TEMPORAL_ADDRESS: '127.0.0.1:1' });
  const lines: string[] = [];
  let now = 0;
  let server: FastifyInstance;
  beforeAll(async () => {
    server = await createApi(
      {
        temporal,
        tokens,
        limits: { requests: 100_000, healthReports: 2, checks: 100_000, streams: 1 },
        vouchKey: null,
        audit: null,
        push: null,
        metrics: null,
        clock: () => now,
      },
      { level: 'info', stream: { write: (line) => lines.push(line) } },
    );
    await server.ready();
  });
  afterAll(async () => {
    await server.close();
    await temporal.close();
  });

  const ask = (method: 'GET' | 'POST' | 'DELETE', url: string, authorization?: string, body?: object) =>
    server.inject({
      method,
      url,
      headers: authorization === undefined ? {} : { authorization },
      ...(body === undefined ? {} : { payload: body }),
    });
  const routes = () =>
    Object.entries(server.swagger().paths ?? {}).flatMap(([path, methods]) =>
      Object.keys(methods ?? {}).map((method) => [method.toUpperCase() as 'GET' | 'POST', path] as const),
    );

  it('answers nothing without a token but health checks', async () => {
    const open: string[] = [];
    for (const [method, path] of [
      ...routes(),
      ['GET', '/docs'],
      ['GET', '/docs/static/index.css'],
      ['GET', '/openapi.json'],
      ['GET', '/nothing'],
      ['DELETE', '/v1/releases'],
    ] as const) {
      const { statusCode, headers, body } = await ask(method, path.replace('{app}', APP));
      if (statusCode !== 401) open.push(`${method} ${path}`);
      else {
        expect(headers['www-authenticate']).toMatch(/^(Bearer|Basic) realm=/);
        expect(JSON.parse(body)).toMatchObject({
          status: 401,
          kind: 'unauthenticated',
          detail: 'there is no token',
        });
      }
    }
    expect(open).toEqual(['GET /livez', 'GET /readyz']);
  });

  it.each([
    ['another token', 'Bearer nobody', 'this token is not known'],
    ['a hash instead of the token', `Bearer ${tokenHash('admin')}`, 'this token is not known'],
    ['no bearer', 'Basic YTph', 'the Authorization header has no bearer token'],
    ['an empty one', 'Bearer ', 'the Authorization header has no bearer token'],
    ['two', 'Bearer admin operator', 'the Authorization header has no bearer token'],
    ['ten thousand characters', `Bearer ${'x'.repeat(10_000)}`, 'this token is not known'],
  ])('refuses %s', async (_what, header, detail) => {
    const { statusCode, body } = await ask('GET', `/v1/releases/${APP}`, header);
    expect({ statusCode, ...JSON.parse(body) }).toMatchObject({ statusCode: 401, detail });
  });

  it('refuses a token from the moment it expires', () => {
    const authenticate = authenticator(tokens);
    expect(authenticate('Bearer late', 10 * HOUR - 1).name).toBe('late');
    expect(() => authenticate('Bearer late', 10 * HOUR)).toThrow('this token has expired');
  });

  it('lets each role do what the table says, and no more', async () => {
    for (const [method, path] of routes()) {
      const route = server.swagger().paths?.[path] as Record<string, { operationId: string }>;
      const { operationId } = route[method.toLowerCase()] ?? { operationId: '' };
      if (
        ['livez', 'readyz', 'metrics', 'readAudit', 'listReleases', 'watchRelease', 'listRuns'].includes(
          operationId,
        )
      )
        continue;
      const deed = deedOf(operationId);
      for (const role of API_ROLES) {
        // With a body that is none, whoever may is refused for that, and nothing is asked of Temporal.
        const { statusCode } = await ask(
          method,
          `${path.replace('{app}', APP)}?run=**`,
          `Bearer ${role}`,
          method === 'POST' ? { nothing: 1 } : undefined,
        );
        const may = MAY[role].includes(deed);
        expect(`${role} ${operationId}: ${statusCode === 403 ? 'forbidden' : 'let in'}`).toBe(
          `${role} ${operationId}: ${may ? 'let in' : 'forbidden'}`,
        );
      }
    }
  });

  it('is the same for an app that is not the token’s, whether there is a release or not', async () => {
    for (const [method, path] of routes().filter(([, path]) => path.includes('{app}'))) {
      const { statusCode, body } = await ask(
        method,
        path.replace('{app}', OTHER),
        'Bearer admin',
        method === 'POST' ? {} : undefined,
      );
      expect({ path, statusCode, ...JSON.parse(body) }).toMatchObject({
        statusCode: 403,
        detail: 'the token of admin is not for the app that is asked for',
      });
    }
    const plan = {
      app: OTHER,
      version: '1',
      template: 1,
      health: 'none',
      audit: { items: [] },
      rollout: { stages: [{ percentage: 1, hold: true }, { percentage: 100 }] },
    };
    const started = await ask('POST', '/v1/releases', 'Bearer operator', plan);
    expect([403, 422]).toContain(started.statusCode);
    for (const path of ['/metrics', '/v1/audit', `/v1/audit?app=${OTHER}`])
      expect((await ask('GET', path, 'Bearer admin')).statusCode).toBe(403);
    expect((await ask('GET', `/v1/releases?app=${OTHER}`, 'Bearer viewer')).statusCode).toBe(403);
  });

  it('takes no name from a body: who asks is whose token it is', async () => {
    const { statusCode, body } = await ask('POST', `/v1/releases/${APP}/pause`, 'Bearer operator', {
      by: 'somebody else',
      reason: 'x',
    });
    expect(statusCode).toBe(400);
    expect(JSON.parse(body)).toMatchObject({
      kind: 'invalid',
      errors: [{ path: 'body.by', message: 'there is no such field' }],
    });
  });

  it.each([
    ['too large', 'application/json', `{"reason":"${'x'.repeat(70_000)}"}`, 413],
    ['no JSON', 'application/json', '{"reason":', 400],
    ['of another media type', 'text/xml', '<a/>', 415],
    ['prototype pollution', 'application/json', '{"__proto__":{"admin":true}}', 400],
    ['a list', 'application/json', '[]', 400],
  ])('refuses a body that is %s, without repeating it', async (_what, type, payload, status) => {
    const { statusCode, headers, body } = await server.inject({
      method: 'POST',
      url: `/v1/releases/${APP}/pause`,
      headers: { authorization: 'Bearer operator', 'content-type': type },
      payload,
    });
    expect(statusCode).toBe(status);
    expect(headers['content-type']).toContain('application/problem+json');
    expect(body).not.toContain('xxxx');
  });

  it('answers with headers that keep browsers from making anything of it', async () => {
    const { headers } = await ask('GET', '/livez');
    expect(headers).toMatchObject({
      'content-security-policy': "default-src 'none';frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'SAMEORIGIN',
      'strict-transport-security': expect.stringContaining('max-age='),
      'referrer-policy': 'no-referrer',
    });
    expect(headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('shows a browser the page about itself for a token as password, and takes that for nothing else', async () => {
    const basic = `Basic ${Buffer.from('anybody:viewer').toString('base64')}`;
    expect((await ask('GET', '/docs/', basic)).statusCode).toBe(200);
    expect((await ask('GET', '/openapi.json', basic)).json()).toMatchObject({ openapi: '3.1.0' });
    expect((await ask('GET', `/v1/releases/${APP}`, basic)).statusCode).toBe(401);
  });

  it('lives whatever Temporal does, and is ready only when that answers', async () => {
    expect((await ask('GET', '/livez')).statusCode).toBe(200);
    const ready = await ask('GET', '/readyz');
    expect([ready.statusCode, ready.json()]).toEqual([
      503,
      { status: 'the Temporal server does not answer' },
    ]);
  });

  it('logs who asked for what, and never a token, a query or a body', async () => {
    lines.length = 0;
    await ask('POST', `/v1/releases/${APP}/pause?run=**`, 'Bearer operator', { reason: 'a secret reason' });
    await ask('GET', '/v1/releases?app=**', 'Bearer nobody-has-this');
    const text = lines.join('');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      by: 'operator',
      method: 'POST',
      route: '/v1/releases/:app/pause',
      app: APP,
      status: 400,
      audit: true,
    });
    expect(text).not.toMatch(/secret|nobody-has-this|\*\*|Bearer/);
  });

  it('has one status for each kind of problem, and a test knows them', () => {
    expect(new Set(Object.values(PROBLEMS).map(({ status }) => status))).toEqual(
      new Set([400, 401, 403, 404, 409, 413, 415, 422, 429, 500, 503]),
    );
  });

  it('counts requests by token, and those without one by address', async () => {
    now = 0;
    const { few } = await givenFew();
    const status = async (authorization: string) =>
      (await few.inject({ url: '/v1/releases?limit=0', headers: { authorization } })).statusCode;
    const inTurn = async (count: number, header: (index: number) => string) => {
      const codes: number[] = [];
      for (let index = 0; index < count; index++) codes.push(await status(header(index)));
      return codes;
    };
    const wrong = await inTurn(12, (index) => `Bearer guess-${index}`);
    expect(wrong.filter((code) => code === 429)).toHaveLength(2);
    // Whoever guesses beside us does not keep us out.
    const many = await inTurn(101, () => 'Bearer viewer');
    expect(many.filter((code) => code === 429)).toHaveLength(1);
    expect(await status('Bearer operator')).toBe(400);
  });

  /** An API of its own, with few requests for everybody. */
  async function givenFew(more: { behindProxy?: boolean; limits?: Partial<ApiOptions['limits']> } = {}) {
    const said: string[] = [];
    const few = await createApi(
      {
        temporal,
        tokens: [
          ...tokens,
          { name: 'everywhere', hash: tokenHash('everywhere'), roles: ['operator' as const], apps: ['*'] },
        ],
        limits: { requests: 100, healthReports: 2, checks: 2, streams: 1, ...more.limits },
        vouchKey: null,
        audit: null,
        push: null,
        metrics: null,
        ...(more.behindProxy === undefined ? {} : { behindProxy: more.behindProxy }),
      },
      { level: 'info', stream: { write: (line) => said.push(line) } },
    );
    onTestFinished(() => few.close());
    const codes = async (count: number, url: (index: number) => string, headers: Record<string, string>) => {
      const all: number[] = [];
      for (let index = 0; index < count; index++)
        all.push((await few.inject({ url: url(index), headers })).statusCode);
      return all;
    };
    return { few, codes, said };
  }

  it('counts what is not there too: nobody tries tokens without end at such an address', async () => {
    const { codes } = await givenFew();
    const all = await codes(12, (index) => `/nothing/${index}`, { authorization: 'Bearer guess' });
    expect(all.filter((code) => code === 429)).toHaveLength(2);
  });

  it('counts health reports by token and app, however the address is written', async () => {
    const { few } = await givenFew();
    const report = async (app: string, query = '') => {
      const { statusCode } = await few.inject({
        method: 'POST',
        url: `/v1/releases/${app}/healthReport${query}`,
        headers: { authorization: 'Bearer operator' },
        payload: { metric: '' },
      });
      return statusCode;
    };
    const all: number[] = [];
    all.push(await report(APP), await report(APP, '?run=x'));
    all.push(await report(APP.replace('0', '%30')), await report(APP, '?a=1'));
    expect(all).toEqual([400, 400, 429, 429]);
    expect(await report(OTHER)).toBe(403);
  });

  it('counts checks and tests by app, whoever asks: each costs calls or messages that a release may need', async () => {
    const { few } = await givenFew();
    const post = async (url: string, token: string, app: string, more = '') => {
      const { statusCode, headers } = await few.inject({
        method: 'POST',
        url,
        headers: {
          authorization: `Bearer ${token}`,
          prefer: 'respond-async',
          'content-type': 'application/yaml',
        },
        payload: MINIMAL.replace(APP, app) + more,
      });
      if (statusCode === 429) expect(Number(headers['retry-after'])).toBeGreaterThan(0);
      return statusCode;
    };
    const check = (token: string, app = APP) => post('/v1/check', token, app);
    const test = (more = 'notify: [{ wecom: { webhook: env:PLAN_WECOM } }]\n') =>
      post('/v1/notifications/test', 'operator', APP, more);
    // Nobody answers them here.
    expect([await check('operator'), await check('admin')]).toEqual([503, 503]);
    expect([await check('operator'), await check('admin')]).toEqual([429, 429]);
    // The other app has its own, and tests have theirs, of which one without a channel uses nothing up.
    expect(await check('everywhere', OTHER)).toBe(503);
    expect([await test(''), await test(), await test(), await test()]).toEqual([422, 503, 503, 429]);
  });

  it.each([
    ['of 200 KiB is judged', 200, 200],
    ['of 257 KiB is not read', 257, 413],
  ])('a plan %s', async (_what, kib, status) => {
    const comment = `# ${'x'.repeat(kib * 1_024 - MINIMAL.length - 2)}`;
    const { statusCode } = await server.inject({
      method: 'POST',
      url: '/v1/lint',
      headers: { authorization: 'Bearer viewer', 'content-type': 'application/yaml' },
      payload: MINIMAL + comment,
    });
    expect(statusCode).toBe(status);
  });

  it('believes the one proxy in front about the address, and nobody behind it', async () => {
    const { codes, said } = await givenFew({ behindProxy: true });
    const from = (address: string) => ({ 'x-forwarded-for': `10.9.9.9, ${address}` });
    const one = await codes(11, () => '/v1/releases', from('192.0.2.1'));
    expect(one.filter((code) => code === 429)).toHaveLength(1);
    expect(await codes(1, () => '/v1/releases', from('192.0.2.2'))).toEqual([401]);
    expect(said.map((line) => JSON.parse(line).remoteAddress)).toContain('192.0.2.2');
    expect(said.join('')).not.toContain('10.9.9.9');
  });

  it('believes nobody about the address when no proxy is in front', async () => {
    const { codes } = await givenFew();
    const all: number[] = [];
    for (let index = 0; index < 11; index++)
      all.push(...(await codes(1, () => '/v1/releases', { 'x-forwarded-for': `192.0.2.${index}` })));
    expect(all.filter((code) => code === 429)).toHaveLength(1);
  });

  it('ends in time, also while somebody sends a body that does not end', async () => {
    const few = await createApi(
      {
        temporal,
        tokens,
        limits: { requests: 100, healthReports: 2, checks: 100_000, streams: 1 },
        vouchKey: null,
        audit: null,
        push: null,
        metrics: null,
        lastMs: 200,
      },
      false,
    );
    await few.listen({ port: 0, host: '127.0.0.1' });
    const { port } = few.server.address() as AddressInfo;
    const slow = connect(port, '127.0.0.1');
    slow.on('error', () => {});
    slow.write(
      'POST /v1/lint HTTP/1.1\r\nhost: here\r\nauthorization: Bearer operator\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n',
    );
    await sleep(100);
    await few.close();
    slow.destroy();
  }, 5_000);

  it('has no head for a stream, and one for everything else that is read', async () => {
    const head = (url: string) =>
      server.inject({ method: 'HEAD', url, headers: { authorization: 'Bearer viewer' } });
    expect((await head(`/v1/releases/${APP}/events`)).statusCode).toBe(404);
    expect((await head('/livez')).statusCode).toBe(200);
  });

  it.each([
    ['no words, said to be JSON', { 'content-type': 'application/json' }, '', 503],
    ['no words at all', {}, '', 503],
    ['plain text', { 'content-type': 'text/plain' }, 'x', 415],
  ])('takes a verb with %s as %s', async (_what, headers, payload, status) => {
    const { statusCode } = await server.inject({
      method: 'POST',
      url: `/v1/releases/${APP}/retry`,
      headers: { authorization: 'Bearer operator', prefer: 'wait=1', ...headers },
      payload,
    });
    expect(statusCode).toBe(status);
  });

  it('takes back whoever has the latest version: no older run can be meant', async () => {
    const answer = await ask('POST', `/v1/releases/${APP}/rollback?run=x`, 'Bearer operator', {
      version: '1',
    });
    expect(answer.json()).toMatchObject({ status: 400, errors: [{ path: 'query.run' }] });
  });

  it('logs the beginning of the token’s hash, which tells two tokens of one name apart', async () => {
    const { few, said } = await givenFew();
    await few.inject({ url: '/v1/releases?limit=0', headers: { authorization: 'Bearer viewer' } });
    const { stream } = await logTo(
      { env: {}, err: (line: string) => said.push(line) } as never,
      parseWorkerConfig({}),
    );
    stream.write(said[0] ?? '');
    expect(JSON.parse(said[1] ?? '')).toMatchObject({ tokenHash: tokenHash('viewer').slice(7, 19) });
  });
});

function deedOf(operationId: string) {
  if (operationId.startsWith('read') || operationId.startsWith('list') || operationId === 'lintPlan')
    return 'read';
  if (operationId === 'checkPlan') return 'check';
  if (operationId === 'startRelease') return 'start';
  if (operationId === 'healthReport') return 'report';
  return operationId === 'approve' || operationId === 'refuse' ? 'decide' : 'steer';
}
