/** The simulated world's clock: never behind what the release knows of the time, and never back. */

export class VirtualClock {
  private base: number;
  private since: number;

  /** @param start milliseconds since the epoch */
  constructor(
    start: number,
    private readonly elapsed: () => number = () => performance.now(),
  ) {
    this.base = start;
    this.since = elapsed();
  }

  /** It is at least `at` now, milliseconds since the epoch: somebody has seen that time. */
  reach(at: number): void {
    const now = this.exact();
    if (at <= now) return;
    this.base = at;
    this.since = this.elapsed();
  }

  /** Milliseconds since the epoch. While something is being done, time goes by as it does here. */
  now(): number {
    // Upwards, or a clock that is read for the same moment elsewhere could be ahead by a rounding.
    return Math.ceil(this.exact());
  }

  private exact(): number {
    return this.base + this.elapsed() - this.since;
  }
}
