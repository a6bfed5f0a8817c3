/**
 * Records the histories of one of each kind of release: `RECORD_VERSION=0.2.0 npm run record-histories`.
 * `RECORD_ONLY=notified` records that one. A new folder with each version of the product; old ones stay, for releases begun on them must still end.
 */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { it } from 'vitest';
import { startRobots } from '../notify/robots.js';
import { givenWorld } from '../support/release.js';
import { describeWorkflows, devServer } from '../support/temporal.js';
import { ALICE, SCENES } from './scenes.js';

/** Scenes that are played side by side: more would only wait for each other. */
const AT_ONCE = 10;

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
/** One scene, where a version has learned something that its others need not be recorded for again. */
const only = process.env.RECORD_ONLY;
const folder = fileURLToPath(new URL(`./histories/${version}/`, import.meta.url));

describeWorkflows('recording', () => {
  it('writes one history per scene', async () => {
    if (version === undefined) throw new Error('RECORD_VERSION names the version to record');
    await mkdir(folder, { recursive: true });
    const scenes = Object.entries(SCENES).filter(([name]) => only === undefined || name === only);
    const apps = scenes.map(([, { app }]) => app);
    const robots = await startRobots();
    const world = await givenWorld(apps, { identities: { alice: ALICE.publicKey }, env: robots.env });
    const waiting = [...scenes.entries()];
    const record = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const [index, [name, { play }]] = next;
        const handle = await play(world, world.apps[index] ?? '');
        await handle.result();
        await writeFile(`${folder}${name}.json`, await historyOf(handle.workflowId));
      }
    };
    try {
      await Promise.all(Array.from({ length: AT_ONCE }, record));
    } finally {
      await world.close();
      await robots.close();
    }
  }, 600_000);
});
