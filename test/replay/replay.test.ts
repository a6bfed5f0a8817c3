/** Every history that was ever recorded still replays: a release begun on an older version ends on this one. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import { expect, it } from 'vitest';
import { dataConverter, describeWorkflows, workflowBundle } from '../support/temporal.js';

const FOLDER = fileURLToPath(new URL('./histories/', import.meta.url));

describeWorkflows('a recorded history', () => {
  const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.json'),
  );

  it('is there', () => expect(files.length).toBeGreaterThan(0));

  it.each(files)('%s replays', async (file) => {
    const history: unknown = JSON.parse(readFileSync(`${FOLDER}${file}`, 'utf8'));
    await Worker.runReplayHistory({ workflowBundle: workflowBundle(), dataConverter }, history);
  });
});
