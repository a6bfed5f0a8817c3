/** What the watches of a release look at: the fake WeChat and the providers of its metrics. */
import type { ReleaseEvent } from '../../../src/domain/apply.js';
import type { GuardInput } from '../../../src/domain/decide.js';
import { type Expected, observeDrift } from '../../../src/domain/drift.js';
import type { Measurement } from '../../../src/domain/health.js';
import type { Metric, ReleasePlan } from '../../../src/domain/plan.js';
import type { Observed } from '../../../src/domain/readings.js';
import type { ReleaseState } from '../../../src/domain/state.js';
import type { FakeWechat } from './wechat.js';

/** Readings that fail in a row before WeChat counts as unreadable. */
export const MAX_UNREADABLE = 5;

export interface Surroundings {
  plan: ReleasePlan;
  wechat: FakeWechat;
  /** What providers say of a metric at a percentage. */
  measure: (metric: Metric, percentage: number, at: number) => Partial<Measurement>;
  /** How often the guard looks at WeChat, milliseconds. */
  driftEveryMs: number;
  /** How long the verification of the next signatures takes, milliseconds. */
  verifyMs: number;
  /** Told of every measurement. */
  measured(metric: Metric, measurement: Measurement): void;
}

/** One look: what came of it, or when to look again. */
export type Look = { event: ReleaseEvent } | { again: number };

export interface Running {
  due: number;
  look(now: number): Look;
}

/** What only a person can change. */
export const UNAUTHORISED = {
  reason: '61003 the app has not authorised us',
  remedy: 'let the merchant authorise the platform again',
};

/** What a look at WeChat shows, after so many readings that failed; null while they may yet succeed. */
export function observe(
  input: GuardInput,
  state: ReleaseState,
  around: Surroundings,
  failed: number,
): { observed: Observed | null; unreadable: number } {
  const { plan, wechat } = around;
  const own: Expected = {
    ...input,
    version: plan.version,
    baselineOnlineSec: state.baseline?.online?.timeSec ?? null,
  };
  const unreadable = failed + 1;
  if (!wechat.authorised) {
    const { reason, remedy } = UNAUTHORISED;
    return { observed: { kind: 'unreadable', text: `${reason}; ${remedy}` }, unreadable };
  }
  if (wechat.readable) return { observed: observeDrift(wechat.reading(), own), unreadable: 0 };
  const told = unreadable >= MAX_UNREADABLE;
  return { observed: told ? { kind: 'unreadable', text: 'WeChat cannot be read' } : null, unreadable };
}
