/** What must hold at every turn of every release, checked beside the rules and not by them. */
import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import type { ConfirmResult } from '../../../src/domain/apply-watch.js';
import type { Command, HealthReport } from '../../../src/domain/commands.js';
import type { Decided } from '../../../src/domain/decide.js';
import { currentDetails } from '../../../src/domain/details.js';
import { judge } from '../../../src/domain/health.js';
import { activeMetrics, type ReleasePlan } from '../../../src/domain/plan.js';
import { settle } from '../../../src/domain/settle.js';
import type { ReleaseState } from '../../../src/domain/state.js';
import type { Steered } from '../../../src/domain/steer.js';
import { statusOf } from '../../../src/domain/view.js';
import type { EffectStep } from './fake-effects.js';

/** Turns at one moment, and effects in one release, beyond which it goes round in circles. */
const MAX_TURNS = 40;
const MAX_EFFECTS = 150;
const SHOWN_EVERY = 10;

const check = (holds: boolean, what: string): void => {
  if (!holds) expect.fail(what);
};

export class Invariants {
  private turns = 0;
  private turnsNow = 0;
  private lastTurn = -1;
  private effects = 0;
  private highest = -1;
  private goingBack = false;
  private outcome: string | null = null;
  /** When each metric last passed, by our own book-keeping. */
  private readonly passes = new Map<string, number>();
  /** How long the running stage has lasted without a pause, and whether a person ended it. */
  private stage = { key: '', unpausedMs: 0, ended: false };

  constructor(private readonly plan: ReleasePlan) {}

  /** Time went by. */
  passed(state: ReleaseState, from: number, to: number): void {
    this.follow(state, from);
    if (state.pauses.length === 0) this.stage.unpausedMs += to - from;
  }

  steered({ verb, restart }: Command, { accepted, state }: Steered, now: number): void {
    this.follow(state, now);
    if (verb === 'promote' && accepted) this.stage.ended = true;
    if (verb === 'resume' && restart && accepted) this.stage.unpausedMs = 0;
  }

  pushed(sent: HealthReport, now: number): void {
    const metric = this.plan.health.find(({ name }) => name === sent.metric);
    if (metric === undefined) return;
    const at = Math.min(sent.at ?? now, now);
    const verdict = sent.verdict ?? judge(metric, { at, value: sent.value, samples: sent.samples }).verdict;
    if (verdict === 'pass') this.passes.set(metric.name, Math.max(at, this.passes.get(metric.name) ?? 0));
  }

  confirmed({ judgements }: ConfirmResult, _plan: ReleasePlan): void {
    for (const { metric, verdict, at } of judgements) if (verdict === 'pass') this.passes.set(metric, at);
  }

  /** A write took effect at WeChat; `asked` is the state that ordered it. */
  written(step: EffectStep, asked: ReleaseState, now: number): void {
    if (step.effect !== 'grayRelease') return;
    const percentage = step.percentage ?? 0;
    check(percentage > this.highest, `${percentage} % after ${this.highest} %`);
    this.highest = percentage;
    if (asked.ladder.stage >= 0 && !asked.ladder.forced) this.fresh(asked.ladder.percentage, now);
  }

  /** Every turn of the loop, after settle and decide. */
  decided(state: ReleaseState, { step, watches }: Decided, now: number): void {
    this.follow(state, now);
    this.progress(now);
    check(settle(state, this.plan, now) === state, 'settling twice changes something');
    this.oneOutcome(state);
    this.goingBack ||= state.ending !== null || state.phase === 'reverting';
    if (step.do === 'effect') this.effect(step, state, now);
    if (step.do === 'wait') {
      check(step.why !== '', 'it waits and says not why');
      check(step.until === null || step.until > now, `it waits until ${step.until}, and now is ${now}`);
    }
    this.turns += 1;
    if (step.do !== 'close' && this.turns % SHOWN_EVERY !== 1) return;
    check(isDeepStrictEqual(JSON.parse(JSON.stringify(state)), state), 'the state is not plain JSON');
    const status = statusOf(state, this.plan, { workflowId: 'w', runId: 'r' }, now);
    const details = Buffer.byteLength(currentDetails(status));
    check(details < 4_096, `the details have ${details} bytes`);
    if (step.do === 'wait') {
      const ways = (step.until === null ? 0 : 1) + watches.length + status.allowed.length;
      check(ways > 0, `nothing can end the wait: ${step.why}`);
    }
    if (state.attention !== null)
      check(
        status.allowed.some(({ verb }) => verb === 'retry'),
        'a person must look, and can do nothing',
      );
  }

  private effect(step: EffectStep, state: ReleaseState, now: number): void {
    this.effects += 1;
    check(this.effects < MAX_EFFECTS, `${this.effects} effects, the last ${step.effect}`);
    const forward = step.effect === 'grayRelease' || step.effect === 'release';
    if (!forward) return;
    check(!this.goingBack, `${step.effect} after a way back began`);
    check(state.attention === null, `${step.effect} while a person must look`);
    if (state.ladder.forced) return;
    check(state.pauses.length === 0, `${step.effect} while paused`);
    if (state.ladder.stage < 0 || state.ladder.completingSince !== null) return;
    this.fresh(state.ladder.percentage, now);
    this.soaked();
  }

  private fresh(percentage: number, now: number): void {
    for (const metric of activeMetrics(this.plan, percentage)) {
      const at = this.passes.get(metric.name) ?? Number.NEGATIVE_INFINITY;
      check(now - at <= 2 * metric.intervalMs, `goes on although ${metric.name} passed ${now - at} ms ago`);
    }
  }

  private soaked(): void {
    const planned = this.planned();
    if (this.stage.ended) return;
    check(this.stage.unpausedMs >= planned, `left after ${this.stage.unpausedMs} of ${planned} ms`);
  }

  private planned(): number {
    if (this.stage.key.startsWith('baking')) return this.plan.rollout.bakeMs;
    return this.plan.rollout.stages[Number(this.stage.key.split(':')[1])]?.soakMs ?? 0;
  }

  /** A new stage begins its count anew; its confirmation may lie a moment back. */
  private follow(state: ReleaseState, now: number): void {
    if (state.phase !== 'rolling' && state.phase !== 'baking') return;
    const key = `${state.phase}:${state.ladder.stage}`;
    if (key === this.stage.key) return;
    const runs = state.pauses.length === 0 && state.ladder.confirmedAt !== null;
    this.stage = { key, unpausedMs: runs ? now - (state.ladder.confirmedAt ?? now) : 0, ended: false };
  }

  private oneOutcome(state: ReleaseState): void {
    check((state.phase === 'closed') === (state.outcome !== null), `${state.phase} with ${state.outcome}`);
    check(this.outcome === null || state.outcome === this.outcome, `${this.outcome}, then ${state.outcome}`);
    if (state.outcome === 'released' && this.outcome === null) this.soaked();
    this.outcome = state.outcome;
  }

  private progress(now: number): void {
    this.turnsNow = now === this.lastTurn ? this.turnsNow + 1 : 0;
    this.lastTurn = now;
    check(this.turnsNow < MAX_TURNS, 'it goes round in circles and no time passes');
  }
}
