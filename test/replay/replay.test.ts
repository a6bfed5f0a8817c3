/** Every history that was ever recorded still replays: a release begun on an older version ends on this one. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import { beforeAll, expect, it } from 'vitest';
import { EFFECTS } from '../../src/domain/effects.js';
import { dataConverter, describeWorkflows, workflowBundle } from '../support/temporal.js';

/** What a release calls beside its effects; and whom it tells. */
const READINGS = [
  'authenticate',
  'awaitAudit',
  'awaitOnline',
  'confirm',
  'guard',
  'nextOpening',
  'notify',
  'survey',
  'surveyWayBack',
];

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

  it('is there, of every activity that a release calls, and of a run that goes on from another', () => {
    const newest = files.toSorted().at(-1)?.split('/')[0] ?? '';
    const all = files
      .filter((file) => file.startsWith(newest))
      .map((file) => readFileSync(`${FOLDER}${file}`, 'utf8'));
    const called = new Set(
      all
        .flatMap((text) => [...text.matchAll(/"activityType": \{\s*"name": "(\w+)"/g)])
        .map(([, name]) => name),
    );
    expect([...called].toSorted()).toEqual([...Object.keys(EFFECTS), ...READINGS].toSorted());
    expect(all.some((text) => text.includes('"continuedExecutionRunId"'))).toBe(true);
  });

  it.each(files)('%s replays', (file) => {
    expect(replayed.has(file)).toBe(true);
    expect(replayed.get(file)).toBeUndefined();
  });
});
