/**
 * Drives a release as src/workflows/release.ts does (settle, decide, do, apply), on a fake WeChat and a virtual clock.
 * At every turn it holds what must always hold (invariants.ts).
 */
import { apply, type ReleaseEvent } from '../../../src/domain/apply.js';
import type { Verb } from '../../../src/domain/commands.js';
import { type Decided, decide, type Step } from '../../../src/domain/decide.js';
import type { EffectName } from '../../../src/domain/effects.js';
import { initialState } from '../../../src/domain/initial-state.js';
import { parseCommand, parseHealthReport } from '../../../src/domain/parse-command.js';
import type { Metric, ReleasePlan } from '../../../src/domain/plan.js';
import { report } from '../../../src/domain/report.js';
import { settle } from '../../../src/domain/settle.js';
import type { ReleaseState } from '../../../src/domain/state.js';
import type { Opening, ReleaseStatus } from '../../../src/domain/status.js';
import { type Steered, steer } from '../../../src/domain/steer.js';
import { statusOf } from '../../../src/domain/view.js';
import { carryOut, type EffectStep, type Fault } from './fake-effects.js';
import { type Running, type Surroundings, startWatch } from './fake-watches.js';
import { HOUR, MINUTE, NOW, SECOND } from './given.js';
import { Invariants } from './invariants.js';
import { FakeWechat } from './wechat.js';

export const IDS = { workflowId: 'release:wx0123456789abcdef', runId: 'run' };

export interface DriverOptions {
  measure?: Surroundings['measure'];
  driftEveryMs?: number;
}

export class Driver {
  now = NOW;
  state: ReleaseState;
  readonly wechat = new FakeWechat();
  /** The windows of the plan as instants; an hour, every four hours, unless told. */
  nextOpening: (at: number) => Opening = (at) => {
    const opensAt = Math.floor(at / (4 * HOUR)) * 4 * HOUR;
    return at < opensAt + HOUR
      ? { opensAt, closesAt: opensAt + HOUR }
      : { opensAt: opensAt + 4 * HOUR, closesAt: opensAt + 5 * HOUR };
  };
  /** What goes wrong with the next writes of an effect, one after the other. */
  readonly faults = new Map<EffectName, Fault[]>();
  /** How long the next effects take before they read, milliseconds (no worker was up). */
  readonly delays = new Map<EffectName, number[]>();
  private readonly around: Surroundings;
  private readonly invariants: Invariants;
  private readonly running = new Map<string, Running>();
  private readonly appointments: { at: number; run: () => void }[] = [];
  private changed = true;
  private commandIds = 0;

  constructor(
    readonly plan: ReleasePlan,
    { measure = () => ({}), driftEveryMs = 2 * MINUTE }: DriverOptions = {},
  ) {
    this.state = initialState(plan, this.now);
    this.around = { plan, wechat: this.wechat, driftEveryMs, measure: (...asked) => measure(...asked) };
    this.invariants = new Invariants(plan);
  }

  get status(): ReleaseStatus {
    return statusOf(this.state, this.plan, IDS, this.now);
  }

  /** Another answer of the providers from now on. */
  measureBy(measure: Surroundings['measure']): void {
    this.around.measure = measure;
  }

  send(verb: Verb, payload: Record<string, unknown> = {}): Steered {
    this.commandIds += 1;
    const origin = { via: 'signal' as const, newId: () => `c${this.commandIds}` };
    const parsed = parseCommand(verb, { by: 'ann', reason: 'because', ...payload }, origin);
    if (!parsed.ok) throw new Error(parsed.message);
    const steered = steer(this.state, this.plan, parsed.value, this.now);
    // A repeat answers as the first did and does nothing.
    if (steered.state !== this.state) this.invariants.steered(parsed.value, steered, this.now);
    this.write(steered.state);
    return steered;
  }

  push(payload: Record<string, unknown>): void {
    const parsed = parseHealthReport(payload);
    if (!parsed.ok) throw new Error(parsed.message);
    this.write(report(this.state, this.plan, parsed.value, this.now));
    this.invariants.pushed(parsed.value, this.now);
  }

  pushAudit(): void {
    this.write({ ...this.state, audit: { ...this.state.audit, pushed: true } });
  }

  /** Does something at a moment from now on, whatever the release is doing then. */
  after(ms: number, run: () => void): void {
    this.appointments.push({ at: this.now + ms, run });
  }

  /** Goes on until the release is closed, `ms` have passed, or `done` says so. */
  run(ms = 60 * 24 * 60 * MINUTE, done: (driver: Driver) => boolean = () => false): this {
    const limit = this.now + ms;
    while (this.now < limit && !done(this)) {
      const decided = this.turn();
      if (decided.step.do === 'close') return this;
      if (decided.step.do === 'wait') this.wait(decided.step.until, limit);
      else this.take(this.perform(decided.step));
    }
    return this;
  }

