/** Drift: what someone did to the staged release by a button elsewhere, seen from its owner's side. */
import { type GrayReading, isOnline } from './proofs.js';
import type { Observed } from './readings.js';

export interface Expected {
  version: string;
  baselineOnlineSec: number | null;
  expect: 'gray' | 'completing' | 'online';
  percentage: number;
  /** The percentage of a write of ours whose outcome is not known. */
  pending: number | null;
  createdSec: number | null;
  auditId: number | null;
}

/** How a reading differs from what we left. */
export function observeDrift({ plan, online, latestAuditId }: GrayReading, own: Expected): Observed {
  const onlineText = online === null ? 'nothing is online' : `${online.version} is online`;
  if (own.auditId !== null && latestAuditId !== null && latestAuditId !== own.auditId)
    return {
      kind: 'newAudit',
      text: `audit ${latestAuditId} was submitted by someone else after ours (${own.auditId})`,
    };
  if (own.expect === 'online')
    return online?.version === own.version
      ? { kind: 'ours' }
      : { kind: 'otherVersion', text: `${onlineText}, not ${own.version}` };
  if (isOnline(online, own))
    return {
      kind: 'finished',
      text: 'someone finished the staged release in the console; everyone has the version',
    };
  const completing = own.expect === 'completing';
  if (plan.createdSec !== own.createdSec && plan.status !== 'none')
    return {
      kind: 'otherVersion',
      text: `another staged release (${plan.status} at ${plan.percentage} %) took the place of ours`,
    };
  switch (plan.status) {
    case 'running':
      return completing || plan.percentage === own.percentage || plan.percentage === own.pending
        ? { kind: 'ours' }
        : {
            kind: 'advanced',
            text: `someone set the staged release to ${plan.percentage} %, we left it at ${own.percentage} %`,
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
        : { kind: 'otherVersion', text: onlineText };
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
