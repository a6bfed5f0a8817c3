/**
 * A clock that runs down while a stage soaks or the full release bakes, and stands still while the release
 * is paused. Only pause stops it; a restart of anything does not, because it holds moments and not a timer.
 */
export interface SoakClock {
  /** What was left when the clock last started or stopped, milliseconds. */
  remainingMs: number;
  /** When it last started, milliseconds since the epoch; null while it stands still. */
  runningSince: number | null;
}

export function startSoak(lengthMs: number, at: number, paused: boolean): SoakClock {
  return { remainingMs: lengthMs, runningSince: paused ? null : at };
}

/** What is left at `now`, milliseconds; never below 0. */
export function soakLeft(clock: SoakClock, now: number): number {
  const run = clock.runningSince === null ? 0 : Math.max(0, now - clock.runningSince);
  return Math.max(0, clock.remainingMs - run);
}

/** When it will run out as things stand; null while it stands still. */
export function soakEndsAt(clock: SoakClock): number | null {
  return clock.runningSince === null ? null : clock.runningSince + clock.remainingMs;
}

export function stopSoak(clock: SoakClock, now: number): SoakClock {
  return { remainingMs: soakLeft(clock, now), runningSince: null };
}

export function resumeSoak(clock: SoakClock, now: number): SoakClock {
  return clock.runningSince === null ? { ...clock, runningSince: now } : clock;
}
