/** Runs releases at random from one seed. */
import fc from 'fast-check';
import type { ReleasePlan } from '../../../src/domain/plan.js';
import { Driver } from './driver.js';
import { MINUTE, NOW, OURS } from './given.js';
import { Story } from './happen.js';
import { type Happening, isMessage, stories } from './happenings.js';
import { bringToItsEnd, doAsOffered } from './mend.js';
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
  getTo(story, world);
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

/** What there is at WeChat before the release begins. */
function prepare({ wechat, plan }: Driver, world: World): void {
  const { fullReleaseMs, finishesAfterMs, online, before, prepared } = world;
  Object.assign(wechat, { fullReleaseMs, finishesAfterMs }, online ? {} : { online: null, history: [] });
  if (before === 'foreign audit') wechat.submitOther(NOW);
  if (prepared && plan.source === 'uploaded') wechat.upload(OURS, NOW);
  if (prepared && plan.source === 'approved') wechat.passed(NOW);
  if (before === 'foreign staged release' && online) wechat.begin(NOW, 5, '9.9.9');
}

/** Nothing happens on the way to where the story begins, and everyone does what they are asked for. */
function getTo({ driver }: Story, { from, verdicts }: World): void {
  const { wechat } = driver;
  const isThere = () => driver.state.phase === from || driver.state.phase === 'closed';
  for (let round = 0; round < 60 && !isThere(); round += 1) {
    doAsOffered(driver);
    driver.run(30 * MINUTE, isThere);
  }
  const [verdict, ...later] = verdicts;
  if (verdict !== undefined && from === 'auditing') wechat.verdict = verdict;
  wechat.laterVerdicts = from === 'auditing' ? later : verdicts;
}
