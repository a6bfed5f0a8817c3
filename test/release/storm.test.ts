/** Thousands of messages, good and bad, to releases in every phase: none fails a workflow task, and each release goes its way. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ReleasePlan } from '../../src/domain/plan.js';
import type { Outcome, ReleaseStatus } from '../../src/domain/status.js';
import type { WorldInput } from '../../src/simulator/world/world.js';
import { givenWorld, type Handle, LADDER, planFor, type ReleaseWorld, until } from '../support/release.js';
import { describeWorkflows } from '../support/temporal.js';
import { runsOf } from './storm-history.js';
import { type Message, messagesOf, rawSender } from './storm-messages.js';

const HOUR = 3_600_000;
const PATIENT_MS = 60_000;
const SENDERS = 4;

interface Phase {
  name: string;
  app: Partial<WorldInput['apps'][string]>;
  plan(app: string): ReleasePlan;
  /** Brings the release to where the storm finds it. */
  reach(status: ReleaseStatus): boolean;
  first?(world: ReleaseWorld, app: string, handle: Handle): Promise<unknown>;
  /** What a person does after the storm. */
  after(world: ReleaseWorld, app: string, handle: Handle): Promise<unknown>;
  outcome: Outcome;
  effects: readonly string[];
}

const WAITS = {
  approvers: ['ann', 'bob'],
  count: 2,
  claimed: true,
  timeoutMs: null,
  onTimeout: 'pause',
} as const;

const stagesOf = (plan: ReleasePlan, change: (index: number) => object): ReleasePlan => ({
  ...plan,
  rollout: {
    ...plan.rollout,
    stages: plan.rollout.stages.map((stage, index) => ({ ...stage, ...change(index) })),
  },
});
const withAudit = (plan: ReleasePlan, audit: Partial<ReleasePlan['audit']>): ReleasePlan => ({
  ...plan,
  audit: { ...plan.audit, ...audit },
});
const soakingAt1 = (app: string) => stagesOf(planFor(app), (index) => (index === 0 ? { soakMs: HOUR } : {}));
const approve = async (handle: Handle) => {
  for (const by of ['ann', 'bob']) await handle.signal('approve', { by });
};

