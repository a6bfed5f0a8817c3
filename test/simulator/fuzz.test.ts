import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Simulator, startSimulator } from '../../src/simulator/server.js';
import { drawn } from '../../src/simulator/state/random.js';
import { endpointNames, endpoints } from '../../src/wechat/catalogue.js';
import { APP, OTHER, open, TOKEN, worldWith } from './helpers.js';

/** `FUZZ_SEED=7 FUZZ_ROUNDS=200 npx vitest run test/simulator/fuzz.test.ts` runs one seed again, or a new one for longer. */
const SEEDS = process.env.FUZZ_SEED === undefined ? [1, 2, 3] : [Number(process.env.FUZZ_SEED)];
const ROUNDS = Number(process.env.FUZZ_ROUNDS ?? 6);

const PLATFORM = 'wxc0000000000000aa';

/** Numbers from 0 to below 1 in a row that a seed repeats. */
function randomFrom(seed: number): () => number {
  let index = 0;
  return () => drawn(seed, index++);
}

type Random = () => number;

/** Fields that some call or control knows, with values it could take; the rest of a request is nonsense. */
const SENSIBLE: Record<string, unknown[]> = {
  access_token: [TOKEN],
  action: [
    'open',
    'close',
    'get_history_version',
    'pause',
    'finish',
    'trial',
    'authorize',
    'withdraw',
    'submitAudit',
  ],
  // Little, or the platform's token would be over for the rest of the run.
  advance: ['1s', '1m'],
  app: [APP, OTHER],
  app_version: [12, '13'],
  appid: [APP, PLATFORM],
  appVersion: ['0', '1.3.0'],
  appsecret: ['component-secret'],
  auditid: [500_000_001, '500000001'],
  authorization_code: ['queryauthcode@@@x'],
  authorizer_appid: [APP],
  authorizer_refresh_token: ['refreshtoken@@@x'],
  categories: [[], [{ first_class: 'a', second_class: 'b', first_id: 1, second_id: 2 }]],
  cgi_path: ['/wxa/commit', '/nothing'],
  component: [PLATFORM],
  component_appid: [PLATFORM],
  component_appsecret: ['component-secret'],
  component_secret: ['component-secret'],
  component_verify_ticket: ['ticket@@@start'],
  count: [1, 500],
  draft_id: [1, '1'],
  endpoint: ['release', 'push', '*', 'query', 'commit'],
  endTime: ['2026-03-10'],
  errcode: [85015],
  errType: ['0', '3'],
  event: ['component_verify_ticket', 'authorized', 'unauthorized', 'weapp_audit_fail', 'raw'],
  ext_json: ['{}', '{"pages":["pages/index/index"]}', '{"pages":[1]}', '{"extPages":{"__proto__":{}}}'],
  frozen: [true, false],
  gray_percentage: [1, 10, 100, '50'],
  is_edit: [0, 1],
  item_list: [[], [{ first_class: '工具', second_class: '备忘录', first_id: 1, second_id: 2 }]],
  kind: ['slow', 'errcode', 'httpStatus', 'lost', 'concurrent'],
  landsAfterMs: [0, 10],
  limit: [30, '1'],
  media: ['a file'],
  name: ['js_error_rate', 'constructor', '__proto__'],
  offset: [0, '5'],
  option_name: ['location_report', 'constructor'],
  option_value: ['1'],
  orderby: ['uv', 'pv'],
  path: ['pages/index/index', 'pages%2Findex'],
  permissions: [[18], []],
  percentage: [20],
  prefix: ['https://example.com/a', 'constructor'],
  preview_info: [{ pic_id_list: ['m'], video_id_list: [] }, []],
  probability: [0.5, 1],
  query: ['js_error_rate', 'a{b="c"}', '{{{{'],
  rid: ['61a2d7ae-6f9fa5ab-464376f2'],
  seed: [1],
  set: ['2020-01-01T00:00:00Z', '9999-06-01T00:00:00Z'],
  startTime: ['2026-03-09'],
  status: [500],
  support_debuger_first: [true],
  template_id: [42, '42', 43],
  template_type: [0, '1'],
  times: [1, 'always'],
  ugc_declare: [{ scene: [1], method: [1] }],
  user_desc: ['words'],
  user_version: ['1.4.0'],
  value: [0.2, 'NaN'],
  verdict: ['approve', 'reject', 'delay'],
  version: ['1.3.0', '2.32.3'],
  xml: ['<xml></xml>', '\u0000'],
};
const FIELDS = Object.keys(SENSIBLE);

