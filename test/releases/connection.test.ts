/** The connection of a server that must come up whatever Temporal does, against a gRPC server that is in trouble. */
import { Server, ServerCredentials, status } from '@grpc/grpc-js';
import { describe, expect, it, onTestFinished } from 'vitest';
import { lazyTemporal } from '../../src/releases/connection.js';
import { grpcCode } from '../../src/servers/grpc.js';

const GET_SYSTEM_INFO = {
  path: '/temporal.api.workflowservice.v1.WorkflowService/GetSystemInfo',
  requestStream: false,
  responseStream: false,
  requestSerialize: (bytes: Buffer) => bytes,
  requestDeserialize: (bytes: Buffer) => bytes,
  responseSerialize: (bytes: Buffer) => bytes,
  responseDeserialize: (bytes: Buffer) => bytes,
};

/** A server that answers with these statuses, one after the other, and then always well; and how often it was asked. */
async function troubled(...codes: number[]) {
  let calls = 0;
  const server = new Server();
  server.addService(
    { getSystemInfo: GET_SYSTEM_INFO },
    {
      getSystemInfo: (_call: unknown, answer: (error: object | null, bytes?: Buffer) => void) => {
        const code = codes[calls];
        calls += 1;
        if (code === undefined) answer(null, Buffer.alloc(0));
        else answer({ code, details: 'in trouble' });
      },
    },
  );
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    ),
  );
  const temporal = lazyTemporal({ TEMPORAL_ADDRESS: `127.0.0.1:${port}` });
  onTestFinished(async () => {
    await temporal.close();
    server.forceShutdown();
  });
  const ask = () => temporal.connection.workflowService.getSystemInfo({});
  return { ask, calls: () => calls };
}

describe('a lazy connection', () => {
  it('asks again when it is throttled', async () => {
    const { ask, calls } = await troubled(status.RESOURCE_EXHAUSTED);
    await expect(ask()).resolves.toBeDefined();
    // The first use of a connection asks once by itself.
    expect(calls()).toBeGreaterThanOrEqual(2);
  });

  it('asks again when the server is away for a moment, and says soon when it stays so', async () => {
    const moment = await troubled(status.UNAVAILABLE, status.UNAVAILABLE);
    await expect(moment.ask()).resolves.toBeDefined();
    const gone = await troubled(...Array.from({ length: 100 }, () => status.UNAVAILABLE));
    const error = await gone.ask().catch((thrown: unknown) => thrown);
    expect(grpcCode(error)).toBe(status.UNAVAILABLE);
    expect(gone.calls()).toBeLessThanOrEqual(6);
  });

  it('does not ask again what will not be answered otherwise', async () => {
    const { ask } = await troubled(...Array.from({ length: 100 }, () => status.PERMISSION_DENIED));
    expect(grpcCode(await ask().catch((thrown: unknown) => thrown))).toBe(status.PERMISSION_DENIED);
  });
});
