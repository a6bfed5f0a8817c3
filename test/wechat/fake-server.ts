import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { TokenProvider } from '../../src/credentials/provider.js';
import { type CallRecord, createWechatClient, type WechatClient } from '../../src/wechat/client.js';
import { WechatError, type WechatFailure } from '../../src/wechat/errors.js';

export interface SeenRequest {
  method: string;
  path: string;
  query: Record<string, string>;
  body: string;
  /** The body as it came, and how it was announced. */
  bytes: Buffer;
  type: string;
}

type Answer = (response: ServerResponse, request: SeenRequest, message: IncomingMessage) => void;

/** An HTTP server on the loopback that answers as told, records what it saw, and ends with the test. */
export async function fakeServer(answer: Answer): Promise<{ url: string; seen: SeenRequest[] }> {
  const seen: SeenRequest[] = [];
  const server = createServer(async (message, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of message) pieces.push(piece as Buffer);
    const url = new URL(message.url ?? '', 'http://fake');
    const bytes = Buffer.concat(pieces);
    const request = {
      method: message.method ?? '',
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      body: bytes.toString('utf8'),
      bytes,
      type: message.headers['content-type'] ?? '',
    };
    seen.push(request);
    answer(response, request, message);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(
    () =>
      new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  );
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

/** Answers each request with the same text. */
export const always =
  (text: string): Answer =>
  (response) =>
    response.end(text);

/** A port nobody listens on. */
export async function deadUrl(): Promise<string> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((done) => server.close(() => done()));
  return `http://127.0.0.1:${port}`;
}

export const APP = 'wx0123456789abcdef';
export const TOKEN = '71_a+secret/token="here"&more-than-anyone-should-see';

/** A provider that always has the same token. */
export const oneToken: TokenProvider = { get: async () => TOKEN };

export const COMPONENT_TOKEN = '61_component+token/of="the"&platform';

/** A provider that has the platform's own token as well. */
export const bothTokens: TokenProvider = { ...oneToken, component: async () => COMPONENT_TOKEN };

/** A client of a fake server, and what its hook was told. */
export function clientOf(
  baseUrl: string,
  tokens: TokenProvider = oneToken,
): { client: WechatClient; calls: CallRecord[] } {
  const calls: CallRecord[] = [];
  const client = createWechatClient({
    baseUrl,
    tokens,
    timeoutMs: 2_000,
    onCall: (record) => calls.push(record),
  });
  return { client, calls };
}

/** The WechatError that a call ends with; anything else fails the test. */
export async function errorOf(call: Promise<unknown>): Promise<WechatError> {
  const outcome = await call.then(
    (answer) => ({ answer }),
    (error: unknown) => ({ error }),
  );
  if ('error' in outcome && outcome.error instanceof WechatError) return outcome.error;
  throw new Error(`expected a WechatError, got ${JSON.stringify(outcome)}`);
}

/** The failure that a call ends with. */
export async function failureOf(call: Promise<unknown>): Promise<WechatFailure> {
  return (await errorOf(call)).failure;
}
