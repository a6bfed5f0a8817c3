/** Runs scenarios side by side in one world, whose workers come and go. */

import type { ReleasePlan } from '../../src/domain/plan.js';
import type { ReleaseStatus } from '../../src/domain/status.js';
import type { StateView } from '../../src/simulator/control/views.js';
import type { LedgerView } from '../../src/simulator/state/ledger.js';
import type { RunningWorker } from '../../src/worker.js';
import { givenWorld, type ReleaseWorld } from '../support/release.js';
import { type Channels, startChannels } from './random-channels.js';
import { bringToItsEnd } from './random-close.js';
import { happenings } from './random-happen.js';
import { type HistoryEvent, historyOf, type Recorded } from './random-history.js';
import { planOf } from './random-plans.js';
import { Observed, type Refusal, type Seen, sleep } from './random-release.js';
import type { Scenario } from './random-scenarios.js';

/** How long a scenario's happenings may take, milliseconds: what has not come by then does not come. */
const STORY_MS = 25_000;
/** How long they are left alone with it, milliseconds; then people begin to do what the status asks them for. */
const ALONE_MS = 6_000;
/** Releases begun in a second: more at once would only wait for each other's processor. */
const STARTS_PER_SECOND = 6;

/** Everything that is to be seen of a release that was run. */
export interface Played {
  plan: ReleasePlan;
  /** It could be brought to its end. */
  closed: boolean;
  final: ReleaseStatus;
  seen: Seen[];
  refusals: Refusal[];
  broken: string[];
  values: Observed['values'];
  reports: Observed['reports'];
  ledger: LedgerView;
  state: StateView;
  /** What its channels got. */
  told: ReturnType<Channels['toldOf']>;
  history: HistoryEvent[];
  histories: Recorded[];
  /** Everything of every run's history as text. */
  text: string;
}

/** `restarts`: the worker stops at a few moments, and another one comes. */
export async function playAll(
  scenarios: readonly Scenario[],
  { restarts }: { restarts: boolean },
): Promise<(Played | Error)[]> {
  const channels = await startChannels();
  try {
    const world = await givenWorld(
      scenarios.map(({ audits, fullReleaseSeconds }) => ({ audit: audits, fullReleaseSeconds })),
      { worker: false, env: channels.env },
    );
    return await playIn(world, channels, scenarios, restarts).finally(world.close);
  } finally {
    await channels.close();
  }
}

async function playIn(
  world: ReleaseWorld,
  channels: Channels,
  scenarios: readonly Scenario[],
  restarts: boolean,
): Promise<(Played | Error)[]> {
  const worker = await world.startWorker();
  let over = false;
  const coming = restarts ? comeAndGo(world, worker, () => over) : Promise.resolve();
  try {
    return await Promise.all(
      scenarios.map(async (scenario, index) => {
        await sleep((index * 1_000) / STARTS_PER_SECOND);
        return play(world, channels, world.apps[index] ?? '', scenario).catch((error: unknown) =>
          error instanceof Error ? error : new Error(String(error)),
        );
      }),
    );
  } finally {
    over = true;
    await coming;
  }
}

async function play(
  world: ReleaseWorld,
  channels: Channels,
  app: string,
  scenario: Scenario,
): Promise<Played> {
  const plan = planOf(app, scenario.plan);
  const handle = await world.start(plan);
  const release = new Observed(world, app, handle);
  let calm = false;
  const story = happenings(release, scenario.happenings, Date.now() + STORY_MS).then(() => {
    calm = true;
  });
  await Promise.race([story, sleep(ALONE_MS)]);
  const closed = await bringToItsEnd(release, () => calm);
  await story;
  await release.leave();
  const final = closed ? ((await handle.result()) as ReleaseStatus) : await mustAnswer(release);
  const { seen, refusals, values, reports } = release;
  const { control } = world.simulator;
  return {
    plan,
    closed,
    final,
    seen,
    refusals,
    broken: [...release.broken],
    values,
    reports,
    ledger: control.ledger(app),
    state: control.state(app),
    told: channels.toldOf(app),
    ...(await historyOf(world.client, handle.workflowId, handle.firstExecutionRunId)),
  };
}

async function mustAnswer(release: Observed): Promise<ReleaseStatus> {
  const status = (await release.look()) ?? release.last;
  if (status === null) throw new Error('it never told its status');
  return status;
}

/** At these moments, milliseconds from the start, the worker stops; the next one comes a while after it is gone. */
const STOPS = [
  { at: 4_000, awayMs: 0 },
  { at: 9_000, awayMs: 1_500 },
  { at: 20_000, awayMs: 0 },
];

async function comeAndGo(world: ReleaseWorld, first: RunningWorker, isOver: () => boolean): Promise<void> {
  const begun = Date.now();
  let worker = first;
  for (const { at, awayMs } of STOPS) {
    while (Date.now() < begun + at && !isOver()) await sleep(100);
    if (isOver()) return;
    await worker.stop();
    await sleep(awayMs);
    worker = await world.startWorker();
  }
}
