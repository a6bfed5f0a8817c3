/** Says what does not hold. */

/** Fails with what was broken; the words are made only then. */
export function check(holds: boolean, what: () => string): void {
  if (!holds) throw new Error(what());
}
