/** Plays a plan: a time-skipping server, a simulated WeChat, a real worker and the real release, in one process. */
import { Client } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { parseWorkerConfig } from '../config/worker-config.js';
import { RELEASE_SEARCH_ATTRIBUTES } from '../domain/search-attributes.js';
import type { ReleaseStatus } from '../domain/status.js';
import { ensureSearchAttributes } from '../servers/search-attributes.js';
import { startTestServer, type TestServer } from '../servers/test-server.js';
import { startSimulator } from '../simulator/server.js';
import type { LedgerView } from '../simulator/state/ledger.js';
import { PAYLOAD_CONVERTER_PATH, startWorker } from '../worker.js';
import {
  DRIVER_WORKFLOW,
  DRIVER_WORKFLOW_ID,
  type DriverActivities,
  type DriverEnd,
  type DriverInput,
} from '../workflows/driver.js';
import { RELEASE_WORKFLOW, type ReleaseInput, releaseWorkflowId, TASK_QUEUE } from '../workflows/messages.js';
import { Agenda } from './agenda.js';
import { attemptsOf } from './attempts.js';
import { attend } from './attend.js';
import { VirtualClock } from './clock.js';
import { endOf } from './ending.js';
import { type Feed, PushedValues, withFeeds } from './feeds.js';
import { People } from './people.js';
import type { Asked, Prepared } from './prepare.js';
import { Pulse } from './pulse.js';
import { Scene } from './scene.js';
import { Script } from './script.js';
import { APPROVED_BEFORE_MS, approveBefore } from './standing-approval.js';
import { startMoment } from './start.js';
import type { Witness } from './witness.js';

/** Whoever ends what was started. */
export interface Cleanup {
  add<T>(name: string, started: T, close: (started: T) => Promise<unknown>): Promise<void>;
}

export interface SimulationSettings extends Asked {
  /** The time-skipping server, as `findTestServer` finds it. */
  serverPath: string;
  cleanup: Cleanup;
  witness: Witness;
  /** A bundle made beforehand, as for `startWorker`. */
  bundlePath?: string | undefined;
  /** Breaks it off. */
  interrupted?: AbortSignal | undefined;
  /** How long nothing may happen while the release is open, real milliseconds. */
  stallMs?: number | undefined;
}

export interface Simulated {
  /** `closed`: the release ended; `waits`: only a person could go on; `timeUp`: it stood so at the scenario's end. */
  end: DriverEnd;
  status: ReleaseStatus;
  /** Of the simulated WeChat, of this app. */
  ledger: LedgerView;
  /** Milliseconds since the epoch, of the simulated time. */
  startedAt: number;
  endedAt: number;
  /** Real milliseconds, from the release's start to its end. */
  tookMs: number;
  historyEvents: number;
  /** Events that never came, by their place in the scenario. */
  unplayed: number[];
}

const TOKEN_VARIABLE = 'WEAPP_SIMULATED_TOKEN';

