/** Streams of events with readers that hang up, stand still, or stay longer than their token. */
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { type EventStream, openStream, type StreamLimits } from '../../src/api/event-stream.js';
import { createApi } from '../../src/api/server.js';
import { tokenHash } from '../../src/identity/tokens.js';
import type { Temporal } from '../../src/releases/connection.js';

const APP = 'wx0123456789abcdef';
const USUAL: StreamLimits = { breathMs: 20, longestMs: 60_000, mostBehind: 4_000_000, lastMs: 50 };

/** A server whose only answer is a stream, and a reader that may stand still. */
async function givenReader(limits: Partial<StreamLimits> = {}) {
  let raw: ServerResponse | null = null;
  let isLeft = () => {};
  const left = new Promise<void>((resolve) => {
    isLeft = resolve;
  });
  let isOpened = (_stream: EventStream) => {};
  const opened = new Promise<EventStream>((resolve) => {
    isOpened = resolve;
  });
  const server = createServer((_request, response) => {
    raw = response;
    const stream = openStream(response, { ...USUAL, ...limits }, isLeft);
    if (stream !== null) isOpened(stream);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const reader = connect((server.address() as AddressInfo).port, '127.0.0.1');
  reader.on('error', () => {});
  onTestFinished(() => {
    reader.destroy();
    server.closeAllConnections();
    server.close();
  });
  reader.write('GET / HTTP/1.1\r\nhost: here\r\n\r\n');
  return { stream: await opened, left, reader, closed: () => raw?.closed };
}

it('cuts off a reader that stands still, and does not hold what it would have read', async () => {
  const { stream, left, reader } = await givenReader({ mostBehind: 100_000 });
  reader.pause();
  for (let index = 0; index < 2_000; index++) stream.send('status', 'x'.repeat(10_000));
  await left;
});

it('ends also where nobody takes the end; nothing is written after it', async () => {
  const { stream, left, reader, closed } = await givenReader({ mostBehind: 1e9 });
  reader.pause();
  for (let index = 0; index < 2_000; index++) stream.send('status', 'x'.repeat(10_000));
  stream.end();
  stream.send('status', 'too late');
  expect(closed()).toBe(false);
  await left;
  // Breaths have come and gone meanwhile.
  await sleep(60);
});

it('ends when its time is up', async () => {
  const { left, reader } = await givenReader({ longestMs: 50 });
  reader.resume();
  await left;
});

/** A Temporal with one release, of which no worker tells anything, after a while. */
function silentTemporal(tookMs: number): { temporal: Temporal; looks: () => number } {
  let looks = 0;
  const describe = async () => {
    looks++;
    await sleep(tookMs);
    return {
      workflowId: `release:${APP}`,
      runId: 'run',
      status: { name: 'RUNNING' },
      startTime: new Date(0),
      typedSearchAttributes: { get: () => undefined },
      raw: {},
    };
  };
  const query = async () => {
    throw new Error('no worker');
  };
  const temporal = {
    client: { workflow: { getHandle: () => ({ describe, query }) } },
    connection: { withDeadline: (_deadline: number, call: () => unknown) => call() },
    address: 'nowhere',
    namespace: 'default',
    close: async () => {},
  };
  return { temporal: temporal as unknown as Temporal, looks: () => looks };
}

async function givenApi(temporal: Temporal, expires?: number) {
  const token = { name: 'vic', hash: tokenHash('vic'), roles: ['viewer' as const], apps: ['*'] };
  const server = await createApi(
    {
      temporal,
      tokens: [expires === undefined ? token : { ...token, expires }],
      limits: { requests: 1_000, healthReports: 1, checks: 100_000, streams: 2 },
      vouchKey: null,
      audit: null,
      push: null,
      metrics: null,
    },
    false,
  );
  await server.listen({ port: 0, host: '127.0.0.1' });
  onTestFinished(() => server.close());
  const { port } = server.server.address() as AddressInfo;
  return async (): Promise<Socket> => {
    const socket = connect(port, '127.0.0.1');
    socket.write(
      `GET /v1/releases/${APP}/events HTTP/1.1\r\nhost: here\r\nauthorization: Bearer vic\r\n\r\n`,
    );
    return socket;
  };
}

it('keeps no place, and looks no more, for a reader that hung up before there was anything to read', async () => {
  const { temporal, looks } = silentTemporal(50);
  const ask = await givenApi(temporal);
  for (let index = 0; index < 4; index++) {
    const socket = await ask();
    await sleep(20);
    socket.destroy();
    await sleep(80);
  }
  const socket = await ask();
  const first = await new Promise<Buffer>((read) => socket.once('data', read));
  expect(first.toString()).toContain('HTTP/1.1 200');
  socket.destroy();
  await sleep(300);
  const before = looks();
  await sleep(1_500);
  expect(looks()).toBe(before);
});

it('ends with the token that it was opened with', async () => {
  const { temporal } = silentTemporal(1);
  const ask = await givenApi(temporal, Date.now() + 1_000);
  const socket = await ask();
  let text = '';
  socket.on('data', (data) => {
    text += data;
  });
  const begun = performance.now();
  // The last piece of an answer in pieces.
  while (!text.endsWith('0\r\n\r\n')) await sleep(20);
  expect(performance.now() - begun).toBeLessThan(3_000);
  expect(text).toContain('event: silence');
  socket.destroy();
});
