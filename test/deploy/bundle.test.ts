/** A worker runs the bundle that was made of the files beside it, by the SDK that is installed, or none. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { prebuiltBundle } from '../../src/workflow-bundle.js';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const { version } = createRequire(import.meta.url)('@temporalio/worker/package.json') as { version: string };

/** Compiled files with a bundle beside them, and what it says it was made of. */
async function built(origin: { sdk?: string; bundle?: string; sources?: string } = {}): Promise<URL> {
  const folder = mkdtempSync(join(tmpdir(), 'weapp-bundle-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const room of ['domain', 'workflows']) await mkdir(join(folder, room));
  writeFileSync(join(folder, 'domain/step.js'), 'a step');
  writeFileSync(join(folder, 'workflows/index.js'), 'a workflow');
  writeFileSync(join(folder, 'workflows/index.js.map'), 'not counted');
  writeFileSync(join(folder, 'workflow-bundle.cjs'), 'the bundle');
  const sources = sha256('domain/step.js\0a stepworkflows/index.js\0a workflow');
  const made = { sdk: version, sources, bundle: sha256('the bundle'), ...origin };
  writeFileSync(join(folder, 'workflow-bundle.json'), JSON.stringify(made));
  return pathToFileURL(`${folder}/`);
}

it('runs a bundle that fits', async () => {
  const folder = await built();
  expect(await prebuiltBundle(folder, false)).toBe(fileURLToPath(new URL('workflow-bundle.cjs', folder)));
});

it.each([
  [
    'another version of the SDK',
    { sdk: '1.23.0' },
    /made with version 1\.23\.0 of the Temporal SDK, and .* is installed/,
  ],
  ['other files', { sources: 'x' }, /made from other files/],
  ['a damaged file', { bundle: 'x' }, /is damaged/],
])('refuses %s', async (_what, origin, message) => {
  await expect(prebuiltBundle(await built(origin), false)).rejects.toThrow(message);
});

it.each(['workflow-bundle.cjs', 'workflow-bundle.json'])(
  'makes none in its place without %s',
  async (name) => {
    const folder = await built();
    rmSync(new URL(name, folder));
    await expect(prebuiltBundle(folder, false)).rejects.toThrow(/is missing .*run `npm run build`/);
  },
);

it('is not asked for in a checkout, where sources are run', async () => {
  expect(await prebuiltBundle()).toBeUndefined();
});
