/** A closed release's version is taken back on its own: the same rules from the phase `reverting` on. */

import { initialState } from './initial-state.js';
import type { ReleasePlan } from './plan.js';
import { completePlan } from './plan-defaults.js';
import { type ReleaseState, type Target, tell } from './state.js';

export interface Rollback {
  app: string;
  /** The version that is online, so that nobody else's is taken back. */
  from: string;
  to: Target;
  by: string;
  reason: string;
}

/** What a rollback needs of a plan: which app, and which version must be online. */
export function rollbackPlan({ app, from, to }: Pick<Rollback, 'app' | 'from' | 'to'>): ReleasePlan {
  return completePlan({
    rules: 2,
    app,
    version: from,
    description: `rollback to ${to.version}`,
    source: 'approved',
    template: null,
    ext: {},
    audit: { body: {}, pollMs: 600_000, deadlineMs: 14 * 86_400_000, onDeadline: 'notify' },
    rollout: { stages: [], bakeMs: 0, firstRelease: 'refuse', onPlatformDeadline: 'revert' },
    health: [],
  });
}

/** A release as it stands when users have been on its version for long and are to be taken back. */
export function rollbackState(plan: ReleasePlan, input: Rollback, now: number): ReleaseState {
  const { by, reason, to } = input;
  const fresh = initialState(plan, now);
  return tell(
    {
      ...fresh,
      kind: 'rollback',
      phase: 'reverting',
      target: to,
      ending: { reason, by, at: now, withdrawAudit: false },
      ladder: { ...fresh.ladder, percentage: 100, everOnline: true },
    },
    { at: now, what: `rollback to ${to.version}`, why: reason, by },
  );
}
