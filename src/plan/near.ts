/** Which known name someone meant. */

/** The number of single-letter changes (insert, delete, replace, swap of neighbours) from one word to another. */
function distance(from: string, to: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      let cost = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + (same ? 0 : 1),
      );
      if (from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]) {
        cost = Math.min(cost, (beforePrevious[column - 2] ?? 0) + 1);
      }
      current.push(cost);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[to.length] ?? 0;
}

const bare = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/**
 * The known name nearest to what was written, or undefined when none is near. Case, `_` and `-` do not count, so
 * `initial_delay` finds `initialDelay`; otherwise up to a third of the letters may differ.
 */
export function nearest(written: string, known: readonly string[]): string | undefined {
  const word = bare(written);
  let best: { name: string; cost: number } | undefined;
  for (const name of known) {
    const target = bare(name);
    const allowed = Math.max(1, Math.floor(target.length / 3));
    if (Math.abs(target.length - word.length) > allowed) continue;
    const cost = distance(word, target);
    if (cost <= allowed && (best === undefined || cost < best.cost)) best = { name, cost };
  }
  return best?.name;
}
