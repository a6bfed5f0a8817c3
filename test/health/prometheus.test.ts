/** Prometheus, asked for one number: what it says is taken, what it cannot have meant is said and never guessed. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createPrometheus } from '../../src/health/prometheus.js';
import { ProviderError } from '../../src/health/provider.js';
import { always, deadUrl, fakeServer } from '../wechat/fake-server.js';
import { SLOW_SERVICES, slowService } from './slow-service.js';

const PASSWORD = 'hunter2-of-prometheus';
const never = new AbortController().signal;
type Server = Awaited<ReturnType<typeof fakeServer>>;

/** The address with credentials, as an operator may have put it into the worker's environment. */
const withPassword = (url: string) => url.replace('http://', `http://ops:${PASSWORD}@`);
const query = ({ url }: { url: string }, signal = never) =>
  createPrometheus(withPassword(url)).query('up', signal);
/** The message of the ProviderError that a query ends with; it names the host and holds no credentials. */
async function troubleOf(server: { url: string }, signal = never): Promise<string> {
  const error = await query(server, signal).catch((thrown: unknown) => thrown);
  if (!(error instanceof ProviderError)) throw new Error(`expected a ProviderError, got ${String(error)}`);
  expect(error.message).toContain(`prometheus at ${new URL(server.url).host}`);
  expect(`${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`).not.toContain(PASSWORD);
  expect(error.message.length).toBeLessThan(300);
  return error.message;
}
const vector = (...values: string[]) =>
  JSON.stringify({
    status: 'success',
    data: { resultType: 'vector', result: values.map((value) => ({ metric: {}, value: [1, value] })) },
  });
const failed = (errorType: string, error: string) => JSON.stringify({ status: 'error', errorType, error });
const withStatus = (status: number, text: string, headers = {}): Promise<Server> =>
  fakeServer((response) => response.writeHead(status, headers).end(text));

afterEach(() => {
  vi.restoreAllMocks();
});

describe('an answer of Prometheus', () => {
  it('with one series is its value', async () => {
    expect(await query(await fakeServer(always(vector('0.0123'))))).toEqual({ value: 0.0123 });
  });

  it.each([
    ['0', 0],
    ['-1.5', -1.5],
    ['1e-7', 1e-7],
    ['2.5e+09', 2.5e9],
  ])('is a number however Prometheus writes it: %s', async (text, value) => {
    expect(await query(await fakeServer(always(vector(text))))).toEqual({ value });
  });

  it('may be a scalar', async () => {
    const scalar = JSON.stringify({ status: 'success', data: { resultType: 'scalar', result: [1, '42'] } });
    expect(await query(await fakeServer(always(scalar)))).toEqual({ value: 42 });
  });

  it('without a series is no data, which is not the same as 0', async () => {
    expect(await query(await fakeServer(always(vector())))).toEqual({ value: null });
  });

  it('with two series is refused: the query must name one', async () => {
    expect(await troubleOf(await fakeServer(always(vector('1', '2'))))).toMatch(
      /2 series; the query must name one/,
    );
  });

  it.each(['NaN', '+Inf', '-Inf', '', 'many', '0x10', '0b1', ' 1', '1_000', '1e999'])(
    'with the value %j is no number',
    async (text) => {
      expect(await troubleOf(await fakeServer(always(vector(text))))).toContain('no finite number');
    },
  );

  it('with a whole range of values is no answer to an instant query', async () => {
    const matrix = JSON.stringify({ status: 'success', data: { resultType: 'matrix', result: [] } });
    expect(await troubleOf(await fakeServer(always(matrix)))).toContain('in no known form');
  });
});

describe('a question to Prometheus', () => {
  it('is sent as a form, once, with the credentials of the address and nothing in the URL', async () => {
    const authorization: unknown[] = [];
    const server = await fakeServer((response, _request, message) => {
      authorization.push(message.headers.authorization);
      response.end(vector('1'));
    });
    await createPrometheus(`${withPassword(server.url)}/prometheus//`).query('a{b="c&d=e+f"}', never);
    expect(server.seen).toMatchObject([{ method: 'POST', path: '/prometheus/api/v1/query', query: {} }]);
    expect(new URLSearchParams(server.seen[0]?.body).get('query')).toBe('a{b="c&d=e+f"}');
    expect(authorization).toEqual([`Basic ${btoa(`ops:${PASSWORD}`)}`]);
  });

  it('whether it is online is answered also by one that has many series', async () => {
    const server = await fakeServer((response, { body }) => {
      const asked = new URLSearchParams(body).get('query');
      response.end(asked === 'up' ? vector('1', '1', '0') : vector());
    });
    await createPrometheus(server.url).isOnline(never);
  });

  it('whether it is online fails where nothing of Prometheus answers', async () => {
    const { url } = await fakeServer(always('<html>login</html>'));
    await expect(createPrometheus(url).isOnline(never)).rejects.toThrow(ProviderError);
  });
});

