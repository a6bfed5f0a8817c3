/** Runs the cells of the matrix, all at once in real time: what is slow is the waiting that the write protocol prescribes. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Client } from '@temporalio/client';
import { parseWorkerConfig } from '../../src/config/worker-config.js';
import { EFFECTS } from '../../src/domain/effects.js';
import type { Attention, ReleaseStatus } from '../../src/domain/status.js';
import { type Simulator, startSimulator } from '../../src/simulator/server.js';
import { startWorker } from '../../src/worker.js';
import { RELEASE_WORKFLOW, releaseWorkflowId, TASK_TIMEOUT } from '../../src/workflows/messages.js';
import { appWorld, type Handle, tokenOf, until } from '../support/release.js';
import {
  connectToDevServer,
  devServer,
  uniqueAppId,
  uniqueTaskQueue,
  workflowBundle,
} from '../support/temporal.js';
import { type ListedFault, TIMEOUT_MS } from './faults-list.js';
import type { Row } from './faults-rows.js';
import { type Expected, expectedOf, type Reaction } from './faults-rules.js';

/** One write, struck by one fault so many times in a row. */
export interface Cell {
  row: Row;
  listed: ListedFault;
  times: number;
}

/** What a person on call does about attention. */
export type Remedy = 'retry' | 'abort';

export interface CameOut {
  status: ReleaseStatus;
  effects: string[];
  /** What the person on call read, in order. */
  attentions: Attention[];
  /** What the release said while it waited for another day, and was aborted by. */
  waited: string | null;
  /** Requests of the struck endpoint, beside those of a release without faults. */
  extraRequests: number;
}

/** What is to be seen of a fault afterwards, without knowing which it was. */
export function reactionOf({ row }: Cell, { status, attentions, extraRequests, waited }: CameOut): Reaction {
  if (waited !== null) return 'waits a day';
  const { endpoint } = EFFECTS[row.effect];
  const records = status.effects.filter((record) => record.endpoint === endpoint);
  if (attentions.length > 0) return 'person';
  if (records.every(({ result }) => result !== 'applied')) return 'does without';
  const struck = records[row.before];
  if (records.some(({ writes, result }) => writes > 1 || result !== 'applied')) return 'sends again';
  if (extraRequests > 0) return 'asks again';
  return struck?.answer.startsWith('ok') ? 'as if' : 'found';
}

export function expectedIn({ row, listed, times }: Cell): Expected {
  return expectedOf(row.effect, listed, times);
}

/** How long a cell has to take, milliseconds: nothing but waiting. */
export function waitMsOf(cell: Cell): number {
  return cell.row.waitMs + expectedIn(cell).waitMs;
}

export interface Matrix {
  /** Runs a release for a cell. */
  run(cell: Cell): Promise<CameOut>;
  close(): Promise<void>;
}

/** Releases begun in a second: more at once would only wait for each other's processor. */
const STARTS_PER_SECOND = 12;

/** Those that wait longest first: begun last, all would wait for them. */
export function longestFirst(cells: readonly Cell[]): Cell[] {
  return cells.toSorted((a, b) => waitMsOf(b) - waitMsOf(a));
}

/** A world with an app for every cell; `remedy` is what the person on call does. */
export async function startMatrix(cells: readonly Cell[], remedy: Remedy = 'retry'): Promise<Matrix> {
  const apps = new Map(cells.map((cell) => [cell, uniqueAppId()]));
  const appOf = (cell: Cell) => apps.get(cell) ?? '';
  const simulator = await startSimulator({
    world: {
      templates: [{ id: 42, pages: ['pages/index/index'] }],
      quotas: { audit: { limit: 10_000 }, speedup: { limit: 10_000 } },
      apps: Object.fromEntries(
        cells.map((cell) => [
          appOf(cell),
          { ...appWorld(appOf(cell), cell.row.app(cell.times)), tokens: [otherTokenOf(appOf(cell))] },
        ]),
      ),
    },
  });
  const center = await startTokenCenter();
  const { client, native, close } = await connectToDevServer();
  const { namespace } = devServer();
  const taskQueue = uniqueTaskQueue('faults');
  const worker = await startWorker({
    connection: native,
    namespace,
    taskQueue,
    config: parseWorkerConfig({
      wechat: { baseUrl: simulator.url, timeoutMs: TIMEOUT_MS },
      tokens: { http: { address: `${center.url}/?app={{app}}`, cacheFor: '1h' } },
    }),
    env: { PLAN_PROMETHEUS_URL: simulator.url },
    bundlePath: workflowBundle().codePath,
  });
  const onCall = personOnCall(client, taskQueue, remedy);

  let nextAt = Date.now();
  return {
    async run(cell) {
      nextAt = Math.max(nextAt + 1_000 / STARTS_PER_SECOND, Date.now());
      await pause(nextAt - Date.now());
      strike(simulator, appOf(cell), cell);
      const handle = await client.workflow.start(RELEASE_WORKFLOW, {
        workflowId: releaseWorkflowId(appOf(cell)),
        taskQueue,
        workflowTaskTimeout: TASK_TIMEOUT,
        args: [{ plan: cell.row.plan(appOf(cell)), searchAttributes: true, startedBy: 'test' }],
      });
      const waited = expectedIn(cell).reaction === 'waits a day' ? await abortWaiting(handle) : null;
      const status = (await handle.result()) as ReleaseStatus;
      return {
        status,
        waited,
        attentions: onCall.read(handle.workflowId),
        ...seenBy(simulator, appOf(cell), cell),
      };
    },
    async close() {
      await onCall.leave();
      await worker.stop();
      await close();
      await simulator.close();
      await center.close();
    },
  };
}

