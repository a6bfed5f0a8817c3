/** Temporal's time-skipping test server: timers and retries of weeks pass in seconds. Nothing of it is kept. */
import { Connection } from '@temporalio/client';
import {
  type InternalConnectionOptions,
  InternalConnectionOptionsSymbol,
} from '@temporalio/client/lib/connection.js';
import { msToTs, tsToMs } from '@temporalio/common/lib/time.js';
import { freePorts, LOOPBACK } from './ports.js';
import { whenReady } from './ready.js';
import { ServerStartError, startServerProcess } from './server-process.js';

/** A test server that runs, and the strings its time hangs on. */
export interface TestServer {
  /** `host:port` of the gRPC service. */
  readonly address: string;
  readonly namespace: string;
  readonly connection: Connection;
  /** Resolves, with how it ended, when the server is gone for any reason. */
  readonly ended: Promise<string>;
  /** The server's time, milliseconds since the epoch; never behind this machine's. */
  now(): Promise<number>;
  /** Brings the server's time forward, while nothing runs. Milliseconds. */
  sleep(ms: number): Promise<void>;
  /** From now on time jumps to whatever happens next, whenever nothing is being done. Until then it goes by as it does here. */
  letTimeSkip(): Promise<void>;
  /** From now on time goes by as it does here again; once for each `letTimeSkip`. */
  holdTime(): Promise<void>;
  /** Ends it and waits until it is gone. May be called again. */
  stop(): Promise<void>;
}

const READY_TIMEOUT_MS = 30_000;
const GRACE_MS = 5_000;
const ATTEMPTS = 3;

/**
 * Starts a test server on a free port. It ends with this process at the latest.
 * @param path the program, as `findTestServer` finds it
 * @throws {ServerStartError} when it ends or stays silent; with its last log lines
 */
export async function startTestServer({ path }: { path: string }): Promise<TestServer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(path);
    } catch (error) {
      // Between finding a free port and taking it, someone else may have taken it.
      if (!(error instanceof ServerStartError && error.died) || attempt === ATTEMPTS) throw error;
    }
  }
}

async function startOnce(path: string): Promise<TestServer> {
  const [port = 0] = await freePorts(1);
  // Time stands under the caller's control only without --enable-time-skipping.
  const server = await startServerProcess({ path, args: [String(port)], graceMs: GRACE_MS });
  const address = `${LOOPBACK}:${port}`;
  try {
    const ready = { process: server, address, title: "Temporal's test server", timeoutMs: READY_TIMEOUT_MS };
    await whenReady(ready, async () => {});
    return await connected(address, server);
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function connected(
  address: string,
  server: Awaited<ReturnType<typeof startServerProcess>>,
): Promise<TestServer> {
  // The SDK offers the calls that move time only on a connection that is told of them, which is how its own test
  // environment does it.
  const options: InternalConnectionOptions = {
    address,
    [InternalConnectionOptionsSymbol]: { supportsTestService: true },
  };
  const connection = await Connection.connect(options);
  const { testService } = connection;
  if (testService === undefined) throw new Error('the Temporal SDK no longer offers to move time');
  return {
    address,
    namespace: 'default',
    connection,
    ended: server.ended,
    async now() {
      const { time } = await testService.getCurrentTime({});
      return tsToMs(time);
    },
    async sleep(ms) {
      await testService.unlockTimeSkippingWithSleep({ duration: msToTs(ms) });
    },
    async letTimeSkip() {
      await testService.unlockTimeSkipping({});
    },
    async holdTime() {
      await testService.lockTimeSkipping({});
    },
    async stop() {
      await connection.close();
      await server.stop();
    },
  };
}
