/** Drift: what someone did by a button elsewhere, seen from the owner's side. What is done about it is drift-policy.ts. */
import { type GrayReading, isOnline, trialProblem } from './proofs.js';
import { isGrayOpen, type Observed } from './readings.js';

/** What there was before this release began its first stage; nothing of it should change. */
export interface Untouched {
  onlineSec: number | null;
  grayCreatedSec: number;
  /** The audit that should be the latest; null: none was ever submitted. */
  auditId: number | null;
  /** Our audit passed: a staged release of it can only be of this version. */
  approved: boolean;
}

export interface Expected {
  version: string;
  baselineOnlineSec: number | null;
  /**
   * unproven: a first write whose outcome is not known; a person looks at it already. begun: someone else's staged release
   * of our audit, which nobody took over.
   */
  expect: 'untouched' | 'unproven' | 'begun' | 'gray' | 'completing' | 'online';
  percentage: number;
  /** The percentages of writes of ours whose outcome is not known. */
  pending: number[];
  createdSec: number | null;
  auditId: number | null;
  /** Our upload, which nobody should replace; null where it is told already, or would spoil nothing. */
  trial?: { uploadedSec: number | null } | null;
  /** For `untouched` and `unproven`. */
  before?: Untouched;
}

/** The version is online for everyone, and not by us; the same words before the first stage and after it. */
const FINISHED: Observed = {
  kind: 'finished',
  text: 'someone finished the staged release in the console; everyone has the version',
};

/** Before our first stage; the same words until somebody takes it over, so that it is not told twice. */
const begunText = (percentage: number): string =>
  `someone began a staged release at ${percentage} % with our audit`;

const theirs = (version: string | undefined) => (version === undefined ? {} : { theirs: version });

/** How a reading differs from what we left. What users have goes before what they may get. */
export function observeDrift(reading: GrayReading, own: Expected): Observed {
  if (own.expect === 'unproven') return observeUnproven(reading, own);
  const seen = own.expect === 'untouched' ? observeUntouched(reading, own) : observeBegun(reading, own);
  return seen.kind === 'ours' ? observeTrial(reading, own) : seen;
}

function observeTrial({ trial }: GrayReading, own: Expected): Observed {
  const changed = own.trial ? trialProblem(trial, { version: own.version, ...own.trial }) : null;
  return changed === null ? { kind: 'ours' } : { kind: 'newCommit', text: changed };
}

function observeBegun(reading: GrayReading, own: Expected): Observed {
  const seen = observeVersion(reading, own);
  const { latestAuditId } = reading;
  if (seen.kind !== 'ours' || own.auditId === null || latestAuditId === null) return seen;
  if (latestAuditId === own.auditId) return seen;
  return {
    kind: 'newAudit',
    text: `audit ${latestAuditId} was submitted by someone else after ours (${own.auditId})`,
  };
}

/** Whether users have what we gave them. */
function observeVersion({ plan, online }: GrayReading, own: Expected): Observed {
  const onlineText = textOf(online);
  const open = isGrayOpen(plan.status);
  if (own.expect === 'online')
    return online?.version === own.version
      ? { kind: 'ours' }
      : { kind: 'otherVersion', text: `${onlineText}, not ${own.version}`, open, ...theirs(online?.version) };
  if (isOnline(online, own)) return FINISHED;
  const completing = own.expect === 'completing';
  if (plan.createdSec !== own.createdSec && plan.status !== 'none')
    return {
      kind: 'otherVersion',
      text: `another staged release (${plan.status} at ${plan.percentage} %) took the place of ours`,
      open,
      theirs: `a staged release at ${plan.percentage} %`,
    };
  switch (plan.status) {
    case 'running': {
      const { percentage, createdSec, finishesSec } = plan;
      const begun = own.expect === 'begun';
      if (!begun && (completing || percentage === own.percentage || own.pending.includes(percentage)))
        return { kind: 'ours' };
      const text = begun
        ? begunText(percentage)
        : `someone set the staged release to ${percentage} %, we left it at ${own.percentage} %`;
      return { kind: 'advanced', text, plan: { percentage, createdSec, finishesSec } };
    }
    case 'paused':
      return {
        kind: 'paused',
        text: `someone paused the staged release at ${plan.percentage} % in the console; only the console can resume it`,
      };
    case 'finished':
      // Finished a moment ago, and the full release is still on its way.
      return online === null || online.timeSec === own.baselineOnlineSec
        ? { kind: 'ours' }
        : { kind: 'otherVersion', text: onlineText, open, theirs: online.version };
    case 'none':
    case 'deleted':
      // A plan may be cleared away once it is complete.
      if ((completing || own.pending.includes(100)) && plan.status === 'none') return { kind: 'ours' };
      return cancelled(online);
  }
}

const textOf = (online: GrayReading['online']): string =>
  online === null ? 'nothing is online' : `${online.version} is online`;

const cancelled = (online: GrayReading['online']): Observed => ({
  kind: 'cancelled',
  text: `someone cancelled the staged release in the console; ${textOf(online)}`,
});

/** Whether anything came of a first write; a staged release that runs is for `retry` to prove. */
function observeUnproven({ plan, online }: GrayReading, own: Expected): Observed {
  if (isOnline(online, own)) return FINISHED;
  const begun = own.before !== undefined && plan.createdSec !== own.before.grayCreatedSec;
  if (begun && plan.status === 'deleted') return cancelled(online);
  if (isGrayOpen(plan.status) || (begun && plan.status === 'finished')) return { kind: 'ours' };
  return { kind: 'absent', text: `no staged release is to be seen; ${textOf(online)}` };
}

function observeUntouched({ plan, online, latestAuditId }: GrayReading, own: Expected): Observed {
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
    const { percentage, createdSec, finishesSec } = plan;
    return before.approved && latestAuditId === before.auditId
      ? { kind: 'started', text: begunText(percentage), plan: { percentage, createdSec, finishesSec } }
      : {
          kind: 'otherVersion',
          text: `someone began a staged release at ${percentage} %`,
          theirs: `a staged release at ${percentage} %`,
        };
  }
  if (latestAuditId !== null && latestAuditId !== before.auditId)
    return { kind: 'newAudit', text: `audit ${latestAuditId} was submitted by someone else` };
  return { kind: 'ours' };
}