const NASTY = [
  '',
  '\u0000',
  '__proto__',
  'constructor',
  'toString',
  '1e999',
  '9'.repeat(400),
  '\ud800',
  '{{{{',
  '%',
  '../..',
];
const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD'];

function pick<Value>(random: Random, from: readonly Value[]): Value {
  const value = from[Math.floor(random() * from.length)];
  if (value === undefined) throw new Error('nothing to pick from');
  return value;
}

function anything(random: Random, depth = 4): unknown {
  const kind = Math.floor(random() * (depth === 0 ? 5 : 7));
  if (kind === 0) return null;
  if (kind === 1) return random() < 0.5;
  if (kind === 2) return pick(random, [0, -1, 1, 1e21, 0.5, 100, Number.MAX_SAFE_INTEGER]);
  if (kind <= 4) return pick(random, NASTY);
  const size = Math.floor(random() * 4);
  if (kind === 5) return Array.from({ length: size }, () => anything(random, depth - 1));
  return anyObject(random, [...FIELDS, ...NASTY], size, depth - 1);
}

function anyObject(random: Random, keys: readonly string[], size: number, depth: number): object {
  return Object.fromEntries(
    Array.from({ length: size }, () => [pick(random, keys), anything(random, depth)]),
  );
}

/** What a call could take, with a field or two spoilt. */
function mutated(random: Random): Record<string, unknown> {
  const entries = FIELDS.filter(() => random() < 0.85).map((field): [string, unknown] => {
    return [field, random() < 0.04 ? anything(random) : pick(random, SENSIBLE[field] ?? [null])];
  });
  if (random() < 0.2) entries.push([pick(random, NASTY), anything(random)]);
  return Object.fromEntries(entries);
}

/** One of a control's own fields only, since it refuses all others. */
function few(random: Random, fields: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    fields
      .filter(() => random() < 0.8)
      .map((field) => [field, random() < 0.15 ? anything(random) : pick(random, SENSIBLE[field] ?? [null])]),
  );
}

function bytes(random: Random, length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, () => random() * 256);
}

type Body = string | Uint8Array<ArrayBuffer> | FormData | undefined;

function anyBody(random: Random, sensible: () => Record<string, unknown>): Body {
  const kind = Math.floor(random() * 16);
  const text = JSON.stringify(sensible());
  if (kind === 0) return bytes(random, 64);
  if (kind === 1) return pick(random, NASTY);
  if (kind === 2) return '['.repeat(50_000);
  if (kind === 3) return text.slice(0, random() * text.length);
  if (kind === 4) return JSON.stringify(anything(random));
  if (kind === 5) return `\ufeff${text}\r\n`;
  if (kind === 6) return `{"__proto__":{"app":"${APP}"},"constructor":{"prototype":{}},"app":"${APP}"}`;
  if (kind === 7) return `{"access_token":"x","access_token":"y",${text.slice(1)}`;
  if (kind === 8) return undefined;
  if (kind <= 10) return anyForm(random);
  return text;
}

function anyForm(random: Random): FormData {
  const form = new FormData();
  const type = pick(random, ['image/png', 'video/mp4', 'text/html', '']);
  const name = pick(random, ['media', 'media', 'file', '__proto__']);
  form.append(
    name,
    new Blob([bytes(random, random() * 200)], { type }),
    pick(random, ['a.png', '\u0000', '../x']),
  );
  if (random() < 0.3) form.append('media', pick(random, NASTY));
  return form;
}

/** A body that says it is a form and is none, or half of one. */
const BROKEN_FORMS = [
  'multipart/form-data',
  'multipart/form-data; boundary=',
  'multipart/form-data; boundary=x; boundary=y',
  `multipart/form-data; boundary=${'x'.repeat(10_000)}`,
];

