import { asked, planOf, reaches, send } from '../release/people.js';
import { ITEM, planFor } from '../support/release.js';
import {
  CLOSED,
  gate,
  holding,
  looking,
  NO,
  rejectedOnce,
  rolledBack,
  type Scene,
  withAudit,
  YES,
} from './scene.js';

/** What people make of it. */
export const STEERED: Record<string, Scene> = {
  steered: {
    app: {},
    play: async (world, app) => {
      const handle = await holding(world, app);
      await handle.signal('pause', { by: 'ann' });
      await send(handle, 'resume');
      await handle.signal('nonsense', 'text');
      await send(handle, 'promote', { expect: 1 });
      return handle;
    },
  },
  promotedToFull: {
    app: {},
    play: async (world, app) => {
      const handle = await holding(world, app);
      await send(handle, 'promote', { expect: 1, full: true });
      return handle;
    },
  },
  aborted: {
    app: {},
    play: async (world, app) => {
      const handle = await holding(world, app);
      await handle.signal('abort', { by: 'ann' });
      return handle;
    },
  },
  abortedReady: {
    app: {},
    play: async (world, app) => {
      const handle = await world.start(
        planOf(app, [{ percentage: 1, approval: asked() }, { percentage: 100 }]),
      );
      await reaches(handle, gate('stage:0'));
      await send(handle, 'abort');
      return handle;
    },
  },
  withdrawn: {
    app: { audit: 'never' },
    play: async (world, app) => {
      const handle = await world.start(planFor(app));
      await reaches(handle, ({ audit }) => audit.auditId !== null);
      await send(handle, 'abort', { withdrawAudit: true });
      return handle;
    },
  },
  cancelled: {
    app: {},
    play: async (world, app) => {
      const handle = await holding(world, app);
      await handle.cancel();
      return handle;
    },
  },
  resubmitted: {
    app: { audit: [NO, NO, YES] },
    play: async (world, app) => {
      const handle = await world.start(planFor(app, withAudit(app, { onReject: 'wait' })));
      const { audit } = await reaches(handle, rejectedOnce);
      await send(handle, 'resubmit', { items: [{ ...ITEM, tag: '备忘' }] });
      await reaches(handle, (status) => rejectedOnce(status) && status.audit.auditId !== audit.auditId);
      await send(handle, 'resubmit', { template: 43 });
      return handle;
    },
  },
  metricNamed: {
    app: {},
    play: async (world, app) => {
      const health = planFor(app).health.map((metric) => ({ ...metric, onFailure: 'pause' as const }));
      const handle = await holding(world, app, { health });
      const point = { app, name: 'js_error_rate', version: '1.4.0', from: 0 };
      world.simulator.control.metrics({ ...point, value: 0.5 });
      await reaches(handle, ({ paused }) => paused.length > 0);
      world.simulator.control.metrics({ ...point, value: 0.002 });
      await send(handle, 'resume', { metric: 'js-error-rate' });
      await send(handle, 'promote', { expect: 1 });
      return handle;
    },
  },
  pushed: {
    app: {},
    play: async (world, app) => {
      const health = planFor(app).health.map(({ minSamples: _none, ...metric }) => {
        return { ...metric, provider: { kind: 'push' as const }, intervalMs: 600_000 };
      });
      const handle = await world.start(planFor(app, { health }));
      for (const percentage of [1, 10, 50, 100]) {
        await reaches(handle, (status) => status.percentage === percentage);
        await handle.signal('healthReport', { metric: 'js-error-rate', value: 0.001 });
      }
      return handle;
    },
  },
  retried: {
    app: {},
    play: async (world, app) => {
      const handle = await holding(world, app);
      const errmsg = 'api is unauthorized';
      const fault = { endpoint: 'grayrelease', kind: 'errcode', errcode: 48001, errmsg } as const;
      world.simulator.control.addFault({ ...fault, app, times: 1 });
      await send(handle, 'promote', { expect: 1 });
      await reaches(handle, looking);
      await send(handle, 'retry');
      return handle;
    },
  },
  rolledBackByChoice: {
    app: {},
    play: async (world, app) => {
      const rollout = { bakeMs: 600_000 };
      const handle = await world.start(planOf(app, [{ percentage: 1 }, { percentage: 100 }], { rollout }));
      await reaches(handle, ({ phase }) => phase === 'baking');
      await send(handle, 'rollback', { version: '1.2.0' });
      return handle;
    },
  },
  rollback: { app: CLOSED, play: rolledBack },
  rollbackElsewhere: {
    app: CLOSED,
    play: (world, app) => {
      world.simulator.control.console({ app, action: 'publish', version: '2.0.0' });
      return rolledBack(world, app);
    },
  },
  rollbackGivenUp: {
    app: CLOSED,
    play: async (world, app) => {
      const errmsg = 'forbid revert this version release';
      const fault = { endpoint: 'revertcoderelease', kind: 'errcode', errcode: 87012, errmsg } as const;
      world.simulator.control.addFault({ ...fault, app, times: 'always' });
      const handle = await rolledBack(world, app);
      await reaches(handle, looking);
      await send(handle, 'giveUp');
      return handle;
    },
  },
};
