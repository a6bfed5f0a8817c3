/** The clock under control: frozen, set, advanced; never back. */
import type { z } from 'zod';
import type { MovableClock } from '../state/time.js';
import type { clockSchema } from './commands.js';
import { impossible } from './problem.js';

/** Dates after the year 9999 are printed differently. */
const END_OF_TIME = Date.UTC(9999, 0);

/** Carries a command out: first it freezes, last it lets go. Throws ControlError; then nothing has changed. */
export function moveClock(
  movable: MovableClock | undefined,
  { frozen, advance, set }: z.output<typeof clockSchema>,
): void {
  if (movable === undefined) {
    const field = Object.entries({ advance, set, frozen }).find(([, value]) => value !== undefined);
    throw impossible(
      field?.[0] ?? '',
      null,
      'the clock was given by the caller of startSimulator; move that one',
    );
  }
  const now = movable();
  const target = set ?? now + (advance ?? 0);
  if (target < now)
    throw impossible('set', new Date(now).toISOString(), 'the clock only goes forward; that is its time now');
  if (target > END_OF_TIME)
    throw impossible(set === undefined ? 'advance' : 'set', null, 'goes beyond the year 9999');
  if (frozen === true) movable.freeze();
  movable.advance(Math.max(0, target - movable()));
  if (frozen === false) movable.unfreeze();
}