/** Path → what it could be sent. */
const TARGETS: [path: string, method: string, sensible: (random: Random) => Record<string, unknown>][] = [
  ...endpointNames.map(
    (name) => [endpoints[name].path, endpoints[name].method, mutated] as (typeof TARGETS)[number],
  ),
  ['/_simulator/', 'GET', mutated],
  ['/_simulator/ledger', 'GET', mutated],
  ['/_simulator/state', 'GET', mutated],
  [
    '/_simulator/faults',
    'POST',
    (random) =>
      few(random, [
        'endpoint',
        'kind',
        'app',
        'times',
        'probability',
        'seed',
        'errcode',
        'status',
        'landsAfterMs',
      ]),
  ],
  ['/_simulator/faults', 'POST', (random) => few(random, ['endpoint', 'kind', 'event'])],
  ['/_simulator/audit', 'POST', (random) => few(random, ['app', 'verdict'])],
  ['/_simulator/console', 'POST', (random) => few(random, ['app', 'action'])],
  ['/_simulator/console', 'POST', (random) => few(random, ['app', 'action', 'version'])],
  ['/_simulator/console', 'POST', (random) => few(random, ['app', 'action', 'permissions'])],
  ['/_simulator/metrics', 'POST', (random) => few(random, ['app', 'name', 'version', 'value'])],
  ['/_simulator/clock', 'POST', (random) => few(random, ['advance', 'frozen'])],
  ['/_simulator/clock', 'POST', (random) => few(random, ['set', 'frozen'])],
  ['/_simulator/push', 'POST', (random) => few(random, ['event', 'app'])],
  ['/_simulator/push', 'POST', (random) => few(random, ['event', 'app', 'xml'])],
  ['/_simulator/__proto__', 'GET', mutated],
  ['/api/v1/query', 'GET', mutated],
  ['/api/v1/query', 'POST', mutated],
  ['/', 'GET', mutated],
  ['/%00', 'GET', mutated],
  ['/wxa', 'POST', mutated],
  ['//wxa//commit/', 'POST', mutated],
];

/** A query with parameters there twice, spoilt tokens, and what was meant for the body. */
function anyQuery(random: Random, token: string, sensible: Record<string, unknown>): URLSearchParams {
  const query = new URLSearchParams();
  const field = pick(random, [
    'access_token',
    'access_token',
    'component_access_token',
    'cloudbase_access_token',
  ]);
  if (random() < 0.97)
    query.append(field, random() < 0.8 ? token : pick(random, ['token-unhealthy', ...NASTY]));
  for (const [key, value] of Object.entries(sensible)) {
    if (random() < 0.5) query.append(key, typeof value === 'string' ? value : JSON.stringify(value));
    if (random() < 0.1) query.append(key, pick(random, NASTY));
  }
  return query;
}

/** A simulator with everything in it, on a clock of its own; nobody listens where its pushes go. */
function startFull(): Promise<Simulator> {
  const component = {
    secret: 'component-secret',
    ticket: 'ticket@@@start',
    messageToken: 'AAAAA',
    encodingAesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
    pushUrls: { authorization: 'http://127.0.0.1:1/', messages: 'http://127.0.0.1:1/$APPID$' },
  };
  const rest = { components: { [PLATFORM]: component }, drafts: [{ id: 1 }], switches: { pushRetries: 0 } };
  return startSimulator({ world: worldWith({}, rest) });
}

/** The platform's own token, which its calls take. */
async function componentToken(url: string): Promise<string> {
  const response = await fetch(`${url}${endpoints.api_component_token.path}`, {
    method: 'POST',
    body: JSON.stringify({
      component_appid: PLATFORM,
      component_appsecret: 'component-secret',
      component_verify_ticket: 'ticket@@@start',
    }),
  });
  const answer = (await response.json()) as { component_access_token: string };
  return answer.component_access_token;
}

const pathsOfPlatform = new Set(
  endpointNames
    .filter((name) => endpoints[name].token === 'component')
    .map((name) => endpoints[name].path as string),
);

