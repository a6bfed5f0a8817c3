/** Releases whose worker is killed again and again, at moments drawn from a seed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { EFFECTS, type EffectName } from '../../src/domain/effects.js';
import type { ReleasePlan } from '../../src/domain/plan.js';
import type { Outcome, ReleaseStatus } from '../../src/domain/status.js';
import { drawn } from '../../src/simulator/state/random.js';
import type { WorldInput } from '../../src/simulator/world/world.js';
import { uniqueAppId } from '../support/temporal.js';
import { NOT_SENT_AGAIN } from './moments.js';
import type { Scene, SceneInput } from './scene.js';
import { begin } from './writes.js';

/** A release, and how it ends without any kill. */
export interface Story {
  plan(app: string): ReleasePlan;
  app?: Partial<WorldInput['apps'][string]>;
  outcome: Outcome;
  effects: readonly string[];
}

export interface Kills {
  seed: number;
  kills: number;
  /** None before every release has brought about so many effects. */
  afterEffects?: number;
  /** Temporal is told of each kill, and need not wait for the end of each attempt's time. */
  told?: boolean;
}

/** A kill comes after so many requests to WeChat at most, in the midst of what they belong to. */
const MOST_REQUESTS = 60;
const LATER_MS = 10;
const LOOK_MS = 5;

/** A story that is told of an app of its own. */
export interface Release {
  app: string;
  story: Story;
}

export const releasesOf = (stories: readonly Story[]): Release[] =>
  stories.map((story) => ({ app: uniqueAppId(), story }));

/** What the world of these releases is like. */
export const worldOf = (releases: readonly Release[]): SceneInput['apps'] =>
  Object.fromEntries(releases.map(({ app, story }) => [app, story.app ?? {}]));

/**
 * Begins the releases and kills their worker. Returns what checks, when all have ended, that each ended as without kills
 * and that no effect came twice.
 */
export async function killAtRandom(
  scene: Scene,
  releases: readonly Release[],
  { seed, told = false, afterEffects = 0, ...kills }: Kills,
): Promise<() => Promise<void>> {
  const requests = () => scene.simulator.control.ledger().requests.length;
  let closed = false;
  /** Looks again and again until it is so, or all is over. */
  const reached = async (isSo: () => boolean) => {
    while (!closed && !isSo()) await sleep(LOOK_MS);
  };
  const where = { ...scene, ...(told ? ({ taskTimeout: '4s' } as const) : {}) };
  const handles = await Promise.all(releases.map(({ app, story }) => begin(where, story.plan(app))));
  const results = Promise.all(handles.map((handle) => handle.result() as Promise<ReleaseStatus>));
  const close = () => {
    closed = true;
  };
  results.then(close, close);
  await reached(() => releases.every(({ app }) => scene.effects(app).length >= afterEffects));
  for (let kill = 0; kill < kills.kills && !closed; kill += 1) {
    const until = requests() + Math.floor(drawn(seed, 2 * kill) * MOST_REQUESTS);
    await reached(() => requests() >= until);
    await sleep(drawn(seed, 2 * kill + 1) * LATER_MS);
    await scene.killWorker();
    if (told) await scene.tellOfLoss(handles.map(({ workflowId }) => workflowId));
    await scene.startWorker();
  }
  return async () => {
    const ended = await results;
    const seen = releases.map(({ app }, index) => ({
      outcome: ended[index]?.outcome,
      effects: scene.effects(app),
    }));
    expect(seen, `SEED=${seed}`).toEqual(
      releases.map(({ story }, index) => asWithoutKills(story, ended[index])),
    );
  };
}

/** The end without kills, but for what is never sent again because it may be spent only once: that is told. */
function asWithoutKills({ outcome, effects }: Story, status: ReleaseStatus | undefined) {
  const missing = (Object.keys(EFFECTS) as EffectName[])
    .filter((effect) => EFFECTS[effect].maxWrites === 1)
    .map((effect) => EFFECTS[effect].endpoint as string)
    .filter((endpoint) =>
      status?.effects.some((record) => record.endpoint === endpoint && record.result !== 'applied'),
    );
  if (missing.length > 0) expect(status?.reason).toMatch(NOT_SENT_AGAIN);
  return { outcome, effects: effects.filter((effect) => !missing.includes(effect)) };
}
