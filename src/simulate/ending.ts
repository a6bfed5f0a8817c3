/** Waits for the end of a simulation, and notices when none will come. */
import type { WorkflowHandle } from '@temporalio/client';
import type { TestServer } from '../servers/test-server.js';
import type { DriverEnd } from '../workflows/driver.js';
import { SimulationError } from './errors.js';
import type { Scene } from './scene.js';

/** A lost workflow task is found again by its time limit of 10 s; after this long nothing more will come. */
const STALL_MS = 30_000;

/** How the simulation ends. @throws SimulationError when it breaks off */
export async function endOf(
  scene: Scene,
  server: Pick<TestServer, 'ended'>,
  { stallMs = STALL_MS, over }: { stallMs?: number | undefined; over: AbortSignal },
): Promise<DriverEnd> {
  return Promise.race([
    scene.release.result().then((): DriverEnd => 'closed'),
    resultOf(scene.driver),
    server.ended.then((how) => {
      throw new SimulationError(`Temporal's test server ${how}`);
    }),
    stalled(scene, stallMs, over),
  ]);
}

async function resultOf(driver: WorkflowHandle): Promise<DriverEnd> {
  return (await driver.result()) as DriverEnd;
}

/** Rejects when nothing has happened for too long. */
function stalled({ pulse, clock }: Scene, stallMs: number, over: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const timer = setInterval(() => {
      if (pulse.silentMs() < stallMs) return;
      const when = new Date(clock.now()).toISOString();
      reject(
        new SimulationError(
          `nothing has happened for ${Math.round(stallMs / 1000)} s of real time, at ${when} of the simulated\nTemporal's test server loses a workflow task now and then; run it again`,
        ),
      );
    }, 250);
    over.addEventListener('abort', () => clearInterval(timer));
  });
}
