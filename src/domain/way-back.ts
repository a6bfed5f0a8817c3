/** How users are taken back, chosen by reading what WeChat serves now, never by what we believe. */
import { isOnline } from './proofs.js';
import { isGrayOpen, type VersionReading, type WayBackReading } from './readings.js';
import type { Target } from './state.js';

export type WayBackChoice =
  /** A plan of ours runs: cancel that one (its create_timestamp, seconds) and no other. */
  | { way: 'revertGray'; createdSec: number }
  /** Our version is online for all: roll back, to this listed version or else to the one before. */
  | { way: 'revertCode'; appVersion: number | null; to: string | null }
  /** Our plan is finished and its full release on its way: there is nothing to cancel any more and nothing to roll back yet. */
  | { way: 'pending'; text: string }
  /** Nobody has the version (any more). */
  | { way: 'nothing'; text: string }
  /** Someone else's version or plan (`theirs`), or no version to go back to: only a person can decide. */
  | { way: 'foreign'; text: string; remedy: string; theirs?: string };

const OTHERS = 'somebody else released meanwhile; decide in the console, then `retry` or `giveUp`';
const NOT_LISTED =
  'roll back in the console to a version that it offers, then `retry` or `giveUp`; change_visitstatus can close the app to everyone by hand';

export interface OwnPlan {
  version: string;
  /** create_timestamp of our plan, seconds; null when no write of ours was ever confirmed. */
  createdSec: number | null;
  /** Our audit; null: none was submitted. */
  auditId: number | null;
  /** Our version was seen online for everyone: then a finished plan tells nothing about what is still to come. */
  wasOnline: boolean;
  /** The version a person chose to go back to; null: the one before. */
  target: Target | null;
}

/** What there was before our version. */
export interface Before {
  online: VersionReading | null;
  /** create_timestamp of the staged release that stood there, seconds. */
  grayCreatedSec: number;
}

/** Chooses the way back from a fresh reading and what there was before. */
export function chooseWayBack(
  { grayPlan, online, history, latestAuditId }: WayBackReading,
  own: OwnPlan,
  { online: before, grayCreatedSec }: Before,
): WayBackChoice {
  // One that we have not seen yet is of the latest audit.
  const isOurAudit = latestAuditId == null || own.auditId === null || latestAuditId === own.auditId;
  const ours =
    own.createdSec === null
      ? grayPlan.createdSec !== grayCreatedSec && isOurAudit
      : grayPlan.createdSec === own.createdSec;
  if (isGrayOpen(grayPlan.status)) {
    return ours
      ? { way: 'revertGray', createdSec: grayPlan.createdSec }
      : {
          way: 'foreign',
          text: `a staged release that is not ours runs at ${grayPlan.percentage} %`,
          remedy: OTHERS,
          theirs: `a staged release at ${grayPlan.percentage} %`,
        };
  }
  const goal = own.target?.version ?? before?.version;
  if (isOnline(online, { version: own.version, baselineOnlineSec: before?.timeSec ?? null })) {
    const wanted = own.target?.appVersion ?? null;
    const listed = history
      .filter((entry) => entry.version === goal && (wanted === null || entry.appVersion === wanted))
      .sort((a, b) => b.commitSec - a.commitSec)[0];
    // Without a number WeChat goes back to the version before, which may be another than the one that was chosen.
    if (own.target !== null && listed === undefined && goal !== before?.version)
      return {
        way: 'foreign',
        text: `${goal} is not in WeChat's list${listText(history)}`,
        remedy: NOT_LISTED,
      };
    return { way: 'revertCode', appVersion: listed?.appVersion ?? null, to: goal ?? null };
  }
  const onItsWay = ours && grayPlan.status === 'finished' && !own.wasOnline;
  if (onItsWay && online?.version === before?.version)
    return { way: 'pending', text: `waits until ${own.version} is online for everyone, to roll it back` };
  if (online?.version === goal || online?.version === before?.version)
    return { way: 'nothing', text: online === null ? 'nothing is online' : `everyone has ${online.version}` };
  return {
    way: 'foreign',
    text: `${online?.version ?? 'nothing'} is online, neither ours nor ${goal ?? 'nothing'}`,
    remedy: OTHERS,
    theirs: online?.version ?? 'nothing',
  };
}

function listText(history: WayBackReading['history']): string {
  const names = history.map(({ version, appVersion }) => `${version} (${appVersion})`);
  return names.length === 0 ? ', which is empty' : `: ${names.join(', ')}`;
}
