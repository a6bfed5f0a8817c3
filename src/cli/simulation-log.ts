/** The timeline of a simulation: what its witness is told, as lines in the order of the simulated time. */
import type { ReleasePlan } from '../domain/plan.js';
import type { ReleaseStatus } from '../domain/status.js';
import type { Happened, Witness } from '../simulate/witness.js';
import { changesBetween } from './changes.js';
import { safe } from './words.js';

/** One line. `release`: the release itself tells it; the others as in `Happened`. */
export interface TimelineEvent {
  /** Milliseconds since the epoch, of the simulated time. */
  at: number;
  kind: 'release' | Happened['kind'];
  text: string;
}

/** Collects and tells the lines as they come. */
export class SimulationLog implements Witness {
  private readonly lines: TimelineEvent[] = [];
  private before: ReleaseStatus | null = null;

  private readonly pushed: readonly string[];

  /** @param tell hears each line as soon as it is known; `passed` hears the simulated time now and then */
  constructor(
    { health }: Pick<ReleasePlan, 'health'>,
    private readonly tell: (event: TimelineEvent) => void = () => {},
    private readonly passed: (at: number) => void = () => {},
  ) {
    this.pushed = health.flatMap(({ name, provider }) => (provider.kind === 'push' ? [name] : []));
  }

  status(status: ReleaseStatus, at: number): void {
    // Only the release judges what is pushed. Other verdicts are told by the measurements themselves, also by those that
    // decide nothing.
    const health = status.health.map((metric) =>
      this.pushed.includes(metric.name) ? metric : { ...metric, verdict: null },
    );
    const after = { ...status, health };
    for (const change of changesBetween(this.before, after, at))
      this.add({ at: change.at, kind: 'release', text: change.text });
    this.before = after;
  }

  happened({ at, kind, text }: Happened): void {
    this.add({ at, kind, text: safe(text) });
  }

  time(at: number): void {
    this.passed(at);
  }

  /** All of it, by time. */
  events(): TimelineEvent[] {
    return this.lines.toSorted((one, other) => one.at - other.at);
  }

  private add(event: TimelineEvent): void {
    this.lines.push(event);
    this.tell(event);
  }
}
