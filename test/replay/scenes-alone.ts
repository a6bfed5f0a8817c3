/** Scenes of releases that nobody touches. */
import { NOTIFY_EVENT_NAMES } from '../../src/domain/notifying/events.js';
import { channelTo } from '../notify/robots.js';
import { asked, planOf, reaches, submitOther } from '../release/people.js';
import { planFor } from '../support/release.js';
import { failingFrom, NO, type Scene, withAudit, YES } from './scene.js';

/** What a release does by itself. */
export const BY_ITSELF: Record<string, Scene> = {
  notified: {
    app: {},
    play: async (world, app) => {
      const missing = { ...channelTo('feishu', ['stage']), address: 'env:PLAN_NOWHERE' };
      const notify = [channelTo('wecom', NOTIFY_EVENT_NAMES), missing];
      const approval = asked();
      const stages = [{ percentage: 1 }, { percentage: 50, approval }, { percentage: 100 }];
      const handle = await world.start(planOf(app, stages, { notify }));
      await reaches(handle, ({ gate }) => gate !== null);
      await handle.signal('pause', { by: 'ann', reason: 'lunch' });
      await reaches(handle, ({ paused }) => paused.length > 0);
      await handle.signal('resume', { by: 'ann' });
      await handle.signal('approve', { by: 'ann' });
      return handle;
    },
  },
  released: { app: {}, play: (world, app) => world.start(planFor(app)) },
  reverted: { app: failingFrom(10), play: (world, app) => world.start(planFor(app)) },
  rolledBack: { app: failingFrom(100), play: (world, app) => world.start(planFor(app)) },
  rejected: { app: { audit: NO }, play: (world, app) => world.start(planFor(app)) },
  refused: { app: { online: undefined, history: [] }, play: (world, app) => world.start(planFor(app)) },
  spedUp: {
    app: { audit: { approveAfter: '1h' }, speedup: { after: '1s' } },
    play: (world, app) => world.start(planFor(app, withAudit(app, { speedup: true }))),
  },
  timedOut: {
    app: {},
    play: (world, app) => {
      const approval = asked({ timeoutMs: 1_000, onTimeout: 'abort' });
      return world.start(planOf(app, [{ percentage: 1 }, { percentage: 50, approval }, { percentage: 100 }]));
    },
  },
  foreignRefused: {
    app: { audit: 'never' },
    play: async (world, app) => {
      await submitOther(world, app);
      return world.start(planFor(app));
    },
  },
  foreignWithdrawn: {
    app: { audit: ['never', YES] },
    play: async (world, app) => {
      await submitOther(world, app);
      return world.start(planFor(app, withAudit(app, { onForeignAudit: 'withdraw' })));
    },
  },
  foreignWaited: {
    app: { audit: ['never', YES] },
    play: async (world, app) => {
      await submitOther(world, app);
      const handle = await world.start(planFor(app, withAudit(app, { onForeignAudit: 'wait' })));
      await reaches(handle, ({ reason }) => reason.includes('waits until audit'));
      world.simulator.control.audit({ app, verdict: 'reject', reason: 'theirs' });
      return handle;
    },
  },
  uploaded: {
    app: {},
    play: (world, app) => {
      world.simulator.control.console({ app, action: 'trial', version: '1.4.0' });
      return world.start(planFor(app, { source: 'uploaded', template: null }));
    },
  },
  approved: {
    app: failingFrom(10),
    play: async (world, app) => {
      await (await world.start(planFor(app))).result();
      const healed = { app, name: 'js_error_rate', version: '1.4.0', value: 0.002, from: 10 };
      world.simulator.control.metrics(healed);
      return world.start(planFor(app, { source: 'approved', template: null }));
    },
  },
  rejectedInTime: {
    app: { audit: NO },
    play: (world, app) =>
      world.start(planFor(app, withAudit(app, { onReject: 'wait', rejectTimeoutMs: 1_000 }))),
  },
};
