/** A file that keeps a simulated world over a restart: written whole after each change, before anybody is answered. */
import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';
import { serve } from './calls/endpoints.js';
import type { Pushes } from './push/pushes.js';
import type { Simulation } from './state/simulation.js';
import type { MovableClock } from './state/time.js';

/** Another number when what is saved is something else. */
const FORMAT = 1;

/** A state file that cannot be used. The message names it and what helps. */
export class StateFileError extends Error {
  override readonly name = 'StateFileError';
}

/** What a world has become. */
export interface Lasting {
  simulation: Simulation;
  pushes: Pushes;
  /** Absent when the clock is somebody else's. */
  clock: MovableClock | undefined;
}

interface Saved {
  format: number;
  /** Which world it was. */
  world: string;
  simulation: ReturnType<Simulation['saved']>;
  pushes: ReturnType<Pushes['saved']>;
  clock: ReturnType<MovableClock['saved']> | undefined;
}

/** Saves when something has changed; `always` also when it cannot be seen. Never throws: it says so loudly and goes on. */
export type Save = (always?: boolean) => void;

/**
 * Goes on where the file says, if there is one, and answers how it is kept up to date.
 * @throws StateFileError when it is no state file, one of another world, or cannot be written
 */
export function keepState(file: string, world: unknown, lasting: Lasting): Save {
  const { simulation, pushes, clock } = lasting;
  const which = createHash('sha256').update(JSON.stringify(world)).digest('hex');
  const saved = readState(file);
  if (saved !== null) {
    if (saved.world !== which)
      throw new StateFileError(
        `${file} is of another world, or of this one before it was changed; delete it to begin anew`,
      );
    simulation.restore(saved.simulation, serve);
    pushes.restore(saved.pushes);
    if (saved.clock !== undefined) clock?.restore(saved.clock);
  }
  const write = () => {
    const state: Saved = {
      format: FORMAT,
      world: which,
      simulation: simulation.saved(),
      pushes: pushes.saved(),
      clock: clock?.saved(),
    };
    // Whoever is killed meanwhile leaves the one before. It holds tokens, though only a simulated WeChat takes them.
    writeFileSync(`${file}.new`, serialize(state), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  };
  try {
    write();
  } catch (error) {
    throw new StateFileError(`${file} cannot be written (${reasonOf(error)}); choose another file`);
  }
  let entries = simulation.ledger.entries;
  return (always = false) => {
    if (!always && entries === simulation.ledger.entries) return;
    entries = simulation.ledger.entries;
    try {
      write();
    } catch (error) {
      console.error(`simulator: ${file} cannot be written; a restart goes on from what it says`, error);
    }
  };
}

function readState(file: string): Saved | null {
  try {
    const saved = deserialize(readFileSync(file)) as Partial<Saved> | null;
    if (saved?.format !== FORMAT) throw new Error('it has another format');
    return saved as Saved;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new StateFileError(
      `${file} is no state of this version's simulator (${reasonOf(error)}); delete it to begin anew`,
    );
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
