/** Every history that was ever recorded still replays: a release begun on an older version ends on this one. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import { beforeAll, expect, it } from 'vitest';
import { dataConverter, describeWorkflows, workflowBundle } from '../support/temporal.js';

const FOLDER = fileURLToPath(new URL('./histories/', import.meta.url));

describeWorkflows('a recorded history', () => {
  const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.json'),
  );
  const replayed = new Map<string, Error | undefined>();

  // One worker for all: making one takes longer than a replay.
  beforeAll(async () => {
    const histories = files.map((file) => ({
      workflowId: file,
      history: JSON.parse(readFileSync(`${FOLDER}${file}`, 'utf8')) as unknown,
    }));
    const options = { workflowBundle: workflowBundle(), dataConverter };
    for await (const { workflowId, error } of Worker.runReplayHistories(options, histories))
      replayed.set(workflowId, error);
  });

  it('is there', () => expect(files.length).toBeGreaterThan(0));

  it.each(files)('%s replays', (file) => {
    expect(replayed.has(file)).toBe(true);
    expect(replayed.get(file)).toBeUndefined();
  });
});
