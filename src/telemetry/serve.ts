/** A worker's one HTTP server: `/livez`, `/readyz`, `/metrics`. It reads and never acts, and asks nobody who they are. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { EXPOSITION_TYPE } from './exposition.js';
import type { Readiness } from './readiness.js';

export interface Served {
  /** Whether the process can do its work now. Must not reject. */
  readiness(): Promise<Readiness>;
  /** The body of `/metrics`. Must not reject. */
  metrics(): Promise<string>;
}

export interface Listen {
  host: string;
  port: number;
}

export interface TelemetryServer {
  /** Where it answers, without a path. */
  url: string;
  close(): Promise<void>;
}

/** A probe that is slower than this is none. Milliseconds. */
const REQUEST_MS = 10_000;

/**
 * Begins to answer. Nothing depends on it, so an address that cannot be had is told and no reason to stop.
 * @param note takes the sentence; then the answer is null
 */
export async function serveTelemetry(
  listen: Listen,
  served: Served,
  note: (text: string) => void,
): Promise<TelemetryServer | null> {
  const server = createServer((request, response) => void answer(request, response, served));
  server.requestTimeout = REQUEST_MS;
  server.on('error', () => {});
  try {
    await listening(server, listen);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    const why = code === 'EADDRINUSE' ? 'is taken' : `cannot be listened on (${code})`;
    note(
      `${addressOf(listen)} ${why}, so /livez, /readyz and /metrics are not served; telemetry.listen or WEAPP_TELEMETRY names another address, or off`,
    );
    return null;
  }
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : listen.port;
  return {
    url: `http://${addressOf({ ...listen, port })}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listening(server: Server, { host, port }: Listen): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
}

const addressOf = ({ host, port }: Listen): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;

async function answer(request: IncomingMessage, response: ServerResponse, served: Served): Promise<void> {
  const say = (status: number, text: string, type = 'text/plain; charset=utf-8') => {
    response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
    response.end(request.method === 'HEAD' ? undefined : text);
  };
  if (request.method !== 'GET' && request.method !== 'HEAD') return say(405, 'only GET\n');
  switch ((request.url ?? '').split('?')[0]) {
    case '/livez':
      return say(200, 'ok\n');
    case '/readyz': {
      const { ready, why } = await served.readiness();
      return say(ready ? 200 : 503, `${why}\n`);
    }
    case '/metrics':
      return say(200, await served.metrics(), EXPOSITION_TYPE);
    default:
      return say(404, 'here are /livez, /readyz and /metrics\n');
  }
}
