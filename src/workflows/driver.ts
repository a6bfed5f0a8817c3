/**
 * Plays a scenario beside a release, for `weapp-rollout simulate`: sleeps to each moment in virtual time and has an activity
 * do what happens then. Nothing in production starts it.
 */
import {
  ActivityCancellationType,
  condition,
  defineSignal,
  proxyActivities,
  setHandler,
} from '@temporalio/workflow';

export const DRIVER_WORKFLOW = 'driver';
export const DRIVER_WORKFLOW_ID = 'driver';

/** When an event of the scenario comes, milliseconds since the epoch. */
export interface Moment {
  index: number;
  at: number;
}

export interface DriverInput {
  moments: Moment[];
  /** How long is played at most, milliseconds since the epoch. */
  until: number;
}

/** How it ended: `waits`: the release waits for a person, and nobody will come; `timeUp`: it goes on beyond the end. */
export type DriverEnd = 'closed' | 'waits' | 'timeUp';

/** What a simulation gives the driver. */
export interface DriverActivities {
  /** Does what happens at a moment. */
  playEvent(index: number): Promise<void>;
  /** Sees to the release, again and again; returns when it is closed, or when only a person could go on. */
  attendRelease(): Promise<Exclude<DriverEnd, 'timeUp'>>;
  /** Nothing is skipped any more: what is looked at now is how it ended. */
  holdTime(): Promise<void>;
}

/** Moments that are known only now: a milestone was reached. */
export const momentsSignal = defineSignal<[Moment[]]>('moments');

const { playEvent, attendRelease, holdTime } = proxyActivities<DriverActivities>({
  startToCloseTimeout: '60s',
  // Nothing waits for its end.
  cancellationType: ActivityCancellationType.ABANDON,
  retry: { maximumInterval: '1h' },
});

export async function driver({ moments, until }: DriverInput): Promise<DriverEnd> {
  let waiting = moments;
  let end: DriverEnd | null = null;
  let news = false;
  setHandler(momentsSignal, (more) => {
    waiting = [...waiting, ...more];
    news = true;
  });
  void attendRelease().then((how) => {
    end = how;
  });
  while (end === null && Date.now() < until) {
    const due = waiting.filter(({ at }) => at <= Date.now());
    waiting = waiting.filter((moment) => !due.includes(moment));
    for (const { index } of due) await playEvent(index);
    if (due.length > 0) continue;
    const next = Math.min(until, ...waiting.map(({ at }) => at));
    news = false;
    await condition(() => news || end !== null, Math.max(1, next - Date.now()));
  }
  await holdTime();
  return end ?? 'timeUp';
}
