/**
 * When is an effect applied, and ours? Pure predicates over readings; baselines come from an earlier,
 * completed activity, so that a second attempt can tell its own write from a colleague's.
 */
import type { EffectFacts, Obstacle } from './effects.js';
import type { AuditReading, GrayPlanReading, VersionReading } from './readings.js';

/** `missing` means: not (yet) to be seen. `conflict` means: someone else's doing stands in the way. */
export type Proof =
  | { seen: 'applied'; facts: EffectFacts; how: string }
  | { seen: 'missing' }
  | { seen: 'conflict'; why: string; because?: Obstacle };

const MISSING: Proof = { seen: 'missing' };
const CANCELLED: Proof = { seen: 'conflict', why: 'the staged release was cancelled elsewhere' };

/** exp_info shows our version, uploaded after the baseline's. */
export function proveCommit(
  trial: VersionReading | null,
  want: { version: string; baselineSec: number | null },
): Proof {
  if (trial === null || trial.version !== want.version) return MISSING;
  if (want.baselineSec !== null && trial.timeSec <= want.baselineSec) return MISSING;
  return { seen: 'applied', facts: { trialSec: trial.timeSec }, how: `trial version is ${trial.version}` };
}

/** The latest audit is a new one and of our version. */
export function proveSubmit(
  latest: AuditReading | null,
  want: { version: string; beforeId: number | null },
): Proof {
  if (latest === null || latest.auditId === want.beforeId) return MISSING;
  if (latest.version !== null && latest.version !== want.version)
    return {
      seen: 'conflict',
      why: `audit ${latest.auditId} of version ${latest.version} was submitted by someone else`,
      because: 'foreignAudit',
    };
  return { seen: 'applied', facts: { auditId: latest.auditId }, how: `latest audit is ${latest.auditId}` };
}

/** What is submitted is the trial version, whoever uploaded it: it must still be the one that was. */
export function trialProblem(
  trial: VersionReading | null,
  want: { version: string; uploadedSec: number | null },
): string | null {
  if (trial === null) return 'there is no trial version any more';
  if (trial.version !== want.version) return `someone uploaded ${trial.version} over ${want.version}`;
  if (want.uploadedSec === null || trial.timeSec === want.uploadedSec) return null;
  return `someone uploaded ${want.version} anew`;
}

/** Our audit is withdrawn. An approval that came first makes withdrawing pointless. */
export function proveWithdrawn(audit: AuditReading): Proof {
  if (audit.status === 'withdrawn')
    return { seen: 'applied', facts: {}, how: `audit ${audit.auditId} is withdrawn` };
  if (audit.status === 'approved' || audit.status === 'rejected')
    return {
      seen: 'conflict',
      why: `audit ${audit.auditId} was ${audit.status} before it could be withdrawn`,
    };
  return MISSING;
}

export interface GrayWant {
  version: string;
  auditId: number;
  percentage: number;
  /** Our plan's create_timestamp, seconds; null before the first stage. */
  ownCreatedSec: number | null;
  /** The create_timestamp that stood there before this release, seconds. */
  baselineCreatedSec: number;
  /** When the baseline's version went online, seconds; null when nothing was online. */
  baselineOnlineSec: number | null;
}

export interface GrayReading {
  plan: GrayPlanReading;
  online: VersionReading | null;
  trial: VersionReading | null;
  latestAuditId: number | null;
}

/** Our version is online for everyone, and it got there after the baseline. */
export function isOnline(
  online: VersionReading | null,
  want: { version: string; baselineOnlineSec: number | null },
): boolean {
  return (
    online !== null &&
    online.version === want.version &&
    (want.baselineOnlineSec === null || online.timeSec > want.baselineOnlineSec)
  );
}

