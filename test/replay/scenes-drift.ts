/** Scenes of releases that others interfere with. */
import { asked, planOf, reaches, send, someone, submitOther } from '../release/people.js';
import { gate, holding, looking, press, type Scene, withDrift } from './scene.js';

/** What others do to it. */
export const DRIFTED: Record<string, Scene> = {
  driftPaused: {
    app: {},
    play: async (world, app) => {
      const handle = await holding(world, app);
      press(world, app, 'pause');
      await send(handle, 'promote', { expect: 1 });
      await reaches(handle, ({ paused }) => paused.length > 0);
      press(world, app, 'resume');
      return handle;
    },
  },
  driftAdopted: {
    app: {},
    play: async (world, app) => {
      const handle = await holding(world, app);
      world.simulator.control.console({ app, action: 'advance', percentage: 30 });
      await send(handle, 'promote', { expect: 1 });
      await reaches(handle, ({ paused }) => paused.length > 0);
      await send(handle, 'resume', { adopt: true });
      return handle;
    },
  },
  driftReverted: {
    app: {},
    play: async (world, app) => {
      const handle = await holding(world, app, withDrift(app, { advanced: 'revert' }));
      world.simulator.control.console({ app, action: 'advance', percentage: 30 });
      await send(handle, 'promote', { expect: 1 });
      return handle;
    },
  },
  driftCancelled: {
    app: {},
    play: async (world, app) => {
      const handle = await holding(world, app);
      press(world, app, 'delete');
      await send(handle, 'promote', { expect: 1 });
      await reaches(handle, looking);
      await send(handle, 'giveUp');
      return handle;
    },
  },
  driftFinished: {
    app: {},
    play: async (world, app) => {
      const handle = await holding(world, app);
      press(world, app, 'finish');
      await send(handle, 'promote', { expect: 1 });
      return handle;
    },
  },
  driftOtherVersion: {
    app: {},
    play: async (world, app) => {
      const rollout = { bakeMs: 3_000 };
      const handle = await world.start(planOf(app, [{ percentage: 1 }, { percentage: 100 }], { rollout }));
      await reaches(handle, ({ phase }) => phase === 'baking');
      world.simulator.control.console({ app, action: 'publish', version: '2.0.0' });
      await reaches(handle, looking);
      world.simulator.control.console({ app, action: 'publish', version: '1.4.0' });
      return handle;
    },
  },
  driftNewAudit: {
    app: {},
    play: async (world, app) => {
      const handle = await holding(world, app);
      await submitOther(world, app);
      await send(handle, 'promote', { expect: 1 });
      await reaches(handle, looking);
      await send(handle, 'abort');
      return handle;
    },
  },
  driftBegun: {
    app: {},
    play: async (world, app) => {
      const handle = await world.start(
        planOf(app, [{ percentage: 10, approval: asked() }, { percentage: 100 }]),
      );
      await reaches(handle, gate('stage:0'));
      await someone(world, app, '/wxa/grayrelease', { gray_percentage: 30 });
      await send(handle, 'approve');
      await reaches(handle, looking);
      await send(handle, 'abort');
      return handle;
    },
  },
};
