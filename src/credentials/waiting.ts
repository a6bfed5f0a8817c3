/** Waiting for something that others wait for too. */

/** What `work` comes to, or an AbortError at once when the signal fires. The work itself goes on for the others. */
export function unlessAborted<T>(signal: AbortSignal | undefined, work: Promise<T>): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const stop = () => reject(new DOMException('aborted', 'AbortError'));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/** What `work` comes to within `ms`, else null. The work itself goes on. */
export async function inTime<T>(ms: number, work: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, ms, null);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** Works that are under way, one at a time for each key. */
export interface Flights<Key, T> {
  has(key: Key): boolean;
  /** What the work under way for the key comes to; begins it when there is none. */
  join(key: Key, begin: () => Promise<T>): Promise<T>;
}

/** Makes an empty one. All who join while a work is under way get what it comes to. */
export function createFlights<Key, T>(): Flights<Key, T> {
  const flights = new Map<Key, Promise<T>>();
  return {
    has: (key) => flights.has(key),
    join(key, begin) {
      const flight = flights.get(key);
      if (flight !== undefined) return flight;
      const begun = begin().finally(() => flights.delete(key));
      flights.set(key, begun);
      return begun;
    },
  };
}

/** Lets a number of works run at once; the others wait for their turn, first come, first served. */
export function createGate(width: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let free = Math.max(1, width);
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((turn) => waiting.push(turn));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
