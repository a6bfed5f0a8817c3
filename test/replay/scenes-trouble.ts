/** Scenes of releases that meet a WeChat, or messages, as one would rather not. */
import { planOf, reaches, send } from '../release/people.js';
import { calm, planOfStorm, storm } from '../release/storm-anew.js';
import { planFor } from '../support/release.js';
import { holding, looking, type Scene } from './scene.js';

/** What goes wrong, and how it goes on. */
export const TROUBLED: Record<string, Scene> = {
  firstRelease: {
    app: { online: undefined, history: [] },
    play: (world, app) =>
      world.start(planOf(app, [{ percentage: 100 }], { rollout: { firstRelease: 'full' } })),
  },
  finished: {
    app: { fullReleaseSeconds: 5 },
    play: (world, app) => world.start(planFor(app)),
  },
  scanned: {
    app: { privacyScanSeconds: 5 },
    play: (world, app) => world.start(planFor(app)),
  },
  putOffAndAborted: {
    app: {},
    play: async (world, app) => {
      const handle = await holding(world, app);
      world.simulator.control.addFault({
        endpoint: 'grayrelease',
        app,
        kind: 'minuteQuota',
        times: 'always',
      });
      await send(handle, 'promote', { expect: 1 });
      await reaches(handle, ({ reason }) => reason.includes('45011'));
      await send(handle, 'abort');
      return handle;
    },
  },
  unknown: {
    app: {},
    play: async (world, app) => {
      const handle = await holding(world, app, { health: [] });
      world.simulator.control.addFault({
        endpoint: 'grayrelease',
        app,
        kind: 'dropBeforeApplying',
        times: 3,
      });
      await send(handle, 'promote', { expect: 1 });
      await reaches(handle, looking);
      await send(handle, 'retry');
      return handle;
    },
  },
  unauthorized: {
    app: {},
    play: async (world, app) => {
      const handle = await holding(world, app);
      const errmsg = 'api is unauthorized to component';
      const fault = { kind: 'errcode', errcode: 61007, errmsg, endpoint: '*', app, times: 12 } as const;
      world.simulator.control.addFault(fault);
      await send(handle, 'promote', { expect: 1 });
      await reaches(handle, looking);
      return handle;
    },
  },
  hotfix: {
    app: { audit: [{ approveAfter: '0s' }, { approveAfter: '1h' }], speedup: { after: '1s' } },
    play: async (world, app) => {
      const first = await holding(world, app);
      await send(first, 'abort');
      await first.result();
      const plan = planOf(app, [{ percentage: 1 }, { percentage: 100 }], { version: '1.4.1', health: [] });
      return world.start({ ...plan, audit: { ...plan.audit, speedup: true } });
    },
  },
  // Recorded is the run that goes on.
  anew: {
    app: {},
    play: async (world, app) => {
      const handle = await world.start(planOfStorm(app));
      const before = await reaches(handle, ({ stages }) => stages[0]?.state === 'soaking');
      const freeze = { commandId: 'freeze-1', by: 'ann', for: '2h', reason: 'the backend moves' };
      await handle.signal('freeze', freeze);
      const repeated = { verb: 'freeze', command: freeze };
      await storm(world, handle, {
        perSecond: 100,
        reports: 20,
        rubbish: 20,
        senders: 2,
        ballast: 7,
        repeated,
      });
      await calm(handle, ({ runId }) => runId !== before.runId, 60_000);
      await handle.signal('abort', { by: 'ann', reason: 'the storm' });
      return handle;
    },
  },
};