/** The plan runs at our percentage, and the plan and the audit are ours. */
export function proveGray(reading: GrayReading, want: GrayWant): Proof {
  const { plan, online, latestAuditId } = reading;
  const foreign = submittedAfter(latestAuditId, want.auditId);
  if (foreign !== null) return foreign;
  const facts = {
    percentage: plan.percentage,
    createdSec: plan.createdSec,
    finishesSec: plan.finishesSec,
  };
  const ours =
    want.ownCreatedSec === null
      ? plan.createdSec !== want.baselineCreatedSec
      : plan.createdSec === want.ownCreatedSec;
  if (isOnline(online, want)) {
    const all: EffectFacts = { ...facts, percentage: 100, online: true };
    return want.percentage === 100
      ? { seen: 'applied', facts: all, how: `${want.version} is online for everyone` }
      : { seen: 'conflict', why: `${want.version} is already online for everyone` };
  }
  // A plan of before this release, or none: ours was never there, or is gone.
  const before = want.ownCreatedSec === null ? MISSING : CANCELLED;
  switch (plan.status) {
    case 'running':
      if (!ours)
        return want.ownCreatedSec === null
          ? MISSING
          : { seen: 'conflict', why: 'another staged release is running' };
      if (plan.percentage === want.percentage)
        return {
          seen: 'applied',
          facts: { ...facts, online: false },
          how: `the plan runs at ${plan.percentage} %`,
        };
      if (plan.percentage > want.percentage || want.ownCreatedSec === null)
        return {
          seen: 'conflict',
          why: `the plan runs at ${plan.percentage} %, not at ${want.percentage} %`,
        };
      return MISSING;
    case 'paused':
      return { seen: 'conflict', why: 'the staged release is paused in the console; resume it there' };
    case 'finished':
      // Finished but not online yet: the full release is on its way.
      if (ours && want.percentage === 100)
        return {
          seen: 'applied',
          facts: { ...facts, percentage: 100, online: false },
          how: 'the plan is finished',
        };
      return ours ? { seen: 'conflict', why: 'the staged release was finished elsewhere' } : before;
    case 'deleted':
      return ours ? CANCELLED : before;
    case 'none':
      return before;
  }
}

/**
 * release_info shows our version, online after the baseline's. `release` publishes whatever was approved last: after an
 * audit that is not ours it would be somebody else's version.
 */
export function proveRelease(
  { online, latestAuditId }: Pick<GrayReading, 'online' | 'latestAuditId'>,
  want: { version: string; auditId?: number; baselineOnlineSec: number | null },
): Proof {
  if (isOnline(online, want))
    return {
      seen: 'applied',
      facts: { online: true, percentage: 100 },
      how: `${want.version} is online for everyone`,
    };
  if (want.auditId === undefined) return MISSING;
  const isNew = online !== null && online.timeSec > (want.baselineOnlineSec ?? 0);
  if (isNew) return { seen: 'conflict', why: `${online.version} is online for everyone, and it is not ours` };
  return submittedAfter(latestAuditId, want.auditId) ?? MISSING;
}

/** What is released is what was approved last. */
function submittedAfter(latestAuditId: number | null, auditId: number): Proof | null {
  if (latestAuditId === null || latestAuditId === auditId) return null;
  return { seen: 'conflict', why: `audit ${latestAuditId} was submitted after ours (${auditId})` };
}

/** The plan is deleted or gone. A plan that finished meanwhile needs the other way back. */
export function proveGrayReverted(plan: GrayPlanReading, want: { createdSec: number }): Proof {
  if (plan.status !== 'none' && plan.createdSec !== want.createdSec)
    return { seen: 'conflict', why: 'another staged release took the place of ours' };
  if (plan.status === 'deleted' || plan.status === 'none')
    return { seen: 'applied', facts: { percentage: 0 }, how: 'the staged release is cancelled' };
  if (plan.status === 'finished') return { seen: 'conflict', why: 'the staged release finished meanwhile' };
  return MISSING;
}

/** The online version is no longer ours but the one we went back to. */
export function proveCodeReverted(
  online: VersionReading | null,
  want: { from: string; to: string | null },
): Proof {
  if (online === null || online.version === want.from) return MISSING;
  if (want.to !== null && online.version !== want.to)
    return { seen: 'conflict', why: `${online.version} is online, neither ours nor ${want.to}` };
  return { seen: 'applied', facts: { percentage: 0 }, how: `${online.version} is online` };
}
