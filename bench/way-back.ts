/**
 * `npm run bench`: how long from the failing sample until revertgrayrelease is at WeChat's door, against the least that
 * Temporal can do on the same machine in the same run. Numbers are for people to compare; it fails when the slowest is over
 * the second that is promised.
 */
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, Worker } from '@temporalio/worker';
import { QUIET } from '../src/workflow-bundle.js';
import { row } from './numbers.js';
import { type BenchWorld, metricOf, soakingPlan, startWorld } from './world.js';

const REPETITIONS = 20;
const ROUND_TRIPS = 50;
const SIGNALS = 2_000;
const SENDERS = 8;
const VERSION = '1.4.0';
/** How often health is measured where it is asked for, milliseconds. */
const INTERVAL_MS = 1_000;

const appid = (kind: string, index: number): string =>
  `wx${kind}${String(index).padStart(16 - kind.length, '0')}`;
const indexes = Array.from({ length: REPETITIONS }, (_, index) => index);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** One round trip of an empty activity, milliseconds: the mean of many, one after the other. */
async function roundTrip({ client, connection, namespace }: BenchWorld): Promise<number> {
  const workflowBundle = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('./empty.ts', import.meta.url)),
    logger: QUIET,
  });
  const taskQueue = 'bench-empty';
  const activities = { nothing: async () => {} };
  const worker = await Worker.create({ connection, namespace, taskQueue, workflowBundle, activities });
  return worker.runUntil(async () => {
    const run = (times: number) =>
      client.workflow.execute('empty', { workflowId: `empty-${times}`, taskQueue, args: [times] });
    await run(5);
    const begun = performance.now();
    await run(ROUND_TRIPS);
    return (performance.now() - begun) / ROUND_TRIPS;
  });
}

/** When revertgrayrelease came for an app, milliseconds since the epoch. */
async function revertedAt({ simulator }: BenchWorld, app: string): Promise<number> {
  for (const end = Date.now() + 60_000; Date.now() < end; await pause(5)) {
    const { requests } = simulator.control.ledger(app);
    const request = requests.find(({ endpoint }) => endpoint === 'revertgrayrelease');
    if (request !== undefined) return request.at;
  }
  throw new Error(`${app} was not taken back within a minute`);
}

/** A failing report is sent: until its revertgrayrelease arrives. */
async function pushed(world: BenchWorld): Promise<number[]> {
  const took: number[] = [];
  for (const index of indexes) {
    const app = appid('push', index);
    const id = await world.start(soakingPlan(app, [metricOf('errors', { kind: 'push' }, 60_000)]));
    await world.until(id, ({ stages }) => stages[0]?.state === 'soaking');
    await pause(200);
    const at = Date.now();
    await world.client.workflow.getHandle(id).signal('healthReport', { metric: 'errors', verdict: 'fail' });
    took.push((await revertedAt(world, app)) - at);
  }
  return took;
}

/** A value turns bad: until its revertgrayrelease arrives, from that moment and from the query that saw it. */
async function measured(world: BenchWorld): Promise<{ fromValue: number[]; fromQuery: number[] }> {
  const fromValue: number[] = [];
  const fromQuery: number[] = [];
  for (const index of indexes) {
    const app = appid('prom', index);
    const query = `js_error_rate{app="${app}",version="{{version}}"}`;
    const provider = { kind: 'prometheus', address: 'env:PLAN_PROMETHEUS_URL', query } as const;
    const id = await world.start(soakingPlan(app, [metricOf('errors', provider, INTERVAL_MS)]));
    await world.until(id, ({ stages }) => stages[0]?.state === 'soaking');
    // Somewhere within the interval, each time elsewhere.
    await pause(500 + (index * INTERVAL_MS) / REPETITIONS);
    const { control } = world.simulator;
    const at = Date.now();
    control.metrics({ app, name: 'js_error_rate', version: VERSION, value: 0.5 });
    const reverted = await revertedAt(world, app);
    const seen = control
      .ledger()
      .requests.find((request) => request.at >= at && String(request.params.query).includes(app));
    fromValue.push(reverted - at);
    fromQuery.push(reverted - (seen?.at ?? reverted));
  }
  return { fromValue, fromQuery };
}

/** Signals that a release takes in a second, sent and handled. */
async function signals(world: BenchWorld): Promise<{ sent: number; handled: number }> {
  const id = await world.start(soakingPlan(appid('many', 0), [metricOf('errors', { kind: 'push' }, 60_000)]));
  await world.until(id, ({ stages }) => stages[0]?.state === 'soaking');
  const handle = world.client.workflow.getHandle(id);
  const begun = performance.now();
  await Promise.all(
    Array.from({ length: SENDERS }, async (_, sender) => {
      for (let index = sender; index < SIGNALS; index += SENDERS)
        await handle.signal('healthReport', { metric: 'no such metric', value: index });
    }),
  );
  const sentIn = performance.now() - begun;
  await world.until(id, ({ notices }) => notices.some((text) => text.includes(String(SIGNALS))));
  return { sent: (SIGNALS * 1_000) / sentIn, handled: (SIGNALS * 1_000) / (performance.now() - begun) };
}

async function main(): Promise<void> {
  const apps = [
    ...indexes.flatMap((index) => [appid('push', index), appid('prom', index)]),
    appid('many', 0),
  ];
  const world = await startWorld(apps);
  try {
    const roundTripMs = await roundTrip(world);
    const byPush = await pushed(world);
    const byQuery = await measured(world);
    const { sent, handled } = await signals(world);
    console.log(`${''.padEnd(62)}    median     worst  against an empty activity`);
    console.log(row('one round trip of an empty activity (mean of many)', [roundTripMs], roundTripMs));
    console.log(row('failing healthReport sent → revertgrayrelease arrives', byPush, roundTripMs));
    console.log(row('failing query answered → revertgrayrelease arrives', byQuery.fromQuery, roundTripMs));
    console.log(
      row(
        `value turns bad (measured every ${INTERVAL_MS} ms) → revertgrayrelease`,
        byQuery.fromValue,
        roundTripMs,
      ),
    );
    console.log(`signals to one release: ${sent.toFixed(0)}/s sent, ${handled.toFixed(0)}/s handled`);
    const worst = Math.max(...byPush, ...byQuery.fromQuery);
    if (worst > 1_000) throw new Error(`${worst.toFixed(0)} ms: slower than the second that is promised`);
  } finally {
    await world.close();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