/** What nobody has the time to wait for: read why it waits and for how long, and abort. */
async function abortWaiting(handle: Pick<Handle, 'query' | 'signal'>): Promise<string> {
  const { reason, next } = await until(handle, (status) => status.reason.includes('45009'), 200_000);
  if (next.at === null || next.at - Date.now() > 25 * 3_600_000) throw new Error(`until when? ${next.at}`);
  await handle.signal('abort', { by: 'the person on call', reason });
  return reason;
}

function strike(simulator: Simulator, app: string, { row, listed, times }: Cell): void {
  const { endpoint } = EFFECTS[row.effect];
  // An answer that is late by nothing lets the calls before it pass.
  if (row.before > 0)
    simulator.control.addFault({ endpoint, app, kind: 'slow', delayMs: 0, times: row.before });
  simulator.control.addFault({ ...listed.fault, endpoint, app, times });
}

function seenBy(simulator: Simulator, app: string, cell: Cell): Pick<CameOut, 'effects' | 'extraRequests'> {
  const { row } = cell;
  const { endpoint } = EFFECTS[row.effect];
  const { effects, requests } = simulator.control.ledger(app);
  // What waits for another day is aborted with the struck one as the last.
  const usual =
    expectedIn(cell).reaction === 'waits a day'
      ? row.before + 1
      : row.effects.filter((effect) => effect.split(' ')[0] === endpoint).length;
  return {
    effects: effects.map((effect) =>
      effect.endpoint === 'grayrelease' ? `grayrelease ${effect.percentage}` : effect.endpoint,
    ),
    extraRequests: requests.filter((request) => request.endpoint === endpoint).length - usual,
  };
}

const otherTokenOf = (app: string): string => `${tokenOf(app)}-anew`;

/** A platform's token center: each time it is asked, the other one of two tokens that WeChat takes. */
async function startTokenCenter(): Promise<{ url: string; close(): Promise<void> }> {
  const asked = new Map<string, number>();
  const server: Server = createServer((request, response) => {
    const app = new URL(request.url ?? '/', 'http://localhost').searchParams.get('app') ?? '';
    const times = asked.get(app) ?? 0;
    asked.set(app, times + 1);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ access_token: times % 2 === 0 ? tokenOf(app) : otherTokenOf(app) }));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((done) => server.close(() => done())),
  };
}

const EVERY_MS = 1_000;

/** Looks at the list of releases that need a person, as people do, reads why, and does as the remedy says. */
function personOnCall(client: Client, taskQueue: string, remedy: Remedy) {
  const reads = new Map<string, Attention[]>();
  let left = false;
  const attend = async (workflowId: string) => {
    const handle = client.workflow.getHandle(workflowId);
    const { attention } = await handle.query<ReleaseStatus, []>('status');
    const known = reads.get(workflowId) ?? [];
    if (attention === null || known.some(({ since }) => since === attention.since)) return;
    reads.set(workflowId, [...known, attention]);
    const commandId = `${remedy}-${attention.since}`;
    await handle.signal(remedy, { commandId, by: 'the person on call', reason: attention.remedy });
  };
  const watch = async () => {
    while (!left) {
      const query = `TaskQueue = "${taskQueue}" AND ReleaseAttention = true AND ExecutionStatus = "Running"`;
      for await (const { workflowId } of client.workflow.list({ query }))
        await attend(workflowId).catch(ignoreClosed);
      await pause(EVERY_MS);
    }
  };
  const watching = watch();
  return {
    read: (workflowId: string) => reads.get(workflowId) ?? [],
    async leave() {
      left = true;
      await watching;
    },
  };
}

/** It ended between the list and the look. */
function ignoreClosed(error: unknown): void {
  if (!(error instanceof Error) || !/not found|completed/i.test(error.message)) throw error;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