  /** Runs until something holds; an error when it never does. */
  until(done: (driver: Driver) => boolean, what = 'what was waited for'): this {
    this.run(undefined, done);
    if (!done(this)) throw new Error(`${what} never came: ${this.state.phase}, ${this.status.reason}`);
    return this;
  }

  untilPercentage(percentage: number): this {
    return this.until(({ state }) => state.ladder.percentage === percentage, `${percentage} %`);
  }

  private turn(): Decided {
    const settled = settle(this.state, this.plan, this.now);
    this.state = settled;
    this.changed = false;
    const decided = decide(settled, this.plan, this.now);
    this.invariants.decided(settled, decided, this.now);
    const keys = new Set(decided.watches.map(({ key }) => key));
    for (const key of this.running.keys()) if (!keys.has(key)) this.running.delete(key);
    for (const watch of decided.watches)
      if (!this.running.has(watch.key))
        this.running.set(watch.key, startWatch(watch, settled, this.around, this.now));
    return decided;
  }

  private wait(until: number | null, limit: number): void {
    const alarm = until === null ? null : Math.max(until, this.now + 1);
    while (!this.changed && !(alarm !== null && this.now >= alarm) && this.now < limit) {
      const dues = [...this.running.values()].map(({ due }) => due);
      const next = Math.min(limit, alarm ?? limit, ...dues, ...this.appointments.map(({ at }) => at));
      this.clockTo(Math.max(next, this.now));
      if (!this.changed) this.look();
    }
  }

  private look(): void {
    for (const [key, watch] of this.running) {
      if (watch.due > this.now || this.running.get(key) !== watch) continue;
      const seen = watch.look(this.now);
      if ('again' in seen) {
        watch.due = seen.again;
        continue;
      }
      this.running.delete(key);
      if (seen.event.type === 'confirm') this.invariants.confirmed(seen.event.result, this.plan);
      this.take(seen.event);
    }
  }

  private perform(step: Exclude<Step, { do: 'wait' | 'close' }>): ReleaseEvent {
    this.clockTo(this.now + SECOND);
    if (!this.wechat.readable && step.do !== 'effect')
      return {
        type: 'blocked',
        step: step.do,
        blocked: { reason: 'WeChat cannot be read', remedy: '`retry`' },
      };
    if (step.do === 'survey')
      return { type: 'surveyed', baseline: this.wechat.baseline(this.now), metrics: [] };
    if (step.do === 'surveyWayBack') {
      const { gray, online, history } = this.wechat;
      return { type: 'wayBackRead', reading: { at: this.now, grayPlan: gray, online, history } };
    }
    if (step.do === 'nextOpening') return { type: 'opening', opening: this.nextOpening(this.now) };
    return this.effect(step);
  }

  private effect(step: EffectStep): ReleaseEvent {
    // Activities take their input when they are scheduled, whatever happens to the state meanwhile.
    const asked = { state: this.state, plan: this.plan };
    this.clockTo(this.now + (this.delays.get(step.effect)?.shift() ?? 0));
    const fault = this.faults.get(step.effect)?.shift();
    const told = () => this.invariants.written(step, asked.state, this.now);
    const result = carryOut(this.wechat, step, asked, this.now, fault, told);
    this.clockTo(this.now + SECOND);
    const { effect, stage, percentage } = step;
    return {
      type: 'effect',
      effect,
      result,
      ...(stage === undefined ? {} : { stage }),
      ...(percentage === undefined ? {} : { percentage }),
    };
  }

  private clockTo(moment: number): void {
    for (;;) {
      const due = this.appointments.filter(({ at }) => at <= moment).sort((a, b) => a.at - b.at)[0];
      const next = due === undefined ? moment : Math.max(due.at, this.now);
      this.invariants.passed(this.state, this.now, next);
      this.now = next;
      this.wechat.tick(this.now);
      if (due === undefined) return;
      this.appointments.splice(this.appointments.indexOf(due), 1);
      due.run();
    }
  }

  private take(event: ReleaseEvent): void {
    this.write(apply(this.state, this.plan, event, this.now));
  }

  private write(next: ReleaseState): void {
    this.changed ||= next !== this.state;
    this.state = next;
  }
}

/** A release that is healthy unless told otherwise. */
export function begin(plan: ReleasePlan, options: DriverOptions = {}): Driver {
  return new Driver(plan, options);
}

/** Providers whose value of every metric is bad from a percentage on. */
export const failingFrom =
  (percentage: number): Surroundings['measure'] =>
  (_metric: Metric, running: number) =>
    running >= percentage ? { value: 0.5 } : {};
