/** A status that is asked for while no worker is up, and is there before the workflow task that is due. */
import { QueryNotRegisteredError, ServiceError } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { expect, it } from 'vitest';
import { givenWorld, type Handle, planFor, until } from '../support/release.js';
import { dataConverter, describeWorkflows, workflowBundle } from '../support/temporal.js';

const RELEASES = 4;
const ASKED_BY = 4;

/** Nobody answered; the next time somebody will. */
function isAskedAgain(error: unknown): boolean {
  if (error instanceof QueryNotRegisteredError) return error.message.includes('ask again');
  return error instanceof ServiceError;
}

/** Soaks for so long that nobody is there when it ends: then it goes on, a decision by time. */
const plan = (app: string) => {
  const base = planFor(app);
  const stages = base.rollout.stages.map((stage, index) =>
    index === 0 ? { ...stage, soakMs: 3_000 } : stage,
  );
  return { ...base, rollout: { ...base.rollout, stages } };
};

describeWorkflows('a status that is asked for while no worker is up', () => {
  it('does the release no harm', { timeout: 120_000 }, async () => {
    const world = await givenWorld(
      Array.from({ length: RELEASES }, () => ({})),
      { worker: false },
    );
    try {
      const worker = await world.startWorker();
      const handles = await Promise.all(world.apps.map((app) => world.start(plan(app))));
      const soaking = handles.map((handle) => until(handle, ({ stages }) => stages[0]?.state === 'soaking'));
      await Promise.all(soaking);
      await worker.stop();
      const asked = handles.flatMap((handle) => Array.from({ length: ASKED_BY }, () => ask(handle)));
      await new Promise((resolve) => setTimeout(resolve, 4_000));
      await (await restarted(world.startWorker, asked)).stop();
      await world.startWorker();
      const ended = await Promise.all(handles.map((handle) => handle.result()));
      expect(ended.map(({ outcome }) => outcome)).toEqual(handles.map(() => 'released'));
      const recorded = handles.map(async (handle) => ({
        workflowId: handle.workflowId,
        history: await handle.fetchHistory(),
      }));
      const options = { workflowBundle: workflowBundle(), dataConverter };
      for await (const { error } of Worker.runReplayHistories(options, await Promise.all(recorded)))
        expect(error).toBeUndefined();
    } finally {
      await world.close();
    }
  });
});

async function ask(handle: Handle): Promise<void> {
  await handle.query('status').catch((error: unknown) => {
    if (!isAskedAgain(error)) throw error;
  });
}

async function restarted<W>(start: () => Promise<W>, asked: Promise<void>[]): Promise<W> {
  const worker = await start();
  await Promise.all(asked);
  return worker;
}
