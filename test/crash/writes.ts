/** Every write of the product, each with a release that stands right before it and goes on at a word. */
import type { Client } from '@temporalio/client';
import { expect, vi } from 'vitest';
import { EFFECTS, type EffectName } from '../../src/domain/effects.js';
import type { ReleasePlan, Stage } from '../../src/domain/plan.js';
import type { Outcome, ReleaseStatus } from '../../src/domain/status.js';
import type { WorldInput } from '../../src/simulator/world/world.js';
import type { release, rollback } from '../../src/workflows/index.js';
import { RELEASE_WORKFLOW, ROLLBACK_WORKFLOW, releaseWorkflowId } from '../../src/workflows/messages.js';
import { approval } from '../plan/plans.js';
import { type Handle, planFor } from '../support/release.js';

/** Where releases run. */
export interface Where {
  client: Client;
  taskQueue: string;
  /** How long a worker may take to answer a workflow task, and one that died is waited for. The server's ten seconds otherwise. */
  taskTimeout?: '4s';
}

export interface Write {
  name: string;
  effect: EffectName;
  app?: Partial<WorldInput['apps'][string]>;
  /** Brings a release to where only the word is missing; null: its beginning is the word. */
  stand: ((where: Where, app: string) => Promise<Handle>) | null;
  word(where: Where, app: string): Promise<unknown>;
  outcome: Outcome;
  /** What WeChat does without any kill. */
  effects: readonly string[];
  /** What the release waits for after the write, kill or not, milliseconds. */
  afterMs: number;
}

const SUBMITTED = ['commit', 'submit_audit'];
const SHORT_LADDER = [...SUBMITTED, 'grayrelease 1', 'grayrelease 100'];
export const ASKED = approval({ approvers: ['ann'], claimed: true });
/** An audit of a quarter of an hour at most: the fast one is asked for twice when its first answer is lost. */
const FAST_AUDIT = { audit: { approveAfter: '900s' }, speedup: { after: '75s' } };
const CLOSED = {
  online: { version: '1.4.0', appVersion: 14, released: '1d' },
  history: [{ version: '1.3.0', appVersion: 13, released: '30d' }],
};

/** Two steps up, and no metrics: nothing is slow but what a kill makes slow. */
export function shortPlan(
  app: string,
  overrides: Partial<ReleasePlan> = {},
  first: Partial<Stage> = {},
): ReleasePlan {
  const plan = planFor(app, { health: [], ...overrides });
  const stages = plan.rollout.stages
    .filter(({ percentage }) => percentage === 1 || percentage === 100)
    .map((stage, index) => ({ ...stage, soakMs: 0, ...(index === 0 ? first : {}) }));
  return { ...plan, rollout: { ...plan.rollout, stages, bakeMs: 0 } };
}

export const begin = ({ client, taskQueue, taskTimeout }: Where, plan: ReleasePlan): Promise<Handle> =>
  client.workflow.start<typeof release>(RELEASE_WORKFLOW, {
    workflowId: releaseWorkflowId(plan.app),
    taskQueue,
    ...(taskTimeout === undefined ? {} : { workflowTaskTimeout: taskTimeout }),
    args: [{ plan, searchAttributes: true, startedBy: 'test' }],
  });

/** Many stand side by side, and each look costs their worker more than it costs us. */
const LOOK_MS = 400;

/** Begins a release and waits until it stands. */
export const standing =
  (plan: (app: string) => ReleasePlan, stands: (status: ReleaseStatus) => boolean) =>
  async (where: Where, app: string): Promise<Handle> => {
    const handle = await begin(where, plan(app));
    await vi.waitFor(async () => expect(await handle.query('status')).toSatisfy(stands), {
      timeout: 60_000,
      interval: LOOK_MS,
    });
    return handle;
  };

