/** What can be said of a simulation before anything is started. */
import type { ReleasePlan } from '../domain/plan.js';
import { parseWorld, type WorldInput } from '../simulator/world/world.js';
import { type Feed, feedsOf } from './feeds.js';
import type { Scenario } from './scenario.js';
import { type SimulatedWorld, withSeries, worldOfFile, worldOfPlan } from './world.js';

/** What is to be played. */
export interface Asked {
  plan: ReleasePlan;
  scenario: Scenario;
  /** A world file's content; without it a healthy world is made from the plan. */
  world?: { input: WorldInput; source: string } | undefined;
}

/** What is needed before anything is started: where the plan's metrics get their numbers, and the world. */
export interface Prepared extends SimulatedWorld {
  feeds: Feed[];
}

/** @throws WorldError, NoPassingValueError */
export function prepare({ plan, scenario, world }: Asked): Prepared {
  const made =
    world === undefined
      ? worldOfPlan(plan, scenario)
      : worldOfFile(world.input, plan, scenario, world.source);
  const known = world === undefined ? null : (parseWorld(made.world).apps[plan.app] ?? null);
  const feeds = feedsOf(plan, scenario, known);
  return { token: made.token, world: withSeries(made.world, plan, feeds), feeds };
}