/** An answer that a client of WeChat, of Prometheus or of the control API can read. */
async function expectReadable(response: Response, method: string, what: string): Promise<void> {
  expect(response.status, what).toBeLessThan(500);
  const type = response.headers.get('content-type') ?? '';
  const body = Buffer.from(await response.arrayBuffer());
  if (method === 'HEAD') return;
  if (type.startsWith('image/')) {
    expect(body.length, what).toBeGreaterThan(0);
    return;
  }
  expect(type, what).toMatch(/^application\/json; (encoding|charset)=utf-8$/);
  const answer: unknown = JSON.parse(body.toString());
  expect(answer, what).toBeTypeOf('object');
  // WeChat's own errors are a number and a text, at HTTP 200; only a body that was not read is 413.
  if (type.includes('encoding') && typeof answer === 'object' && answer !== null && 'errcode' in answer) {
    expect(response.status, what).toBe(answer.errcode === 45002 ? 413 : 200);
    expect(answer, what).toMatchObject({ errcode: expect.any(Number), errmsg: expect.any(String) });
  }
}

describe('whatever comes in', () => {
  // The server's last resort reports a bug on stderr; none may be found here.
  const complaints = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const running: Simulator[] = [];
  beforeEach(() => complaints.mockClear());
  afterEach(async () => {
    await Promise.all(running.splice(0).map((simulator) => simulator.close()));
    expect(complaints.mock.calls).toEqual([]);
  });

  it.each(SEEDS)(
    'at every path is answered, without a crash, without a 500, as readable JSON (seed %i)',
    async (seed) => {
      const random = randomFrom(seed);
      const simulator = await startFull();
      running.push(simulator);
      const { url, control } = simulator;
      const tokens = { app: TOKEN, platform: await componentToken(url) };
      for (let round = 0; round < ROUNDS; round++) {
        for (const [path, usual, sensible] of TARGETS) {
          const method = random() < 0.75 ? usual : pick(random, METHODS);
          const query = anyQuery(
            random,
            tokens[pathsOfPlatform.has(path) ? 'platform' : 'app'],
            sensible(random),
          );
          const body =
            method === 'GET' || method === 'HEAD' ? undefined : anyBody(random, () => sensible(random));
          const headers = random() < 0.05 ? { 'content-type': pick(random, BROKEN_FORMS) } : undefined;
          const what = `seed ${seed}: ${method} ${path}?${query} ${typeof body === 'string' ? body.slice(0, 500) : typeof body}`;
          const response = await fetch(`${url}${path}?${query}`, {
            method,
            redirect: 'manual',
            ...(body !== undefined && { body }),
            ...(headers && { headers }),
          });
          // A fault that was rightly ordered here may rightly break the next answer.
          control.clearFaults();
          await expectReadable(response, method, what);
        }
      }
      expect(control.world().apps).toEqual([APP, OTHER]);
    },
  );

  it.each(['/wxa/commit', '/wxa/uploadmedia', '/_simulator/metrics', '/api/v1/query'])(
    'may be nested a hundred thousand deep, or too long: %s',
    async (path) => {
      const { url, call } = await open();
      const deep = `{"ext_json":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
      const long = new Uint8Array(13 * 1024 * 1024);
      for (const body of [deep, long]) {
        const response = await fetch(`${url}${path}?access_token=${TOKEN}`, { method: 'POST', body });
        await expectReadable(response, 'POST', path);
      }
      expect(await call('queryquota')).toMatchObject({ errcode: 0 });
    },
  );

  it('may be no HTTP at all, or half of it', async () => {
    const { port, call } = await open();
    for (const noise of [
      '\u0000\u0001\u0002',
      'GET /wxa/get_page HTTP/9.9\r\n\r\n',
      'GET http://[ HTTP/1.1\r\nHost: x\r\n\r\n',
      'GET ?access_token=%zz HTTP/1.1\r\nHost: x\r\n\r\n',
      'POST /wxa/release HTTP/1.1\r\nContent-Length: 9\r\n\r\n{',
      'POST /wxa/release HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    ]) {
      await new Promise<void>((resolve) => {
        const socket = connect(port, '127.0.0.1', () => socket.end(noise));
        socket.on('error', () => undefined).on('close', () => resolve());
        socket.resume();
      });
    }
    expect(await call('queryquota')).toMatchObject({ errcode: 0 });
  });
});
