/** Drift: what someone did by a button elsewhere, seen from the owner's side. What is done about it is drift-policy.ts. */
import { type GrayReading, isOnline, trialProblem } from './proofs.js';
import { isGrayOpen, type Observed } from './readings.js';

/** What there was before this release began its first stage; nothing of it should change. */
export interface Untouched {
  onlineSec: number | null;
  grayCreatedSec: number;
  /** The audit that should be the latest; null: none was ever submitted. */
  auditId: number | null;
  /** The trial version that waits to be submitted; null when none does. */
  trial: { uploadedSec: number | null } | null;
  /** Our audit passed: a staged release of it can only be of this version. */
  approved: boolean;
}

export interface Expected {
  version: string;
  baselineOnlineSec: number | null;
  /** unproven: a first write whose outcome is not known; a person looks at it already. */
  expect: 'untouched' | 'unproven' | 'gray' | 'completing' | 'online';
  percentage: number;
  /** The percentage of a write of ours whose outcome is not known. */
  pending: number | null;
  createdSec: number | null;
  auditId: number | null;
  /** For `untouched`. */
  before?: Untouched;
}

/** The version is online for everyone, and not by us; the same words before the first stage and after it. */
const FINISHED: Observed = {
  kind: 'finished',
  text: 'someone finished the staged release in the console; everyone has the version',
};

/** The percentage is another than the one we left. */
export const raisedText = (percentage: number, left: number): string =>
  `someone set the staged release to ${percentage} %, we left it at ${left} %`;

const theirs = (version: string | undefined) => (version === undefined ? {} : { theirs: version });

/** How a reading differs from what we left. */
export function observeDrift(reading: GrayReading, own: Expected): Observed {
  if (own.expect === 'untouched') return observeUntouched(reading, own);
  if (own.expect === 'unproven') return isOnline(reading.online, own) ? FINISHED : { kind: 'ours' };
  const seen = observeVersion(reading, own);
  const { latestAuditId } = reading;
  // What users have goes before what they may get.
  if (seen.kind !== 'ours' || own.auditId === null || latestAuditId === null) return seen;
  if (latestAuditId === own.auditId) return seen;
  return {
    kind: 'newAudit',
    text: `audit ${latestAuditId} was submitted by someone else after ours (${own.auditId})`,
  };
}

/** Whether users have what we gave them. */
function observeVersion({ plan, online }: GrayReading, own: Expected): Observed {
  const onlineText = online === null ? 'nothing is online' : `${online.version} is online`;
  if (own.expect === 'online')
    return online?.version === own.version
      ? { kind: 'ours' }
      : { kind: 'otherVersion', text: `${onlineText}, not ${own.version}`, ...theirs(online?.version) };
  if (isOnline(online, own)) return FINISHED;
  const completing = own.expect === 'completing';
  if (plan.createdSec !== own.createdSec && plan.status !== 'none')
    return {
      kind: 'otherVersion',
      text: `another staged release (${plan.status} at ${plan.percentage} %) took the place of ours`,
      theirs: `a staged release at ${plan.percentage} %`,
    };
  switch (plan.status) {
    case 'running':
      return completing || plan.percentage === own.percentage || plan.percentage === own.pending
        ? { kind: 'ours' }
        : {
            kind: 'advanced',
            text: raisedText(plan.percentage, own.percentage),
            plan: { percentage: plan.percentage, createdSec: plan.createdSec, finishesSec: plan.finishesSec },
          };
    case 'paused':
      return {
        kind: 'paused',
        text: `someone paused the staged release at ${plan.percentage} % in the console; only the console can resume it`,
      };
    case 'finished':
      // Finished a moment ago, and the full release is still on its way.
      return online === null || online.timeSec === own.baselineOnlineSec
        ? { kind: 'ours' }
        : { kind: 'otherVersion', text: onlineText, theirs: online.version };
    case 'none':
    case 'deleted':
      // A plan may be cleared away once it is complete.
      if (completing && plan.status === 'none') return { kind: 'ours' };
      return {
        kind: 'cancelled',
        text: `someone cancelled the staged release in the console; ${onlineText}`,
      };
  }
}

function observeUntouched({ plan, online, trial, latestAuditId }: GrayReading, own: Expected): Observed {
  const { before } = own;
  if (before === undefined) return { kind: 'ours' };
  if (before.approved && isOnline(online, own)) return FINISHED;
  if ((online?.timeSec ?? null) !== before.onlineSec)
    return {
      kind: 'otherVersion',
      text: `${online === null ? 'nothing' : online.version} went online meanwhile, by someone else`,
      ...theirs(online?.version),
    };
  if (isGrayOpen(plan.status) && plan.createdSec !== before.grayCreatedSec) {
    const text = `someone began a staged release at ${plan.percentage} %`;
    const { percentage, createdSec, finishesSec } = plan;
    return before.approved && latestAuditId === before.auditId
      ? { kind: 'started', text: `${text} with our audit`, plan: { percentage, createdSec, finishesSec } }
      : { kind: 'otherVersion', text, theirs: `a staged release at ${percentage} %` };
  }
  if (latestAuditId !== null && latestAuditId !== before.auditId)
    return { kind: 'newAudit', text: `audit ${latestAuditId} was submitted by someone else` };
  const changed =
    before.trial === null ? null : trialProblem(trial, { version: own.version, ...before.trial });
  return changed === null ? { kind: 'ours' } : { kind: 'newCommit', text: changed };
}
