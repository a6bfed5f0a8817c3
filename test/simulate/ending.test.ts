/** How a simulation ends, and that it says so when no end will come. */
import { expect, it } from 'vitest';
import { endOf } from '../../src/simulate/ending.js';
import { SimulationError } from '../../src/simulate/errors.js';
import type { Scene } from '../../src/simulate/scene.js';

const never = new Promise<never>(() => {});

/** A scene in which the release and the driver end so, and nothing was done for `silentMs`. */
function scene(ends: { release?: Promise<unknown>; driver?: Promise<unknown> }, silentMs = 0): Scene {
  const parts = {
    release: { result: () => ends.release ?? never },
    driver: { result: () => ends.driver ?? never },
    pulse: { silentMs: () => silentMs },
    clock: { now: () => Date.UTC(2030, 0, 7) },
  };
  return parts as unknown as Scene;
}

function end(of: Scene, ended: Promise<string> = never) {
  const over = new AbortController();
  const connection = { withAbortSignal: (_: AbortSignal, call: () => unknown) => call() };
  const server = { ended, connection } as unknown as Parameters<typeof endOf>[1];
  return endOf(of, server, { stallMs: 20, over: over.signal }).finally(() => over.abort());
}

it('ends with the release, or as the driver says', async () => {
  expect(await end(scene({ release: Promise.resolve({}) }))).toBe('closed');
  expect(await end(scene({ driver: Promise.resolve('waits') }))).toBe('waits');
});

it('breaks off when nothing happens any more, and says at what moment and what helps', async () => {
  await expect(end(scene({}, 21))).rejects.toThrow(
    new SimulationError(
      "nothing has happened for 0 s of real time, at 2030-01-07T00:00:00.000Z of the simulated\nTemporal's test server loses a workflow task now and then; run it again",
    ),
  );
});

it('breaks off when the server is gone', async () => {
  await expect(end(scene({}), Promise.resolve('was ended by SIGKILL'))).rejects.toThrow(
    "Temporal's test server was ended by SIGKILL",
  );
});
