/** Virtual time: what was arranged happens when its moment comes, and no worker may be up for a while. */
import { NOW } from './given.js';

interface Appointment {
  at: number;
  run: () => void;
  /** For the release: it waits in the server's queue while no worker is up. */
  isMessage: boolean;
}

export class Clock {
  /** Milliseconds since the epoch. */
  now = NOW;
  private downUntil = 0;
  private appointments: Appointment[] = [];
  private queued: Appointment[] = [];

  /** `passes` is told of every stretch of time, before it has passed. */
  constructor(private readonly passes: (from: number, to: number) => void) {}

  /** When the next thing happens, milliseconds since the epoch. */
  get next(): number {
    return this.appointments.reduce((first, { at }) => Math.min(first, at), Number.POSITIVE_INFINITY);
  }

  after(ms: number, run: () => void, isMessage = false): void {
    this.appointments.push({ at: this.now + ms, run, isMessage });
  }

  /** From now on all workers are down for so long. */
  goDown(ms: number): void {
    this.downUntil = Math.max(this.downUntil, this.now + ms);
  }

  /** Goes on to a moment; what is due meanwhile happens. */
  to(moment: number): void {
    for (;;) {
      const due = this.appointments
        .filter(({ at }) => at <= moment)
        .reduce<Appointment | null>(
          (first, entry) => (first === null || entry.at < first.at ? entry : first),
          null,
        );
      const next = due === null ? moment : Math.max(due.at, this.now);
      if (next > this.now) {
        this.passes(this.now, next);
        this.now = next;
      }
      if (due === null) return;
      this.appointments = this.appointments.filter((entry) => entry !== due);
      if (due.isMessage && this.now < this.downUntil) this.queued.push(due);
      else due.run();
    }
  }

  /** Goes on until a worker is up; what waited for it is delivered then, in order. */
  untilUp(): void {
    while (this.now < this.downUntil) this.to(this.downUntil);
    const { queued } = this;
    this.queued = [];
    for (const { run } of queued) run();
  }
}
