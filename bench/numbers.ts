/** Numbers as people compare them. */

/** The value in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** One measured series (milliseconds) as a row: median, worst, and how many round trips of an empty activity that is. */
export function row(name: string, values: readonly number[], roundTripMs: number): string {
  const ms = (value: number) => `${value.toFixed(0)} ms`.padStart(9);
  const times = (median(values) / roundTripMs).toFixed(1).padStart(6);
  return `${name.padEnd(62)} ${ms(median(values))} ${ms(Math.max(...values))} ${times} ×   n = ${values.length}`;
}
