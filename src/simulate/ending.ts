/** Waits for the end of a simulation, and notices when none will come. */
import type { TestServer } from '../servers/test-server.js';
import type { DriverEnd } from '../workflows/driver.js';
import { SimulationError } from './errors.js';
import type { Scene } from './scene.js';

/** A lost workflow task is found again by its time limit of 10 s; after this long nothing more will come. */
const STALL_MS = 30_000;

/** How the simulation ends. @throws SimulationError when it breaks off */
export async function endOf(
  scene: Scene,
  { ended, connection }: Pick<TestServer, 'ended' | 'connection'>,
  { stallMs = STALL_MS, over }: { stallMs?: number | undefined; over: AbortSignal },
): Promise<DriverEnd> {
  // A call that nobody waits for any more must not be repeated once the connection is closed.
  const waited = <T>(call: () => Promise<T>) => connection.withAbortSignal(over, call);
  return Promise.race([
    waited(() => scene.release.result()).then((): DriverEnd => 'closed'),
    waited(() => scene.driver.result()).then((end) => end as DriverEnd),
    ended.then((how) => {
      throw new SimulationError(`Temporal's test server ${how}`);
    }),
    stalled(scene, stallMs, over),
  ]);
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
