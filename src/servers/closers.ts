/** What was started and must be ended again, last first. */
export class Closers {
  private readonly open: { name: string; close: () => Promise<unknown> }[] = [];
  private closed = false;

  constructor(private readonly complain: (text: string) => void) {}

  /** Something that runs now. What comes up after the end began is ended at once. */
  async add<T>(name: string, started: T, close: (started: T) => Promise<unknown>): Promise<void> {
    this.open.push({ name, close: () => close(started) });
    if (this.closed) await this.close();
  }

  /** Ends everything; one that cannot be ended does not keep the others from it. */
  async close(): Promise<void> {
    this.closed = true;
    for (let next = this.open.pop(); next !== undefined; next = this.open.pop()) {
      try {
        await next.close();
      } catch (error) {
        this.complain(
          `${next.name} did not end well: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
    }
  }
}
