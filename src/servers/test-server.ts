import { freePorts, LOOPBACK } from './ports.js';
import { whenReady } from './ready.js';
import { startServerProcess } from './server-process.js';

/** How to run the time-skipping server. */
export interface TestServerOptions {
  /** The program, as `findTestServer` finds it. */
  readonly path: string;
  /** Port of the gRPC service; 0, the default, takes a free one. */
  readonly port?: number;
  /** Takes the server's output, appended. */
  readonly logFile?: string;
}

/** A time-skipping server that runs and answers. It keeps nothing and has one namespace, `default`. */
export interface TestServer {
  /** `host:port` of the gRPC service. */
  readonly address: string;
  readonly pid: number;
  /** Ends it and waits until it is gone. May be called again. */
  stop(): Promise<void>;
}

const READY_TIMEOUT_MS = 30_000;
// It has nothing to save.
const GRACE_MS = 2_000;

/**
 * Starts the time-skipping server: whenever every workflow waits for a timer, its clock jumps to the first one.
 * Where the clock must stand still between calls, use `TestWorkflowEnvironment.createTimeSkipping`, which starts
 * and steers a server of its own.
 * @throws {ServerStartError} when it ends or stays silent
 */
export async function startTestServer(options: TestServerOptions): Promise<TestServer> {
  const [free = 0] = await freePorts(1);
  const port = options.port || free;
  const server = await startServerProcess({
    path: options.path,
    args: [String(port), '--enable-time-skipping'],
    ...(options.logFile ? { logFile: options.logFile } : {}),
    graceMs: GRACE_MS,
  });
  const address = `${LOOPBACK}:${port}`;
  try {
    const ready = {
      process: server,
      address,
      title: 'the time-skipping server',
      timeoutMs: READY_TIMEOUT_MS,
    };
    await whenReady(ready, async (connection) => {
      await connection.workflowService.getSystemInfo({});
    });
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { address, pid: server.pid, stop: () => server.stop() };
}
