/**
 * Records the histories of one of each kind of release: `RECORD_VERSION=0.1.0 npm run record-histories`.
 * A new folder with each version of the product; old ones stay, for releases begun on them must still end.
 */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { it } from 'vitest';
import {
  givenWorld,
  type Handle,
  holdingAt1,
  planFor,
  type ReleaseWorld,
  until,
} from '../support/release.js';
import { describeWorkflows, devServer } from '../support/temporal.js';

const failingFrom = (from: number) => ({
  js_error_rate: [
    { version: '1.4.0', value: 0.002 },
    { version: '1.4.0', from, value: 0.5 },
  ],
  launches: [{ version: '1.4.0', perPercent: 400 }],
});
const held = (handle: Handle) => until(handle, (status) => status.stages[0]?.state === 'holding');

type Scene = (world: ReleaseWorld, app: string) => Promise<Handle>;
const SCENES: Record<string, { app: Parameters<typeof givenWorld>[0][number]; play: Scene }> = {
  released: { app: {}, play: (world, app) => world.start(planFor(app)) },
  reverted: { app: { metrics: failingFrom(10) }, play: (world, app) => world.start(planFor(app)) },
  rolledBack: { app: { metrics: failingFrom(100) }, play: (world, app) => world.start(planFor(app)) },
  rejected: {
    app: { audit: { reject: { after: '1s', reason: 'not like this' } } },
    play: (world, app) => world.start(planFor(app)),
  },
  refused: { app: { online: undefined, history: [] }, play: (world, app) => world.start(planFor(app)) },
  steered: {
    app: {},
    play: async (world, app) => {
      const handle = await world.start(holdingAt1(app));
      await held(handle);
      await handle.signal('pause', { by: 'ann' });
      await handle.executeUpdate('resume', { args: [{ by: 'ann' }] });
      await handle.signal('nonsense', 'text');
      await handle.executeUpdate('promote', { args: [{ expect: 1, by: 'ann' }] });
      return handle;
    },
  },
  aborted: {
    app: {},
    play: async (world, app) => {
      const handle = await world.start(holdingAt1(app));
      await held(handle);
      await handle.signal('abort', { by: 'ann' });
      return handle;
    },
  },
  cancelled: {
    app: {},
    play: async (world, app) => {
      const handle = await world.start(holdingAt1(app));
      await held(handle);
      await handle.cancel();
      return handle;
    },
  },
  drifted: {
    app: {},
    play: async (world, app) => {
      const handle = await world.start(holdingAt1(app));
      await held(handle);
      world.simulator.control.console({ app, action: 'pause' });
      await handle.signal('promote', { expect: 1 });
      await until(handle, (status) => status.attention !== null);
      world.simulator.control.console({ app, action: 'resume' });
      return handle;
    },
  },
};

/** Leaves out where it was recorded: replay asks for neither. */
const withoutMachine = (key: string, value: unknown): unknown =>
  key === 'stackTrace' || key === 'identity' ? undefined : value;

/** A history as Temporal's own command line writes it: what anyone can add here from a server of theirs. */
async function historyOf(workflowId: string): Promise<string> {
  const { cliPath, address } = devServer();
  const show = ['workflow', 'show', '-w', workflowId, '-o', 'json', '--address', address];
  const { stdout } = await promisify(execFile)(cliPath, show, { maxBuffer: 50_000_000 });
  return `${JSON.stringify(JSON.parse(stdout), withoutMachine, 1)}\n`;
}

const version = process.env.RECORD_VERSION;
const folder = fileURLToPath(new URL(`./histories/${version}/`, import.meta.url));

describeWorkflows('recording', () => {
  it('writes one history per scene', async () => {
    if (version === undefined) throw new Error('RECORD_VERSION names the version to record');
    await mkdir(folder, { recursive: true });
    const names = Object.keys(SCENES);
    const world = await givenWorld(names.map((name) => SCENES[name]?.app ?? {}));
    try {
      await Promise.all(
        Object.entries(SCENES).map(async ([name, { play }], index) => {
          const handle = await play(world, world.apps[index] ?? '');
          await handle.result();
          await writeFile(`${folder}${name}.json`, await historyOf(handle.workflowId));
        }),
      );
    } finally {
      await world.close();
    }
  }, 120_000);
});
