import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { createWechatClient } from '../../src/wechat/client.js';
import { APP, always, clientOf, deadUrl, failureOf, fakeServer, oneToken } from './fake-server.js';

const release = { app: APP, params: {} } as const;

/** Calls release, a write, against a server that answers so. */
async function releaseAgainst(answer: Parameters<typeof fakeServer>[0]) {
  const { url, seen } = await fakeServer(answer);
  const { client, calls } = clientOf(url);
  return { failure: await failureOf(client.call('release', release)), seen, calls };
}

describe('a write whose fate nobody knows', () => {
  test('no answer in time', async () => {
    const { url, seen } = await fakeServer(() => {});
    const failure = await failureOf(clientOf(url).client.call('release', { ...release, timeoutMs: 100 }));
    expect(failure).toMatchObject({
      kind: 'transport',
      fault: 'timeout',
      sent: true,
      action: 'unknownOutcome',
    });
    expect(failure.remedy).toContain('read before writing again');
    expect(seen).toHaveLength(1);
  });

  test('an answer that drips is bounded by the same time', async () => {
    const { url } = await fakeServer((response) => {
      const drip = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(drip));
    });
    const failure = await failureOf(clientOf(url).client.call('release', { ...release, timeoutMs: 200 }));
    expect(failure).toMatchObject({ kind: 'transport', fault: 'timeout', action: 'unknownOutcome' });
  });

  test('the connection is reset before the answer', async () => {
    const { failure, seen } = await releaseAgainst((_response, _request, message) =>
      message.socket.resetAndDestroy(),
    );
    expect(failure).toMatchObject({
      kind: 'transport',
      fault: 'connection',
      sent: true,
      action: 'unknownOutcome',
    });
    expect(seen).toHaveLength(1);
  });

  test('a TLS handshake that breaks', async () => {
    const server = createServer(() => {});
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const baseUrl = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const failure = await failureOf(clientOf(baseUrl).client.call('release', release));
    await new Promise<void>((done) => server.close(() => done()));
    expect(failure).toMatchObject({ kind: 'transport', action: 'unknownOutcome' });
  });

  test('the connection ends within the answer', async () => {
    const { failure } = await releaseAgainst((response, _request, message) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"errcode":0', () => message.socket.destroy());
    });
    expect(failure).toMatchObject({ kind: 'transport', sent: true, action: 'unknownOutcome' });
  });

  test.each([500, 502, 503, 408])('HTTP %i', async (status) => {
    const { failure, seen } = await releaseAgainst((response) => response.writeHead(status).end('<html>'));
    expect(failure).toMatchObject({
      kind: 'transport',
      fault: 'http',
      status,
      sent: true,
      action: 'unknownOutcome',
    });
    expect(seen).toHaveLength(1);
  });

  test.each([
    ['HTML', '<html><body>login</body></html>', 'the body is no JSON object'],
    ['nothing', '', 'the body is empty'],
    ['half of it', '{"errcode":0,', 'the body is no JSON object'],
    ['a list', '[]', 'the body is no JSON object'],
    ['JSON that is not WeChat’s', '{"status":"up"}', 'there is no errcode'],
  ])('a body of %s', async (_what, body, message) => {
    const { failure, calls } = await releaseAgainst(always(body));
    expect(failure).toMatchObject({ kind: 'invalidAnswer', message, answer: body, action: 'unknownOutcome' });
    expect(calls).toEqual([
      expect.objectContaining({ endpoint: 'release', outcome: 'invalidAnswer', code: null }),
    ]);
  });

  test('an answer without end is cut off', async () => {
    const { failure } = await releaseAgainst((response) => response.end(Buffer.alloc(5 * 1024 * 1024, ' ')));
    expect(failure).toMatchObject({ kind: 'transport', fault: 'brokenAnswer', action: 'unknownOutcome' });
  });
});

describe('a request that WeChat never saw', () => {
  test('nobody listens', async () => {
    const failure = await failureOf(clientOf(await deadUrl()).client.call('release', release));
    expect(failure).toMatchObject({
      ...{ kind: 'transport', fault: 'notSent', sent: false, action: 'retryAfter' },
      ...{ message: 'ECONNREFUSED', retryAfterMs: 5_000 },
    });
  });

  test('nobody listens on any address of localhost', async () => {
    const url = (await deadUrl()).replace('127.0.0.1', 'localhost');
    const failure = await failureOf(clientOf(url).client.call('release', release));
    expect(failure).toMatchObject({ fault: 'notSent', sent: false, action: 'retryAfter' });
  });

  test('the host does not exist', async () => {
    const failure = await failureOf(clientOf('http://no-such-host.invalid').client.call('release', release));
    expect(failure).toMatchObject({ fault: 'notSent', sent: false, action: 'retryAfter' });
  });

  test('given up before it was sent', async () => {
    const { url, seen } = await fakeServer(always('{}'));
    const failure = await failureOf(
      clientOf(url).client.call('release', { ...release, signal: AbortSignal.abort() }),
    );
    expect(failure).toMatchObject({ fault: 'aborted', sent: false, action: 'retryAfter' });
    expect(seen).toHaveLength(0);
  });
});

describe('a request that is answered, but not by WeChat', () => {
  test('a redirect is not followed', async () => {
    const { failure, seen } = await releaseAgainst((response) =>
      response.writeHead(302, { location: '/else' }).end(),
    );
    expect(failure).toMatchObject({ fault: 'redirect', status: 302, action: 'permanent' });
    expect(seen.map(({ path }) => path)).toEqual(['/wxa/release']);
  });

  test.each([400, 403, 404])('HTTP %i is permanent', async (status) => {
    const { failure } = await releaseAgainst((response) => response.writeHead(status).end());
    expect(failure).toMatchObject({ fault: 'http', status, action: 'permanent' });
  });

  test('HTTP 429 is tried again in a minute', async () => {
    const { failure } = await releaseAgainst((response) => response.writeHead(429).end());
    expect(failure).toMatchObject({ fault: 'http', action: 'retryAfter', retryAfterMs: 60_000 });
  });
});

test('a call that is given up while it runs may have been carried out', async () => {
  const controller = new AbortController();
  const { url } = await fakeServer(() => controller.abort());
  const failure = await failureOf(
    clientOf(url).client.call('release', { ...release, signal: controller.signal }),
  );
  expect(failure).toMatchObject({ fault: 'aborted', sent: true, action: 'unknownOutcome' });
});

test('a base address may have a path, and must be an address', async () => {
  const { url, seen } = await fakeServer(always('{"errcode":0,"errmsg":"ok"}'));
  await clientOf(`${url}/proxy/`).client.call('release', release);
  expect(seen[0]?.path).toBe('/proxy/wxa/release');
  expect(() => createWechatClient({ baseUrl: 'api', tokens: oneToken })).toThrow(TypeError);
});

test('each request has a connection of its own', async () => {
  const ports = new Set<number | undefined>();
  const { url } = await fakeServer((response, _request, message) => {
    ports.add(message.socket.remotePort);
    response.end('{"errcode":0,"errmsg":"ok"}');
  });
  const { client } = clientOf(url);
  for (const _ of [1, 2, 3]) await client.call('release', release);
  expect(ports.size).toBe(3);
});