const PHASES: readonly Phase[] = [
  {
    name: 'preparing, at the trial’s gate',
    app: {},
    plan: (app) => ({ ...planFor(app), trial: { approval: { ...WAITS, approvers: [...WAITS.approvers] } } }),
    reach: ({ gate }) => gate?.gate === 'trial',
    after: (_world, _app, handle) => approve(handle),
    outcome: 'released',
    effects: LADDER,
  },
  {
    name: 'auditing',
    app: { audit: 'never' },
    plan: (app) => planFor(app),
    reach: ({ audit }) => audit.state === 'auditing',
    after: async (world, app) => world.simulator.control.audit({ app, verdict: 'approve' }),
    outcome: 'released',
    effects: LADDER,
  },
  {
    name: 'rejected, waiting for a resubmission',
    app: { audit: [{ reject: { after: '0s', reason: '1: no<br>2: no' } }, { approveAfter: '0s' }] },
    plan: (app) => withAudit(planFor(app), { onReject: 'wait' }),
    reach: ({ audit }) => audit.state === 'rejected',
    after: (_world, _app, handle) => handle.signal('resubmit', { by: 'ann' }),
    outcome: 'released',
    effects: ['commit', 'submit_audit', ...LADDER.slice(1)],
  },
  {
    name: 'ready, at a gate',
    app: {},
    plan: (app) =>
      stagesOf(planFor(app), (index) =>
        index === 0 ? { approval: { ...WAITS, approvers: [...WAITS.approvers] } } : {},
      ),
    reach: ({ gate }) => gate?.gate === 'stage:0',
    after: (_world, _app, handle) => approve(handle),
    outcome: 'released',
    effects: LADDER,
  },
  {
    name: 'rolling, in its soak',
    app: {},
    plan: soakingAt1,
    reach: ({ stages }) => stages[0]?.state === 'soaking',
    after: (_world, _app, handle) => handle.signal('promote', { expect: 1 }),
    outcome: 'released',
    effects: LADDER,
  },
  {
    name: 'paused',
    app: {},
    plan: soakingAt1,
    first: async (_world, _app, handle) => {
      await until(handle, ({ stages }) => stages[0]?.state === 'soaking', PATIENT_MS);
      await handle.signal('pause', { by: 'ann' });
    },
    reach: ({ paused }) => paused.length === 1,
    after: async (_world, _app, handle) => {
      await handle.signal('resume', { by: 'ann' });
      await handle.signal('promote', { expect: 1 });
    },
    outcome: 'released',
    effects: LADDER,
  },
  {
    name: 'in attention',
    app: { categories: [] },
    plan: (app) => planFor(app),
    reach: ({ attention }) => attention !== null,
    after: async (world, app, handle) => {
      const categories = [{ first_class: '工具', second_class: '备忘录', first_id: 1, second_id: 2 }];
      world.simulator.control.console({ app, action: 'categories', categories });
      await handle.signal('retry', { by: 'ann' });
    },
    outcome: 'released',
    effects: LADDER,
  },
  {
    name: 'baking',
    app: {},
    plan: (app) => {
      const plan = planFor(app);
      return { ...plan, rollout: { ...plan.rollout, bakeMs: HOUR } };
    },
    reach: ({ phase }) => phase === 'baking',
    after: (_world, _app, handle) => handle.signal('promote', { expect: 100 }),
    outcome: 'released',
    effects: LADDER,
  },
  {
    name: 'reverting, in attention',
    app: {},
    plan: soakingAt1,
    first: async (world, app, handle) => {
      await until(handle, ({ stages }) => stages[0]?.state === 'soaking', PATIENT_MS);
      const refusal = { kind: 'errcode', errcode: 48001, times: 4 } as const;
      world.simulator.control.addFault({ endpoint: 'revertgrayrelease', app, ...refusal });
      await handle.signal('abort', { by: 'ann' });
    },
    reach: ({ phase, attention }) => phase === 'reverting' && attention !== null,
    after: (_world, _app, handle) => handle.signal('retry', { by: 'ann' }),
    outcome: 'reverted',
    effects: [...LADDER.slice(0, 3), 'revertgrayrelease'],
  },
];

/** What no rubbish may change. */
const stood = ({ phase, percentage, paused, gate, freeze, attention }: ReleaseStatus) => ({
  phase,
  percentage,
  paused,
  gate,
  freeze,
  attention,
});

describeWorkflows('a storm of messages', () => {
  let world: ReleaseWorld;
  beforeAll(async () => {
    world = await givenWorld(PHASES.map(({ app }) => app));
  });
  afterAll(() => world.close());

  /** Signals, and every third message as an update that is answered. */
  async function send(handle: Handle, messages: readonly Message[], problems: string[]): Promise<void> {
    const sender = rawSender(world.client);
    for (const [index, message] of messages.entries()) {
      if (index % 3 > 0) await sender.signal(handle.workflowId, message);
      else if ((await sender.update(handle.workflowId, message)) === 'done')
        problems.push(`${message.name} ${message.what} was done`);
    }
  }

  for (const [index, phase] of PHASES.entries())
    it.concurrent(phase.name, async () => {
      const app = world.apps[index] ?? '';
      const handle = await world.start(phase.plan(app));
      await phase.first?.(world, app, handle);
      const before = await until(handle, phase.reach, PATIENT_MS);
      const problems: string[] = [];
      const senders = Array.from({ length: SENDERS }, (_, sender) => messagesOf(sender, SENDERS));
      await Promise.all(senders.map((messages) => send(handle, messages, problems)));
      expect(problems).toEqual([]);
      const later = await handle.query<ReleaseStatus, []>('status');
      expect(stood(later)).toEqual(stood(before));
      await phase.after(world, app, handle);
      expect(await handle.result()).toMatchObject({ outcome: phase.outcome });
      expect(world.effects(app)).toEqual(phase.effects);
      const runs = await runsOf(world.client, handle.workflowId, handle.firstExecutionRunId);
      expect(runs.flatMap(({ failed }) => failed)).toEqual([]);
    }, 120_000);
});
