/** Whether a simulation is still alive: something is being done, or was a moment ago. Real milliseconds. */

export class Pulse {
  private busy = 0;
  private last: number;

  constructor(private readonly elapsed: () => number = () => performance.now()) {
    this.last = elapsed();
  }

  begin(): void {
    this.busy += 1;
    this.last = this.elapsed();
  }

  end(): void {
    this.busy -= 1;
    this.last = this.elapsed();
  }

  /** For how long nothing was done; 0 while something is. */
  silentMs(): number {
    return this.busy > 0 ? 0 : this.elapsed() - this.last;
  }
}
