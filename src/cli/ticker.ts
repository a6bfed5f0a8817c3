/** One line at the bottom of a terminal that tells how far something is; nothing where there is no terminal. */
import type { Output } from './context.js';

/** The least time between two drawings, milliseconds. */
const REDRAW_MS = 100;
const CLEAR_LINE = '\r\u001B[2K';

export class Ticker {
  private drawn = '';
  private last = 0;
  private readonly active: boolean;

  constructor(
    private readonly out: Output,
    wanted: boolean,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.active = wanted && out.isTTY === true;
  }

  /** Shows a text, unless another was shown a moment ago. */
  show(text: string): void {
    if (!this.active || this.now() - this.last < REDRAW_MS) return;
    this.last = this.now();
    this.drawn = text;
    this.out.write(`${CLEAR_LINE}${text}`);
  }

  /** Prints something above the line. */
  around(print: () => void): void {
    if (this.drawn !== '') this.out.write(CLEAR_LINE);
    print();
    if (this.drawn !== '') this.out.write(this.drawn);
  }

  /** Takes the line away. */
  close(): void {
    if (this.drawn !== '') this.out.write(CLEAR_LINE);
    this.drawn = '';
  }
}
