/** Scenes of releases that wait for people, clocks and signatures. */
import { signApproval } from '../../src/identity/sign.js';
import { asked, planOf, reaches, send } from '../release/people.js';
import { planFor } from '../support/release.js';
import { ALICE, gate, looking, type Scene } from './scene.js';

/** What waits for people, clocks and signatures. */
export const GATED: Record<string, Scene> = {
  gated: {
    app: {},
    play: async (world, app) => {
      const stages = [
        { percentage: 1 },
        { percentage: 50, approval: asked({ count: 2 }) },
        { percentage: 100 },
      ];
      const handle = await world.start(planOf(app, stages, { trial: { approval: asked() } }));
      await reaches(handle, gate('trial'));
      await send(handle, 'approve', { by: 'bob' });
      await reaches(handle, gate('stage:1'));
      await send(handle, 'refuse', { by: 'bob' });
      await send(handle, 'resume');
      await reaches(handle, gate('stage:1'));
      await send(handle, 'freeze', { for: '2s' });
      await send(handle, 'approve', { by: 'ann' });
      await send(handle, 'approve', { by: 'cat' });
      return handle;
    },
  },
  signed: {
    app: {},
    play: async (world, app) => {
      const approval = asked({ approvers: ['alice'], claimed: false });
      const handle = await world.start(planOf(app, [{ percentage: 1, approval }, { percentage: 100 }]));
      const status = await reaches(handle, gate('stage:0'));
      const { workflowId } = handle;
      const askedAt = status.gate?.since ?? 0;
      const of = { workflowId, version: '1.4.0', startedAt: status.startedAt, gate: 'stage:0', askedAt };
      for (const commandId of ['forged', 'signed']) {
        const statement = { ...of, verb: 'approve', commandId: 'signed', by: 'alice' };
        const signature = signApproval(statement, ALICE.privateKey);
        await send(handle, 'approve', { by: 'alice', commandId, signature });
      }
      return handle;
    },
  },
  windowed: {
    app: {},
    play: async (world, app) => {
      const time = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString().slice(11, 16);
      const windows = {
        timezone: 'UTC',
        days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const,
        hours: { from: time(3), to: time(4) },
      };
      const rollout = { windows: { ...windows, days: [...windows.days] } };
      const handle = await world.start(planOf(app, [{ percentage: 1 }, { percentage: 100 }], { rollout }));
      await reaches(handle, ({ window }) => window !== null);
      await send(handle, 'unfreeze', { override: true });
      await reaches(handle, ({ percentage, reason }) => percentage === 1 && reason.includes('window'));
      await send(handle, 'abort');
      return handle;
    },
  },
  trialReplaced: {
    app: {},
    play: async (world, app) => {
      const handle = await world.start(planFor(app, { trial: { approval: asked() } }));
      await reaches(handle, gate('trial'));
      world.simulator.control.console({ app, action: 'trial', version: '9.9.9' });
      await send(handle, 'approve');
      await reaches(handle, looking);
      await send(handle, 'retry');
      await reaches(handle, gate('trial'));
      await send(handle, 'approve');
      return handle;
    },
  },
};
