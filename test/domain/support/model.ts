/** Runs releases at random from one seed. */
import fc from 'fast-check';
import type { ReleasePlan } from '../../../src/domain/plan.js';
import { Driver } from './driver.js';
import { MINUTE, NOW, OURS } from './given.js';
import { Story } from './happen.js';
import { type Happening, isMessage, stories } from './happenings.js';
import { bringToItsEnd } from './mend.js';
import { plans, type World, worlds } from './random-plans.js';

/** Runs so many releases, or as many as `RUNS` says, from a seed, or from the one that `SEED` gives. */
export function runModel(runs: number, seed: number): void {
  const { SEED, RUNS, RUN_PATH } = process.env;
  fc.assert(fc.property(plans, worlds, stories, oneRelease), {
    numRuns: Number(RUNS ?? runs),
    seed: Number(SEED ?? seed),
    ...(RUN_PATH === undefined ? {} : { path: RUN_PATH }),
  });
}

export function oneRelease(
  plan: ReleasePlan,
  world: World,
  events: { gapMs: number; happening: Happening }[],
): void {
  const driver = new Driver(plan, { driftEveryMs: 20 * MINUTE });
  const story = new Story(driver);
  prepare(driver, world);
  // Where nothing was online before, there is no way back.
  story.spoilt = world.before === 'foreign staged release' || !world.prepared || !world.online;
  let at = 0;
  for (const { gapMs, happening } of events) {
    at += gapMs;
    driver.clock.after(at, () => story.happen(happening), isMessage(happening));
  }
  driver.run(at + MINUTE);
  bringToItsEnd(story);
}

function prepare({ wechat, plan }: Driver, world: World): void {
  const { verdicts, fullReleaseMs, finishesAfterMs, online, before, prepared } = world;
  const [verdict, ...later] = verdicts;
  Object.assign(wechat, { fullReleaseMs, finishesAfterMs }, online ? {} : { online: null, history: [] });
  if (verdict !== undefined) wechat.verdict = verdict;
  wechat.laterVerdicts = later;
  if (before === 'foreign audit') wechat.submitOther(NOW);
  if (prepared && plan.source === 'uploaded') wechat.upload(OURS, NOW);
  if (prepared && plan.source === 'approved') wechat.passed(NOW);
  if (before === 'foreign staged release' && online) wechat.begin(NOW, 5, '9.9.9');
}