export const say =
  (verb: string, more: Record<string, unknown> = {}) =>
  ({ client }: Where, app: string) =>
    client.workflow.getHandle(releaseWorkflowId(app)).signal(verb, { by: 'ann', ...more });

const atTrial = { trial: { approval: ASKED } };
export const waits = ({ gate }: ReleaseStatus) => gate !== null;
const holds = ({ stages }: ReleaseStatus) => stages[0]?.state === 'holding';

export const WRITES: readonly Write[] = [
  {
    name: 'commit',
    effect: 'commit',
    stand: null,
    word: (where, app) => begin(where, shortPlan(app)),
    outcome: 'released',
    effects: SHORT_LADDER,
    afterMs: 0,
  },
  {
    name: 'submit_audit',
    effect: 'submitAudit',
    stand: standing((app) => shortPlan(app, atTrial), waits),
    word: say('approve'),
    outcome: 'released',
    effects: SHORT_LADDER,
    afterMs: 0,
  },
  {
    name: 'speedupaudit',
    effect: 'speedupAudit',
    app: FAST_AUDIT,
    stand: standing((app) => {
      const plan = shortPlan(app, atTrial);
      return { ...plan, audit: { ...plan.audit, speedup: true } };
    }, waits),
    word: say('approve'),
    outcome: 'released',
    effects: [...SUBMITTED, 'speedupaudit', 'grayrelease 1', 'grayrelease 100'],
    afterMs: 75_000,
  },
  {
    name: 'undocodeaudit',
    effect: 'withdrawAudit',
    app: { audit: 'never' },
    stand: standing(
      (app) => shortPlan(app),
      ({ audit }) => audit.state === 'auditing',
    ),
    word: say('abort', { withdrawAudit: true }),
    outcome: 'aborted',
    effects: [...SUBMITTED, 'undocodeaudit'],
    afterMs: 0,
  },
  {
    name: 'grayrelease, first',
    effect: 'grayRelease',
    stand: standing((app) => shortPlan(app, {}, { approval: ASKED }), waits),
    word: say('approve'),
    outcome: 'released',
    effects: SHORT_LADDER,
    afterMs: 0,
  },
  {
    name: 'grayrelease, up',
    effect: 'grayRelease',
    stand: standing((app) => shortPlan(app, {}, { hold: true }), holds),
    word: say('promote', { expect: 1 }),
    outcome: 'released',
    effects: SHORT_LADDER,
    afterMs: 0,
  },
  {
    name: 'release',
    effect: 'release',
    app: { online: undefined, history: [] },
    stand: standing((app) => {
      const plan = shortPlan(app, {}, { approval: ASKED });
      return { ...plan, rollout: { ...plan.rollout, firstRelease: 'full' } };
    }, waits),
    word: say('approve'),
    outcome: 'released',
    effects: [...SUBMITTED, 'release'],
    afterMs: 0,
  },
  {
    name: 'revertgrayrelease',
    effect: 'revertGray',
    stand: standing((app) => shortPlan(app, {}, { hold: true }), holds),
    word: say('abort'),
    outcome: 'reverted',
    effects: [...SUBMITTED, 'grayrelease 1', 'revertgrayrelease'],
    // The plan is read once more when it has settled.
    afterMs: EFFECTS.revertGray.settleMs,
  },
  {
    name: 'revertcoderelease',
    effect: 'revertCode',
    app: CLOSED,
    stand: null,
    word: ({ client, taskQueue }, app) =>
      client.workflow.start<typeof rollback>(ROLLBACK_WORKFLOW, {
        workflowId: releaseWorkflowId(app),
        taskQueue,
        args: [
          {
            app,
            from: '1.4.0',
            to: { version: '1.3.0', appVersion: null },
            by: 'ann',
            reason: 'payments fail',
            searchAttributes: true,
          },
        ],
      }),
    outcome: 'rolledBack',
    effects: ['revertcoderelease'],
    afterMs: EFFECTS.revertCode.settleMs,
  },
];
