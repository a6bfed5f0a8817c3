/** The way to the Temporal server that TEMPORAL_* names. */
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { InterceptingCall, type Interceptor } from '@grpc/grpc-js';
import {
  Client,
  Connection,
  defaultGrpcRetryOptions,
  isRetryableError,
  makeGrpcRetryInterceptor,
} from '@temporalio/client';
import { describeUnreachable, loadConnectConfig } from '../servers/connect.js';
import type { Environment } from '../servers/folders.js';
import { GRPC, reasonOf } from '../servers/grpc.js';
import { ReleaseError } from './errors.js';

export interface Temporal {
  client: Client;
  connection: Connection;
  address: string;
  namespace: string;
  close(): Promise<void>;
}

/** How long a server has to answer, milliseconds. */
const CONNECT_MS = 5_000;

const PAYLOAD_CONVERTER = fileURLToPath(new URL('../workflows/payload-converter.cjs', import.meta.url));

/** Connects. @throws ReleaseError unreachable when nothing answers within 5 s, naming `weapp-rollout up` and TEMPORAL_ADDRESS */
export async function connectTemporal(env: Environment): Promise<Temporal> {
  const { address, namespace, connectionOptions } = loadConnectConfig(env);
  return open({ address, namespace, connectionOptions });
}

/** For a server that must come up whatever Temporal does: it connects when it is first used, and again after a loss. */
export function lazyTemporal(env: Environment): Temporal {
  const { address, namespace, connectionOptions } = loadConnectConfig(env);
  const connection = Connection.lazy({ ...connectionOptions, interceptors: [bounded, retried] });
  return temporalOver(connection, address, namespace);
}

/** Connects to a server whose address is known. */
export function connectTo(address: string, namespace: string): Promise<Temporal> {
  return open({ address, namespace, connectionOptions: { address } });
}

async function open(config: ReturnType<typeof loadConnectConfig>): Promise<Temporal> {
  const { address, namespace, connectionOptions } = config;
  try {
    await refusedAtOnce(address);
    const connection = await Connection.connect({ ...connectionOptions, connectTimeout: CONNECT_MS });
    return temporalOver(connection, address, namespace);
  } catch (error) {
    const [message = '', ...help] = describeUnreachable(address, new Error(reasonOf(error))).split('\n');
    throw new ReleaseError('unreachable', message, help.join('\n'), { cause: error });
  }
}

/** A server that does not answer must not hold a request for ever. Milliseconds. */
const USUAL_MS = 15_000;
/** What waits for a worker is held by the server for a minute, and asked again. */
const LONG_MS = 70_000;
const LONG = /(GetWorkflowExecutionHistory|UpdateWorkflowExecution|PollWorkflowExecutionUpdate)$/;

/** Gives every call that has no deadline one. */
const bounded: Interceptor = (options, nextCall) => {
  const ms = LONG.test(options.method_definition.path) ? LONG_MS : USUAL_MS;
  return new InterceptingCall(nextCall({ ...options, deadline: options.deadline ?? Date.now() + ms }));
};

const USUAL_RETRIES = defaultGrpcRetryOptions();
/** Of a server that is away: who asks shall hear of it soon. */
const MOST_AWAY = 3;

/** What the SDK does for connections that have no interceptors of their own; a throttled call is sent again until its deadline. */
const retried = makeGrpcRetryInterceptor({
  ...USUAL_RETRIES,
  retryableDecider: (attempt, status) =>
    status.code === GRPC.unavailable
      ? attempt < MOST_AWAY && isRetryableError(status)
      : USUAL_RETRIES.retryableDecider(attempt, status),
});

function temporalOver(connection: Connection, address: string, namespace: string): Temporal {
  const dataConverter = { payloadConverterPath: PAYLOAD_CONVERTER };
  const client = new Client({ connection, namespace, dataConverter });
  return { client, connection, address, namespace, close: () => connection.close() };
}

/** gRPC tries a refused connection again until its time is up; on this machine a refusal is final. */
function refusedAtOnce(address: string): Promise<void> {
  const [host = '', port = ''] = address.split(':');
  if (host !== 'localhost' && host !== '127.0.0.1') return Promise.resolve();
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: Number(port), timeout: CONNECT_MS });
    const done = () => {
      socket.destroy();
      resolve();
    };
    socket.once('connect', done);
    socket.once('timeout', done);
    socket.once('error', () => reject(new Error('connection refused')));
  });
}
