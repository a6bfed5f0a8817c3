import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { describe, expect, inject, it } from 'vitest';
import { RELEASE_SEARCH_ATTRIBUTES } from '../../src/domain/search-attributes.js';
import { connectTo } from '../../src/releases/connection.js';
import { ensureSearchAttributes } from '../../src/servers/search-attributes.js';
import type { Provided } from './global-setup.js';

const CONVERTER = fileURLToPath(new URL('../../src/workflows/payload-converter.cjs', import.meta.url));

// Once a process, before any use of the runtime: files that share one share this module. Workers tell every change of their
// state at level info, and every failed attempt, which is what many tests are about, as a warning.
Runtime.install({ logger: new DefaultLogger('ERROR') });

/** The converter of worker and client; without the file, the SDK's own. */
export const dataConverter: DataConverter = existsSync(CONVERTER) ? { payloadConverterPath: CONVERTER } : {};

/** A group of tests on the real dev server, skipped with the reason where there is none. */
export function describeWithServer(name: string, body: () => void): void {
  describeIf(name, [inject('devServer')], body);
}

/** A group of tests on the time-skipping server, without the product's workflows. */
export function describeWithTestServer(name: string, body: () => void): void {
  describeIf(name, [inject('testServer')], body);
}

/** A group of tests that run the product's workflows on the real dev server. */
export function describeWorkflows(name: string, body: () => void, timeout?: number): void {
  describeIf(name, [inject('devServer'), inject('workflowBundle')], body, timeout);
}

/** A group of tests that run the product's workflows with skipped time. */
export function describeTimeSkipping(name: string, body: () => void): void {
  describeIf(name, [inject('testServer'), inject('workflowBundle')], body);
}

/** The real dev server. Only inside a group that needs it. */
export function devServer(): { address: string; namespace: string; cliPath: string } {
  return present(inject('devServer'));
}

/** The time-skipping server's program. Only inside a group that needs it. */
export function testServerPath(): string {
  return present(inject('testServer')).path;
}

/** What `Worker.create` takes as `workflowBundle`. Only inside a group that needs it. */
export function workflowBundle(): { codePath: string } {
  const { codePath } = present(inject('workflowBundle'));
  return { codePath };
}

/** A client and a worker's connection to the real dev server; close both when done. */
export interface DevServerConnections {
  readonly client: Client;
  readonly native: NativeConnection;
  close(): Promise<void>;
}

/** Connects to the real dev server. */
export async function connectToDevServer(): Promise<DevServerConnections> {
  const { address, namespace } = devServer();
  // Of a history of megabytes a page is larger than the four that gRPC takes.
  const channelArgs = { 'grpc.max_receive_message_length': -1 };
  const connection = await Connection.connect({ address, channelArgs });
  const native = await NativeConnection.connect({ address });
  return {
    client: new Client({ connection, namespace, dataConverter }),
    native,
    async close() {
      await connection.close();
      await native.close();
    },
  };
}

/** Makes a namespace of one's own on the dev server; it has none of our search attributes. */
export async function createNamespace(name: string): Promise<void> {
  const { connection, close } = await connectTo(devServer().address, name);
  await connection.workflowService.registerNamespace({
    namespace: name,
    // protobufjs takes a plain number where its types name the class Long.
    workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
  });
  // A namespace is known everywhere only after the server has looked again.
  for (let known = false; !known; await sleep(200)) {
    const listed = connection.workflowService.listWorkflowExecutions({ namespace: name, query: '' });
    known = await listed.then(
      () => true,
      () => false,
    );
  }
  await close();
}

/** Starts a time-skipping server that knows the releases' search attributes; tear it down when done. */
export async function timeSkippingEnvironment(): Promise<TestWorkflowEnvironment> {
  const environment = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path: testServerPath() } },
    client: { dataConverter },
  });
  await ensureSearchAttributes(environment.connection, 'default', RELEASE_SEARCH_ATTRIBUTES);
  return environment;
}

/** A task queue of one's own: test files share a server. */
export function uniqueTaskQueue(purpose = 'test'): string {
  return `${purpose}-${randomUUID()}`;
}

/** An authorizer appid of one's own: `release:<appid>` is a workflow id, and test files share a server. */
export function uniqueAppId(): string {
  return `wx${randomUUID().replaceAll('-', '').slice(0, 16)}`;
}

function describeIf(
  name: string,
  needs: readonly Provided<object>[],
  body: () => void,
  timeout?: number,
): void {
  const lacking = needs.filter((need) => !need.ok);
  const broken = lacking.find((need) => need.broken);
  if (broken) {
    describe(name, () => {
      it('has what it needs', () => expect.fail(broken.reason));
    });
  } else if (lacking.length > 0) {
    const reasons = lacking.map((need) => need.reason.replace(/:$/, ''));
    describe.skip(`${name} (${reasons.join('; ')})`, body);
  } else {
    describe(name, timeout === undefined ? {} : { timeout }, body);
  }
}

function present<T>(provided: Provided<T>): T {
  if (!provided.ok) throw new Error(provided.reason);
  return provided;
}
