/** Which events of a scenario fall due when. Pure bookkeeping: what waits for a milestone gets its moment there. */
import type { Moment } from '../workflows/driver.js';
import type { Action } from './actions.js';
import type { Milestone, ScenarioEvent } from './scenario.js';

/** An effect as the simulated WeChat's ledger has it. */
export interface Effect {
  endpoint: string;
  percentage?: number;
}

export class Agenda {
  private readonly due = new Map<number, number>();
  private readonly played = new Set<number>();

  constructor(private readonly events: readonly ScenarioEvent[]) {}

  /** What counts from the start gets its moments. @param start milliseconds since the epoch */
  begin(start: number): void {
    for (const [index, { when }] of this.events.entries())
      if ('at' in when) this.due.set(index, start + when.at);
  }

  /** Every moment that is known and has not come yet. */
  moments(): Moment[] {
    return [...this.due].filter(([index]) => !this.played.has(index)).map(([index, at]) => ({ index, at }));
  }

  /** The moments that become known because of an effect at `at`. Only the first of its kind counts. */
  reached(effect: Effect, at: number): Moment[] {
    const found: Moment[] = [];
    for (const [index, { when }] of this.events.entries()) {
      if (this.due.has(index) || !('after' in when) || !isMilestone(when.after, effect)) continue;
      this.due.set(index, at + when.plus);
      found.push({ index, at: at + when.plus });
    }
    return found;
  }

  /** The event, once: a second call for the same one answers null. */
  take(index: number): ScenarioEvent | null {
    if (this.played.has(index)) return null;
    this.played.add(index);
    return this.events[index] ?? null;
  }

  actionOf(index: number): Action | null {
    return this.events[index]?.action ?? null;
  }

  /** When the next event comes, as far as that is known; null when none is. Milliseconds since the epoch. */
  next(): number | null {
    const moments = this.moments().map(({ at }) => at);
    return moments.length === 0 ? null : Math.min(...moments);
  }

  /** What was not played, by its place in the scenario. */
  left(): number[] {
    return this.events.map((_, index) => index).filter((index) => !this.played.has(index));
  }
}

function isMilestone(milestone: Milestone, { endpoint, percentage }: Effect): boolean {
  if ('effect' in milestone) return endpoint === milestone.effect;
  const released = milestone.stage === 100 && endpoint === 'release';
  return released || (endpoint === 'grayrelease' && percentage === milestone.stage);
}