/** @throws SimulationError, and what starting throws */
export async function simulate(settings: SimulationSettings, prepared: Prepared): Promise<Simulated> {
  const { plan, scenario, cleanup, witness } = settings;
  const server = await startTestServer({ path: settings.serverPath });
  await cleanup.add('the test server', server, (running) => running.stop());
  await ensureSearchAttributes(server.connection, server.namespace, RELEASE_SEARCH_ATTRIBUTES);
  const start = startMoment(plan, scenario.start, await server.now());
  const isApproved = plan.source === 'approved';
  const clock = new VirtualClock(isApproved ? start - APPROVED_BEFORE_MS : start);
  const simulator = await startSimulator({ world: prepared.world, clock: () => clock.now() });
  await cleanup.add('the simulated WeChat', simulator, (running) => running.close());
  if (isApproved) await approveBefore(plan, simulator, prepared.token, clock);

  const dataConverter = { payloadConverterPath: PAYLOAD_CONVERTER_PATH };
  const client = new Client({ connection: server.connection, namespace: server.namespace, dataConverter });
  const release = client.workflow.getHandle(releaseWorkflowId(plan.app));
  const scene = new Scene({
    plan: withFeeds(plan, prepared.feeds, simulator.url),
    server,
    simulator,
    clock,
    agenda: new Agenda(scenario.events),
    pushed: new PushedValues(prepared.feeds),
    people: new People(plan),
    pulse: new Pulse(),
    witness,
    release,
    driver: client.workflow.getHandle(DRIVER_WORKFLOW_ID),
  });
  await workerFor(scene, server, settings, prepared);

  const startedAt = await skipTo(start, server);
  clock.begin(startedAt);
  scene.agenda.begin(startedAt);
  const began = performance.now();
  await startBoth(client, scene, prepared.feeds, startedAt + scenario.end);
  const over = new AbortController();
  const ending = AbortSignal.any([over.signal, ...(settings.interrupted ? [settings.interrupted] : [])]);
  try {
    await server.letTimeSkip();
    const end = await endOf(scene, server, { stallMs: settings.stallMs, over: ending });
    const status = await finalStatus(scene, end);
    const endedAt = status.closedAt ?? (end === 'timeUp' ? startedAt + scenario.end : await server.now());
    await scene.catchUp().catch(() => {});
    witness.status(status, endedAt);
    const played = {
      end,
      status,
      ledger: simulator.control.ledger(plan.app),
      startedAt,
      endedAt,
      tookMs: performance.now() - began,
      historyEvents: (await release.fetchHistory()).events?.length ?? 0,
      unplayed: scene.agenda.left(),
    };
    // With nothing left to be done the worker ends at once.
    await Promise.allSettled([scene.driver.terminate('played'), release.terminate('played')]);
    return played;
  } finally {
    over.abort();
  }
}

/** Answers the server's time afterwards, milliseconds since the epoch. */
async function skipTo(start: number, server: TestServer): Promise<number> {
  const left = start - (await server.now());
  if (left > 0) await server.sleep(left);
  return server.now();
}

async function workerFor(
  scene: Scene,
  server: TestServer,
  { cleanup, bundlePath }: SimulationSettings,
  { token, feeds }: Prepared,
): Promise<void> {
  const connection = await NativeConnection.connect({ address: server.address });
  const script = new Script(scene, feeds);
  const activities: DriverActivities = {
    async playEvent(index) {
      const open = await scene.release.describe();
      if (open.status.name === 'RUNNING') await script.play(index);
    },
    attendRelease: () => attend(scene, feeds),
    holdTime: () => server.holdTime(),
  };
  const starting = startWorker({
    connection,
    namespace: server.namespace,
    config: parseWorkerConfig({
      wechat: { baseUrl: scene.simulator.url, timeoutMs: 2_000 },
      tokens: { apps: { [scene.plan.app]: `env:${TOKEN_VARIABLE}` } },
      identities: scene.people.identities(),
    }),
    env: { [TOKEN_VARIABLE]: token },
    ...(bundlePath === undefined ? {} : { bundlePath }),
    beside: { activities: { ...activities }, interceptors: { activity: [attemptsOf(scene)] } },
  });
  // One entry for both: a connection cannot be closed while a worker is being made on it.
  await cleanup.add('the worker', starting, async (started) => {
    await started.then((worker) => worker.stop()).finally(() => connection.close());
  });
  const worker = await starting;
  worker.done.catch(() => {});
}

/** What happens at the very start is done before the release can look. */
async function startBoth(client: Client, scene: Scene, feeds: readonly Feed[], until: number): Promise<void> {
  const { plan, agenda } = scene;
  const first = agenda.moments().filter(({ at }) => at <= scene.clock.now());
  const script = new Script(scene, feeds);
  for (const { index } of first) if (!script.needsRelease(index)) await script.play(index);
  const input: ReleaseInput = { plan, searchAttributes: true, startedBy: 'the simulation' };
  await client.workflow.start(RELEASE_WORKFLOW, {
    workflowId: releaseWorkflowId(plan.app),
    taskQueue: TASK_QUEUE,
    args: [input],
  });
  const driven: DriverInput = { moments: agenda.moments(), until };
  await client.workflow.start(DRIVER_WORKFLOW, {
    workflowId: DRIVER_WORKFLOW_ID,
    taskQueue: TASK_QUEUE,
    args: [driven],
  });
}

async function finalStatus(scene: Scene, end: DriverEnd): Promise<ReleaseStatus> {
  return end === 'closed' ? ((await scene.release.result()) as ReleaseStatus) : scene.status();
}
