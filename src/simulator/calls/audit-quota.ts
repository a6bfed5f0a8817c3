/** The month's audits and speed-ups: one pool for all apps of the platform. */
import { read, type Scene, type Step } from '../state/machine.js';
import type { PlatformState } from '../state/state.js';
import { chinaMonth } from '../state/time.js';

/** queryquota. */
export const queryQuota: Step = ({ platform, world, now }) => {
  const { audit, speedup } = world.quotas;
  const { auditsUsed, speedupsUsed } = inThisMonth(platform, now);
  return read({
    rest: Math.max(0, audit.limit - auditsUsed),
    limit: audit.limit,
    speedup_rest: Math.max(0, speedup.limit - speedupsUsed),
    speedup_limit: speedup.limit,
  });
};

/** The platform with its counts begun anew when the month in China is another one. */
export function inThisMonth(platform: PlatformState, now: Scene['now']): PlatformState {
  const month = chinaMonth(now);
  if (month === platform.auditMonth) return platform;
  return { ...platform, auditMonth: month, auditsUsed: 0, speedupsUsed: 0 };
}
