import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection, isGrpcServiceError } from '@temporalio/client';
import { GRPC } from './grpc.js';
import { type ServerProcess, ServerStartError } from './server-process.js';

const POLL_MS = 20;

/** What must be true before a server counts as started. */
export interface ReadyOptions {
  readonly process: ServerProcess;
  readonly address: string;
  /** Name for messages. */
  readonly title: string;
  readonly timeoutMs: number;
}

/**
 * Waits until a server answers gRPC calls, then runs `prepare` with a connection to it.
 * @throws {ServerStartError} when it ends or stays silent
 */
export async function whenReady(
  options: ReadyOptions,
  prepare: (connection: Connection) => Promise<void>,
): Promise<void> {
  const { process, address, title, timeoutMs } = options;
  const over = new AbortController();
  try {
    await new Promise<void>((done, fail) => {
      const failWith = (what: string, died = false) =>
        fail(new ServerStartError(`${title} ${what}`, process.logTail(), died));
      const timer = setTimeout(() => failWith(`did not answer within ${timeoutMs / 1000} s`), timeoutMs);
      over.signal.addEventListener('abort', () => clearTimeout(timer));
      void process.ended.then((how) => failWith(`${how} before it answered`, true));
      reach(address, over.signal, prepare).then(done, fail);
    });
  } finally {
    over.abort();
  }
}

async function reach(
  address: string,
  signal: AbortSignal,
  prepare: (c: Connection) => Promise<void>,
): Promise<void> {
  // gRPC waits a second after a refused connection; the socket tells within milliseconds when it is worth trying.
  while (!(await accepts(address))) {
    if (signal.aborted) return;
    await sleep(POLL_MS);
  }
  const connection = await Connection.connect({ address, connectTimeout: '20s' });
  try {
    await prepare(connection);
  } finally {
    await connection.close();
  }
}

/**
 * Repeats a call while the server says that it is not ready yet: the port opens before the namespaces exist.
 */
export async function untilAnswered<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!isGrpcServiceError(error) || !NOT_YET.has(error.code)) throw error;
      await sleep(POLL_MS);
    }
  }
}

const NOT_YET: ReadonlySet<number> = new Set([GRPC.notFound, GRPC.unavailable]);

function accepts(address: string): Promise<boolean> {
  const [host = '', port = ''] = address.split(':');
  return new Promise((done) => {
    const socket = connect({ host, port: Number(port) });
    socket.once('connect', () => {
      socket.destroy();
      done(true);
    });
    socket.once('error', () => done(false));
  });
}