describe('a Prometheus in trouble', () => {
  it.each([
    ['a page of HTML', () => fakeServer(always('<html>login</html>')), 'HTTP 200 and no JSON'],
    ['half an answer', () => fakeServer(always(vector('1').slice(0, 40))), 'no JSON'],
    ['JSON of something else', () => fakeServer(always('{"ok":true}')), 'in no known form'],
    ['HTTP 500', () => withStatus(500, 'oops'), 'HTTP 500'],
    [
      'HTTP 400 for a query it refuses',
      () => withStatus(400, failed('bad_data', 'parse error: unexpected end of input')),
      'bad_data: parse error',
    ],
    ['HTTP 503', () => withStatus(503, failed('unavailable', 'shutting down')), 'unavailable: shutting down'],
    ['a wrong password', () => withStatus(401, 'Unauthorized'), 'HTTP 401'],
    ['an error status over a good answer', () => withStatus(502, vector('0.001')), 'HTTP 502'],
  ])('is told in a line: %s', async (_what, start, text) => {
    expect(await troubleOf(await start())).toContain(text);
  });

  it('that redirects is not followed, even with an answer in its body', async () => {
    const elsewhere = await fakeServer(always(vector('0.001')));
    const server = await withStatus(302, vector('0.001'), { location: elsewhere.url });
    expect(await troubleOf(server)).toContain('HTTP 302');
    expect(elsewhere.seen).toEqual([]);
  });

  it('that nobody listens for', async () => {
    expect(await troubleOf({ url: await deadUrl() })).toContain('ECONNREFUSED');
  });

  it('that breaks off', async () => {
    expect(await troubleOf(await fakeServer((_r, _q, message) => message.socket.destroy()))).toContain(
      'ECONNRESET',
    );
  });

  it('whose answer is huge is cut off', async () => {
    const server = await fakeServer((response) => response.end(`"${'x'.repeat(1_100_000)}"`));
    expect(await troubleOf(server)).toContain('more than 1000000 bytes');
  });

  it('whose error is endless is told in a line', async () => {
    const server = await withStatus(400, failed('bad_data', 'x'.repeat(5_000)));
    expect(await troubleOf(server)).toContain('bad_data');
  });

  it('that answers with a part of the data only is no measurement', async () => {
    const partial = { ...JSON.parse(vector('0')), warnings: [`no store behind ${PASSWORD}`] };
    expect(await troubleOf(await fakeServer(always(JSON.stringify(partial))))).toContain(
      'partial answer, with the warning: no store behind ***',
    );
    const told = { ...JSON.parse(vector('0')), warnings: [], infos: ['metric might not be a counter'] };
    expect(await query(await fakeServer(always(JSON.stringify(told))))).toEqual({ value: 0 });
  });

  it.each(['error', 'bad_data'])(
    'whose proxy repeats the credentials tells none of them: %s',
    async (type) => {
      const server = await fakeServer((response, _request, { headers }) =>
        response.writeHead(401).end(failed(type, `bad credentials ${headers.authorization} ops:${PASSWORD}`)),
      );
      const message = await troubleOf(server);
      expect(message).not.toContain(btoa(`ops:${PASSWORD}`));
      expect(message).toContain(
        type === 'error' ? 'HTTP 401 in no known form' : 'bad credentials Basic *** ***',
      );
    },
  );

  it.each(SLOW_SERVICES)(
    'that %s is given up after five seconds, whatever it sends meanwhile',
    async (_what, everyMs) => {
      const slow = await slowService(everyMs);
      expect(await troubleOf(slow)).toContain('no answer within 5 s');
      expect(slow.limits).toEqual([5_000]);
    },
  );

  it('is no longer asked once the attempt is over', async () => {
    const attempt = new AbortController();
    const server = await fakeServer(() => attempt.abort());
    expect(await troubleOf(server, attempt.signal)).toContain('given up');
  });
});
