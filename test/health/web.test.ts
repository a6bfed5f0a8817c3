/** Any service that answers JSON: a number is taken where the plan says; what is none is said, and never guessed. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ProviderError } from '../../src/health/provider.js';
import { createWeb, type WebRequest } from '../../src/health/web.js';
import { always, deadUrl, fakeServer } from '../wechat/fake-server.js';
import { SLOW_SERVICES, slowService } from './slow-service.js';

const SECRET = 'hunter2-of-the-service';
const VALUES = { app: 'wx0123456789abcdef', version: '1.4.0' };
const PATH = 'data.errorRate';
const never = new AbortController().signal;
const answering = (value: unknown) => fakeServer(always(JSON.stringify(value)));

/** Asks with a secret in every place that may hold one. */
function webAt(url: string, more: Partial<WebRequest> = {}, values = VALUES) {
  const header = { name: 'Authorization', value: `Bearer ${SECRET}` };
  const request = { address: url, path: '/health/{{app}}', query: { from: SECRET }, header, ...more };
  return createWeb(request, values);
}
const valueFrom = async ({ url }: { url: string }, jsonPath = PATH) =>
  (await webAt(url).query(jsonPath, never)).value;

/** The message that a query ends with; it names host and path and holds no secret. */
async function troubleOf({ url }: { url: string }, jsonPath = PATH, signal = never): Promise<string> {
  const error = await webAt(url.replace('//', `//ops:${SECRET}@`))
    .query(jsonPath, signal)
    .catch((thrown: unknown) => thrown);
  if (!(error instanceof ProviderError)) throw new Error(`expected a ProviderError, got ${String(error)}`);
  expect(error.message).toContain(`web at ${new URL(url).host}/health/${VALUES.app}`);
  expect(`${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`).not.toContain(SECRET);
  expect(error.message.length).toBeLessThan(300);
  return error.message;
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('a number in an answer', () => {
  it.each([
    [PATH, { data: { errorRate: 0.0123 } }, 0.0123],
    ['rate', { rate: 0 }, 0],
    ['list.1.rate', { list: [{}, { rate: -1.5 }] }, -1.5],
    ['0', [1e-7], 1e-7],
  ])('is found at %s', async (jsonPath, answer, value) => {
    expect(await valueFrom(await answering(answer), jsonPath)).toBe(value);
  });

  it('and another are of the same answer, which is asked for once', async () => {
    const server = await answering({ data: { errorRate: 0.02, launches: 400 } });
    const web = webAt(server.url);
    expect(await web.query(PATH, never)).toEqual({ value: 0.02 });
    expect(await web.query('data.launches', never)).toEqual({ value: 400 });
    expect(server.seen).toHaveLength(1);
  });
});

describe('a question', () => {
  it('is a GET with path, query and header as the plan says', async () => {
    const headers: unknown[] = [];
    const server = await fakeServer((response, _request, message) => {
      headers.push(message.headers.authorization);
      response.end('{"data":{"errorRate":1}}');
    });
    const query = { version: '{{version}}', of: 'a&b={{app}}' };
    await webAt(`${server.url}/team/`, { query }).query(PATH, never);
    expect(server.seen).toMatchObject([
      {
        method: 'GET',
        path: `/team/health/${VALUES.app}`,
        query: { version: '1.4.0', of: `a&b=${VALUES.app}` },
        body: '',
      },
    ]);
    expect(headers).toEqual([`Bearer ${SECRET}`]);
  });

  it('needs neither path, query nor header', async () => {
    const server = await answering({ data: { errorRate: 1 } });
    await createWeb({ address: `${server.url}/rate` }, VALUES).query(PATH, never);
    expect(server.seen).toMatchObject([{ path: '/rate', query: {} }]);
  });

  it.each(['../admin?x=1#y', '1&2', 'a/b', '$&', '版本'])(
    'keeps the version %j in its place',
    async (version) => {
      const server = await answering({ data: { errorRate: 1 } });
      const more = { path: '/v/{{version}}/rate', query: { v: '{{version}}' } };
      await webAt(server.url, more, { ...VALUES, version }).query(PATH, never);
      expect(server.seen).toMatchObject([
        { path: `/v/${encodeURIComponent(version)}/rate`, query: { v: version } },
      ]);
    },
  );

  it('by a version that would lead out of the path is not asked', () => {
    const request = { address: 'http://service/team', path: '/{{version}}/admin' };
    expect(() => createWeb(request, { ...VALUES, version: '..' })).toThrow('the path has . or .. in it');
  });

  it.each(['.evil.example/x', '@evil.example/x', '//evil.example/x', ':1/x'])(
    'stays at its host, whatever the path of an unchecked plan: %s',
    async (path) => {
      const server = await answering({ data: { errorRate: 1 } });
      await webAt(server.url, { path }).query(PATH, never);
      expect(server.seen).toHaveLength(1);
    },
  );

  it('with a header that no header may have is not asked, and does not show it', () => {
    const header = { name: 'Authorization', value: `Bearer ${SECRET}\r\nX: y` };
    const asking = () => webAt('http://service', { header });
    expect(asking).toThrow('what the header Authorization refers to has characters no header may have');
    expect(asking).not.toThrow(SECRET);
  });

  it('whether it is online is answered by any JSON, and not by a page', async () => {
    await webAt((await answering({})).url).isOnline(never);
    const { url } = await fakeServer(always('<html>login</html>'));
    await expect(webAt(url).isOnline(never)).rejects.toThrow(ProviderError);
  });
});

describe('rubbish is told by what it is', () => {
  it.each([
    ['a page', `\n<!doctype html><p>${SECRET}</p>`, 'HTML or XML, and no JSON'],
    ['nothing', '', 'the answer is empty'],
    ['white space', ' \n', 'the answer is empty'],
    ['plain text', `${SECRET} is wrong`, '31 characters that are no JSON'],
    ['half an answer', '{"data":{"errorRate":0.0', '24 characters that are no JSON'],
    ['NaN', 'NaN', 'NaN or Infinity'],
    ['NaN inside', '{"data":{"errorRate": NaN}}', 'NaN or Infinity'],
    ['-Infinity inside', '{"data":{"errorRate":-Infinity}}', 'NaN or Infinity'],
    ['two roots', '{"data":{"errorRate":0}}\n{"data":{"errorRate":1}}', 'more than one JSON value'],
    ['null', '{"data":{"errorRate":null}}', 'at data.errorRate is null, not a number'],
    ['a number in quotes', '{"data":{"errorRate":"0.001"}}', 'at data.errorRate is text, not a number'],
    ['a list', '{"data":{"errorRate":[0.001]}}', 'at data.errorRate is a list of 1, not a number'],
    ['an object', '{"data":{"errorRate":{}}}', 'at data.errorRate is an object, not a number'],
    ['true', '{"data":{"errorRate":true}}', 'at data.errorRate is true, not a number'],
    ['too large a number', '{"data":{"errorRate":1e999}}', 'a number beyond all bounds'],
    ['another place', '{"data":{"rate":1}}', 'nothing is at data.errorRate; data is an object'],
    ['no data', '{"data":null}', 'nothing is at data.errorRate; data is null'],
    ['another form', '[]', 'nothing is at data.errorRate; the answer is a list of 0'],
    ['a number alone', '0.001', 'nothing is at data.errorRate; the answer is a number'],
    ['null alone', 'null', 'nothing is at data.errorRate; the answer is null'],
  ])('%s', async (_what, text, told) => {
    expect(await troubleOf(await fakeServer(always(text)))).toContain(told);
  });

  it.each(['__proto__.x', 'constructor.length', 'data.toString.length'])(
    'what every object has is no answer: %s',
    async (jsonPath) => {
      expect(await troubleOf(await answering({ data: {} }), jsonPath)).toContain(`nothing is at ${jsonPath}`);
    },
  );
});

describe('a service in trouble', () => {
  const good = '{"data":{"errorRate":0.001}}';

  it.each([
    [500, 'answered HTTP 500'],
    [503, 'answered HTTP 503'],
    [404, 'answered HTTP 404'],
    [401, 'answered HTTP 401: it does not accept what the header refers to'],
    [206, 'answered HTTP 206'],
  ])('has no good answer under HTTP %i', async (status, told) => {
    const server = await fakeServer((response) => response.writeHead(status).end(good));
    expect(await troubleOf(server)).toContain(told);
  });

  it('that redirects is not followed', async () => {
    const elsewhere = await fakeServer(always(good));
    const server = await fakeServer((response) =>
      response.writeHead(302, { location: `${elsewhere.url}/${SECRET}` }).end(good),
    );
    expect(await troubleOf(server)).toContain('HTTP 302: redirects are never followed');
    expect(elsewhere.seen).toEqual([]);
  });

  it('is not asked through a proxy of the environment', async () => {
    const proxy = await fakeServer(always(good));
    vi.stubEnv('http_proxy', proxy.url);
    vi.stubEnv('no_proxy', '');
    vi.stubEnv('NO_PROXY', '');
    try {
      expect(await valueFrom(await answering({ data: { errorRate: 7 } }))).toBe(7);
    } finally {
      vi.unstubAllEnvs();
    }
    expect(proxy.seen).toEqual([]);
  });

  it('that nobody listens for', async () => {
    expect(await troubleOf({ url: await deadUrl() })).toContain('ECONNREFUSED');
  });

  it('that breaks off', async () => {
    const server = await fakeServer((_response, _request, message) => message.socket.destroy());
    expect(await troubleOf(server)).toContain('ECONNRESET');
  });

  it('whose answer is huge is cut off', async () => {
    const server = await fakeServer((response) => response.end(`"${'x'.repeat(1_100_000)}"`));
    expect(await troubleOf(server)).toContain('more than 1000000 bytes');
  });

  it.each(SLOW_SERVICES)('that %s is given up after five seconds', async (_what, everyMs) => {
    const slow = await slowService(everyMs);
    expect(await troubleOf(slow)).toContain('no answer within 5 s');
    expect(slow.limits).toEqual([5_000]);
  });

  it('is no longer asked once the attempt is over', async () => {
    const attempt = new AbortController();
    const server = await fakeServer(() => attempt.abort());
    expect(await troubleOf(server, PATH, attempt.signal)).toContain('given up');
  });
});
