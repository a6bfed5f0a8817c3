/** The simulated world's clock: never behind what the release knows of the time, and never back. */

export class VirtualClock {
  private base: number;
  /** When `base` was the time, by this machine's clock; null while it stands still. */
  private since: number | null = null;

  /** It stands still until it is begun. @param at milliseconds since the epoch */
  constructor(
    at: number,
    private readonly elapsed: () => number = () => performance.now(),
  ) {
    this.base = at;
  }

  /** From now on, and at least from `at`, milliseconds since the epoch, time goes by as it does here. */
  begin(at: number): void {
    this.base = Math.max(this.base, at);
    this.since = this.elapsed();
  }

  /** It is at least `at` now, milliseconds since the epoch: somebody has seen that time. */
  reach(at: number): void {
    if (at <= this.exact()) return;
    this.base = at;
    if (this.since !== null) this.since = this.elapsed();
  }

  /** Milliseconds since the epoch. */
  now(): number {
    // Upwards, or a clock that is read for the same moment elsewhere could be ahead by a rounding.
    return Math.ceil(this.exact());
  }

  private exact(): number {
    return this.since === null ? this.base : this.base + this.elapsed() - this.since;
  }
}
