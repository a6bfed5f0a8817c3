/** What a simulation sees to while the release goes on: pushed metrics are pushed, and a wait without an end is ended. */
import { tryAgain } from '../activities/attempt.js';
import type { ReleaseStatus } from '../domain/status.js';
import type { DriverEnd } from '../workflows/driver.js';
import { type Feed, isPass } from './feeds.js';
import type { Scene } from './scene.js';
import { pushNow } from './script.js';

/** Between two looks when nothing is pushed, milliseconds: how late a wait without an end is noticed. */
const LOOK_EVERY_MS = 6 * 3_600_000;
/** The same while the release stands still; it may go on by itself. Milliseconds. */
const STILL_MS = 2 * 3_600_000;

/** One look; throws to be asked again. */
export async function attend(scene: Scene, feeds: readonly Feed[]): Promise<Exclude<DriverEnd, 'timeUp'>> {
  const status = await scene.status();
  if (status.outcome !== null) return 'closed';
  const now = scene.clock.now();
  scene.witness.status(status, now);
  const pushed = feeds.filter(({ series }) => series === null);
  for (const feed of pushed) if (isDue(feed, scene, status, now)) await pushNow(scene, feed.metric.name);
  if (waitsForEver(status, now) && scene.agenda.next() === null && !scene.stopped) return 'waits';
  const intervals = standsStill(status) ? [STILL_MS] : pushed.map(({ metric }) => metric.intervalMs);
  throw tryAgain(Math.min(LOOK_EVERY_MS, ...intervals), 'the release goes on');
}

/**
 * Whether a service that pushes would be heard now. A bad value is told every interval, since failures are counted; a good
 * one at the beginning of a stage, and so that it is fresh when the stage may be left.
 */
function isDue({ metric }: Feed, scene: Scene, status: ReleaseStatus, now: number): boolean {
  const shown = status.health.find(({ name }) => name === metric.name);
  if (shown?.active !== true) return false;
  const { value, samples } = scene.pushed.at(metric.name, status.percentage);
  const since = Math.max(0, ...status.stages.map(({ confirmedAt }) => confirmedAt ?? 0));
  if (shown.at === null || shown.at < since || !isPass(metric, value, samples)) return true;
  if (standsStill(status)) return false;
  const end =
    status.bake.endsAt ?? status.stages.find(({ soakEndsAt }) => soakEndsAt !== null)?.soakEndsAt ?? now;
  return end <= now + metric.intervalMs;
}

/** While a release stands still nobody needs to hear again that all is well. */
function standsStill({ attention, paused, stages }: ReleaseStatus): boolean {
  return attention !== null || paused.length > 0 || stages.some(({ state }) => state === 'holding');
}

/** A person must act, and no moment is known at which time would do it instead. */
export function waitsForEver(status: ReleaseStatus, now: number): boolean {
  const { audit, attention, paused, gate, freeze, platformDeadline, next, stages } = status;
  const holds = stages.some(({ state }) => state === 'holding');
  const waits =
    attention !== null || paused.length > 0 || gate !== null || holds || audit.state === 'rejected';
  const isAuditing = audit.state === 'auditing' || audit.state === 'delayed';
  const ahead = [
    next.at,
    gate?.timeoutAt ?? null,
    freeze?.until ?? null,
    platformDeadline?.actsAt ?? null,
    audit.resubmitUntil,
    isAuditing ? audit.overdueAt : null,
  ];
  return waits && !isAuditing && !ahead.some((at) => at !== null && at > now);
}
