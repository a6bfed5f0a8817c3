/** How users are taken back, chosen by reading what WeChat serves now, never by what we believe. */
import { isOnline } from './proofs.js';
import { type Baseline, isGrayOpen, type WayBackReading } from './readings.js';

export type WayBackChoice =
  /** A plan of ours runs: cancel that one (its create_timestamp, seconds) and no other. */
  | { way: 'revertGray'; createdSec: number }
  /** Our version is online for all: roll back, to this listed version or else to the one before. */
  | { way: 'revertCode'; appVersion: number | null; to: string | null }
  /** Our plan is finished and its full release on its way: there is nothing to cancel any more and nothing to roll back yet. */
  | { way: 'pending'; text: string }
  /** Nobody has the version (any more). */
  | { way: 'nothing'; text: string }
  /** Someone else's version or plan: never revert someone else's. */
  | { way: 'foreign'; text: string };

export interface OwnPlan {
  version: string;
  /** create_timestamp of our plan, seconds; null when no write of ours was ever confirmed. */
  createdSec: number | null;
  /** Our version was seen online for everyone: then a finished plan tells nothing about what is still to come. */
  wasOnline: boolean;
}

/** Chooses the way back from a fresh reading and the baseline. */
export function chooseWayBack(reading: WayBackReading, own: OwnPlan, baseline: Baseline): WayBackChoice {
  const { grayPlan, online, history } = reading;
  const ours =
    own.createdSec === null
      ? grayPlan.createdSec !== baseline.grayPlan.createdSec
      : grayPlan.createdSec === own.createdSec;
  if (isGrayOpen(grayPlan.status)) {
    return ours
      ? { way: 'revertGray', createdSec: grayPlan.createdSec }
      : { way: 'foreign', text: `a staged release that is not ours runs at ${grayPlan.percentage} %` };
  }
  const before = baseline.online;
  if (isOnline(online, { version: own.version, baselineOnlineSec: before?.timeSec ?? null })) {
    const listed = history
      .filter((entry) => entry.version === before?.version)
      .sort((a, b) => b.commitSec - a.commitSec)[0];
    return { way: 'revertCode', appVersion: listed?.appVersion ?? null, to: before?.version ?? null };
  }
  const onItsWay = ours && grayPlan.status === 'finished' && !own.wasOnline;
  if (onItsWay && online?.version === before?.version)
    return { way: 'pending', text: `waits until ${own.version} is online for everyone, to roll it back` };
  if (online?.version === before?.version)
    return { way: 'nothing', text: before === null ? 'nothing is online' : `everyone has ${before.version}` };
  return {
    way: 'foreign',
    text: `${online?.version ?? 'nothing'} is online, neither ours nor ${before?.version ?? 'nothing'}`,
  };
}
