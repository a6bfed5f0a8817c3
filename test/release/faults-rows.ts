/** The writes of a release, each with a release in which it is the one that is struck. */
import type { EffectName } from '../../src/domain/effects.js';
import type { ReleasePlan } from '../../src/domain/plan.js';
import type { Outcome } from '../../src/domain/status.js';
import type { WorldInput } from '../../src/simulator/world/world.js';
import { planFor } from '../support/release.js';

type AppInput = Partial<WorldInput['apps'][string]>;

export interface Row {
  /** As the document names it. */
  name: string;
  effect: EffectName;
  app(times: number): AppInput;
  plan(app: string): ReleasePlan;
  /** Requests of the same endpoint that come before the one that is struck. */
  before: number;
  /** How a release without faults ends, and what WeChat then did. */
  outcome: Outcome;
  effects: readonly string[];
  /** What a release without faults waits for anyway, milliseconds. */
  waitMs: number;
}

/** Two steps up, and no metrics: nothing is slow but what the faults make slow. */
function shortPlan(app: string, overrides: Partial<ReleasePlan> = {}): ReleasePlan {
  const plan = planFor(app, overrides);
  const stages = plan.rollout.stages
    .filter(({ percentage }) => percentage === 1 || percentage === 100)
    .map((stage) => ({ ...stage, soakMs: 0 }));
  return {
    ...plan,
    audit: { ...plan.audit, pollMs: 1_000 },
    rollout: { ...plan.rollout, stages, bakeMs: 0 },
    health: overrides.health ?? [],
  };
}

const withHealth = (app: string) => shortPlan(app, { health: planFor(app).health });

const failingFrom = (from: number): AppInput => ({
  metrics: {
    js_error_rate: [
      { version: '1.4.0', value: 0.002 },
      { version: '1.4.0', from, value: 0.5 },
    ],
    launches: [{ version: '1.4.0', perPercent: 400 }],
  },
});

const SUBMITTED = ['commit', 'submit_audit'];
const SHORT_LADDER = [...SUBMITTED, 'grayrelease 1', 'grayrelease 100'];
/** Longer than speedupaudit may have to wait until it is sent again: an audit that is over cannot be sped up any more. */
const AUDIT_SECONDS = 70;

const released = { outcome: 'released', effects: SHORT_LADDER, waitMs: 0 } as const;
const plain = { app: () => ({}), plan: (app: string) => shortPlan(app), before: 0 };

export const ROWS: readonly Row[] = [
  { name: 'commit', effect: 'commit', ...plain, ...released },
  { name: 'submit_audit', effect: 'submitAudit', ...plain, ...released },
  {
    name: 'speedupaudit',
    effect: 'speedupAudit',
    app: (times) => ({
      audit: { approveAfter: `${AUDIT_SECONDS * times}s` },
      // One whose answer is lost must not be over before it is asked for again.
      speedup: { after: `${AUDIT_SECONDS * times - 10}s` },
    }),
    plan: (app) => {
      const plan = shortPlan(app);
      return { ...plan, audit: { ...plan.audit, speedup: true, pollMs: 2_000 } };
    },
    before: 0,
    outcome: 'released',
    effects: [...SUBMITTED, 'speedupaudit', 'grayrelease 1', 'grayrelease 100'],
    // Faults and audit take their time side by side.
    waitMs: 35_000,
  },
  {
    name: 'undocodeaudit',
    effect: 'withdrawAudit',
    app: () => ({ audit: 'never' }),
    plan: (app) => {
      const plan = shortPlan(app);
      return { ...plan, audit: { ...plan.audit, deadlineMs: 1, onDeadline: 'withdraw' } };
    },
    before: 0,
    outcome: 'aborted',
    effects: [...SUBMITTED, 'undocodeaudit'],
    waitMs: 0,
  },
  { name: 'grayrelease, first', effect: 'grayRelease', ...plain, ...released },
  { name: 'grayrelease, up', effect: 'grayRelease', ...plain, before: 1, ...released },
  {
    name: 'release',
    effect: 'release',
    app: () => ({ online: undefined, history: [] }),
    plan: (app) => {
      const plan = shortPlan(app);
      return { ...plan, rollout: { ...plan.rollout, firstRelease: 'full' } };
    },
    before: 0,
    outcome: 'released',
    effects: [...SUBMITTED, 'release'],
    waitMs: 0,
  },
  {
    name: 'revertgrayrelease',
    effect: 'revertGray',
    app: () => failingFrom(1),
    plan: withHealth,
    before: 0,
    outcome: 'reverted',
    effects: [...SUBMITTED, 'grayrelease 1', 'revertgrayrelease'],
    waitMs: 10_000,
  },
  {
    name: 'revertcoderelease',
    effect: 'revertCode',
    app: () => failingFrom(100),
    plan: withHealth,
    before: 0,
    outcome: 'rolledBack',
    effects: [...SHORT_LADDER, 'revertcoderelease'],
    waitMs: 30_000,
  },
];

/** A gray 100 whose version does not come online by itself: five minutes of waiting before it is finished. */
export const FINISHING: Row = {
  name: 'release, after 100 %',
  effect: 'release',
  app: () => ({ fullReleaseSeconds: 86_400 }),
  plan: (app) => shortPlan(app),
  before: 0,
  outcome: 'released',
  effects: [...SHORT_LADDER, 'release'],
  waitMs: 5 * 60_000,
};
