/** What the scenarios of gates, drift, rejections and ways back have in common. */
import type { Approval, ReleasePlan } from '../../../src/domain/plan.js';
import type { PauseReason } from '../../../src/domain/status.js';
import { approval, OFFICE } from '../../plan/plans.js';
import type { Driver } from '../support/driver.js';
import { planWith, stage } from '../support/given.js';

export const endpoints = ({ wechat }: Driver): string[] => wechat.ledger.map(({ endpoint }) => endpoint);
/** The percentages that were written. */
export const grays = ({ wechat }: Driver): (number | undefined)[] =>
  wechat.ledger.filter(({ endpoint }) => endpoint === 'grayRelease').map(({ percentage }) => percentage);

/** A gate asks; a moment later the release has noticed it. */
export const waits = ({ status }: Driver): boolean => status.gate !== null;
export const looking = ({ state }: Driver): boolean => state.attention !== null;
export const paused = ({ state }: Driver): boolean => state.pauses.length > 0;
export const kinds = ({ status }: Driver): PauseReason['kind'][] => status.paused.map(({ kind }) => kind);

/** Two people of three may say so, by name alone. */
export const asked = (changes: Partial<Approval> = {}): Approval =>
  approval({ approvers: ['ann', 'bob', 'cat'], claimed: true, ...changes });

/** 1 → 10 → 50 → 100; an approval stands before 50 %. */
export const gatedAt50 = (
  changes: Partial<Approval> = {},
  rollout: Parameters<typeof planWith>[0] = {},
): ReleasePlan =>
  planWith({
    stages: [stage(1), stage(10), stage(50, { approval: asked(changes) }), stage(100)],
    ...rollout,
  });

/** A trial version is tried out before the audit is spent. */
export const tried = (changes: Partial<Approval> = {}, plan = planWith()): ReleasePlan => ({
  ...plan,
  trial: { approval: asked(changes) },
});

/** A window of an hour every four hours (the driver's own), whatever it says here. */
export const windowed = (changes: Parameters<typeof planWith>[0] = {}): ReleasePlan =>
  planWith({ windows: OFFICE, ...changes });
