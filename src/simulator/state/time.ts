/** Time as the simulator needs it: WeChat's calendar, its 15 days, and a clock that can be moved. */

const HOUR_MS = 3_600_000;
/** WeChat counts days and months by China's clock, which has no summer time. */
const CHINA_OFFSET_MS = 8 * HOUR_MS;

/** How long WeChat lets a gray plan run before it completes it by itself (console help of 2017). Milliseconds. */
export const GRAY_LIMIT_MS = 15 * 24 * HOUR_MS;

/** Milliseconds → the whole seconds WeChat speaks in. */
export function toSeconds(ms: number): number {
  return Math.floor(ms / 1000);
}

/** The calendar day in China, as `2026-01-31`. */
export function chinaDay(ms: number): string {
  return new Date(ms + CHINA_OFFSET_MS).toISOString().slice(0, 10);
}

/** When a day in China, `2026-01-31`, begins. NaN when there is no such day. */
export function chinaDayStart(day: string): number {
  return Date.parse(`${day}T00:00:00+08:00`);
}

/** The calendar month in China, as `2026-01`. */
export function chinaMonth(ms: number): string {
  return chinaDay(ms).slice(0, 7);
}

/** The simulator's own clock: real time plus whatever it was moved by, or standing still. */
export interface MovableClock {
  (): number;
  /** Moves the clock forward by that many milliseconds, frozen or not. */
  advance(ms: number): void;
  /** Lets it stand still; `advance` goes on to move it. */
  freeze(): void;
  /** Lets it go on from where it stands. */
  unfreeze(): void;
  readonly frozen: boolean;
  /** How far it is ahead of real time, and where it stands still; for `restore`. */
  saved(): { ahead: number; stoppedAt: number | null };
  restore(saved: { ahead: number; stoppedAt: number | null }): void;
}

/** A clock that follows real time and can be moved forward and frozen. It never goes back. */
export function movableClock(realTime: () => number = Date.now): MovableClock {
  let ahead = 0;
  let stoppedAt: number | null = null;
  const now = () => stoppedAt ?? realTime() + ahead;
  const controls = {
    advance(ms: number) {
      if (stoppedAt === null) ahead += ms;
      else stoppedAt += ms;
    },
    freeze() {
      stoppedAt = now();
    },
    unfreeze() {
      ahead = now() - realTime();
      stoppedAt = null;
    },
    saved: () => ({ ahead, stoppedAt }),
    restore(saved: { ahead: number; stoppedAt: number | null }) {
      ({ ahead, stoppedAt } = saved);
    },
  };
  return Object.defineProperty(Object.assign(now, controls, { frozen: false }), 'frozen', {
    get: () => stoppedAt !== null,
  });
}
