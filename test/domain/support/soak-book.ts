/**
 * How long each stage has lasted without a pause, and how long it should: soaks are never shortened by a restart, only
 * stopped by a pause, and those of skipped stages are added to what is left of the running one.
 */
import type { Command } from '../../../src/domain/commands.js';
import type { ReleasePlan } from '../../../src/domain/plan.js';
import type { ReleaseState } from '../../../src/domain/state.js';
import { check } from './check.js';

interface Stage {
  key: string;
  /** Index in the plan; -1 before the first. */
  index: number;
  /** How long it should last, and how long it has lasted, both without pauses, milliseconds. */
  plannedMs: number;
  unpausedMs: number;
  /** A person ended its soak and hold. */
  promoted: boolean;
}

const NONE: Stage = { key: '', index: -1, plannedMs: 0, unpausedMs: 0, promoted: false };

export class SoakBook {
  private stage = NONE;

  constructor(private readonly plan: ReleasePlan) {}

  passed(state: ReleaseState, from: number, to: number): void {
    if (state.pauses.length === 0) this.stage.unpausedMs += to - from;
  }

  /** The state changed; `step`: by a percentage of our own. True when another stage, or percentage, runs now. */
  changed(state: ReleaseState, step: boolean, now: number): boolean {
    const { phase, ladder } = state;
    if (phase !== 'rolling' && phase !== 'baking') return false;
    const key = `${phase}:${ladder.stage}:${ladder.confirmedAt}`;
    if (key === this.stage.key) return false;
    const runs = state.pauses.length === 0 && ladder.confirmedAt !== null;
    this.stage = {
      key,
      index: ladder.stage,
      plannedMs: phase === 'baking' ? this.plan.rollout.bakeMs : this.planned(ladder.stage, step),
      unpausedMs: runs ? now - (ladder.confirmedAt ?? now) : 0,
      promoted: false,
    };
    // Before the first stage there is none that could have begun.
    return phase === 'baking' || ladder.stage >= 0;
  }

  private planned(index: number, step: boolean): number {
    const { stages } = this.plan.rollout;
    if (step) return stages[index]?.soakMs ?? 0;
    const skipped = stages.slice(this.stage.index + 1, index + 1);
    return this.leftMs + skipped.reduce((sum, { soakMs }) => sum + soakMs, 0);
  }

  private get leftMs(): number {
    const { promoted, plannedMs, unpausedMs } = this.stage;
    return promoted ? 0 : Math.max(0, plannedMs - unpausedMs);
  }

  steered({ verb, restart, adopt }: Command, before: ReleaseState): void {
    if (verb === 'promote') this.stage.promoted = true;
    if (verb !== 'resume' || adopt || !restart || before.ladder.soak === null) return;
    const own =
      before.phase === 'baking'
        ? this.plan.rollout.bakeMs
        : (this.plan.rollout.stages[this.stage.index]?.soakMs ?? 0);
    const plannedMs = Math.max(own, this.leftMs);
    this.stage = { ...this.stage, plannedMs, unpausedMs: 0, promoted: false };
  }

  /** The release counts as we do. */
  agreesWith({ phase, ladder }: ReleaseState, now: number): void {
    if ((phase !== 'rolling' && phase !== 'baking') || ladder.soak === null) return;
    const { remainingMs, runningSince } = ladder.soak;
    const shown = Math.max(0, remainingMs - (runningSince === null ? 0 : now - runningSince));
    const { plannedMs, unpausedMs } = this.stage;
    const left = Math.max(0, plannedMs - unpausedMs);
    check(shown === left, () => `${shown} ms of the soak are left, and should be ${left}`);
  }

  /** Soak and hold are over. */
  allowsToLeave(): void {
    const { promoted, plannedMs, unpausedMs, key, index } = this.stage;
    if (promoted) return;
    check(unpausedMs >= plannedMs, () => `left after ${unpausedMs} of ${plannedMs} ms`);
    const hold = key.startsWith('rolling') && this.plan.rollout.stages[index]?.hold === true;
    check(!hold, () => `left the hold of stage ${index} although nobody promoted it`);
  }
}
