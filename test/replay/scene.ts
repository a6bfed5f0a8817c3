/** What the scenes of recorded releases are made of. */
import { DEFAULT_DRIFT } from '../../src/domain/plan-defaults.js';
import type { WorldInput } from '../../src/simulator/world/world.js';
import type { rollback } from '../../src/workflows/index.js';
import { ROLLBACK_WORKFLOW, releaseWorkflowId } from '../../src/workflows/messages.js';
import { person } from '../identity/people.js';
import { reaches } from '../release/people.js';
import { type Handle, holdingAt1, planFor, type ReleaseWorld } from '../support/release.js';

export type App = Partial<WorldInput['apps'][string]>;
export type Play = (world: ReleaseWorld, app: string) => Promise<Handle>;
export interface Scene {
  app: App;
  play: Play;
}

/** The workers that record know her. */
export const ALICE = person();

export const failingFrom = (from: number): App => ({
  metrics: {
    js_error_rate: [
      { version: '1.4.0', value: 0.002 },
      { version: '1.4.0', from, value: 0.5 },
    ],
    launches: [{ version: '1.4.0', perPercent: 400 }],
  },
});
export const CLOSED: App = {
  online: { version: '1.4.0', appVersion: 14, released: '1d' },
  history: [{ version: '1.3.0', appVersion: 13, released: '30d' }],
};
export const NO = { reject: { after: '1s', reason: 'not like this' } };
export const YES = { approveAfter: '0s' };

export const holding = async (world: ReleaseWorld, app: string, more = {}): Promise<Handle> => {
  const handle = await world.start(holdingAt1(app, more));
  await reaches(handle, ({ stages }) => stages[0]?.state === 'holding');
  return handle;
};
export const withDrift = (app: string, onDrift: Partial<typeof DEFAULT_DRIFT>) => {
  const { rollout } = planFor(app);
  return { rollout: { ...rollout, onDrift: { ...DEFAULT_DRIFT, ...onDrift } } };
};
export const withAudit = (app: string, changes: object) => ({ audit: { ...planFor(app).audit, ...changes } });
export const rejectedOnce = ({ audit }: { audit: { state: string } }) => audit.state === 'rejected';
export const looking = ({ attention }: { attention: unknown }) => attention !== null;
export const gate = (name: string) => (status: { gate: { gate: string } | null }) =>
  status.gate?.gate === name;
export const press = (world: ReleaseWorld, app: string, action: 'pause' | 'resume' | 'delete' | 'finish') =>
  world.simulator.control.console({ app, action });
export const rolledBack = (world: ReleaseWorld, app: string): Promise<Handle> =>
  world.client.workflow.start<typeof rollback>(ROLLBACK_WORKFLOW, {
    workflowId: releaseWorkflowId(app),
    taskQueue: world.taskQueue,
    args: [
      {
        ...{ app, from: '1.4.0', to: { version: '1.3.0', appVersion: null } },
        ...{ by: 'ann', reason: 'payments fail', searchAttributes: true },
      },
    ],
  }) as Promise<unknown> as Promise<Handle>;
