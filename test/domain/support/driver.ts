/**
 * Drives a release as src/workflows/drive.ts does (settle, decide, do, apply), on a fake WeChat and a virtual clock.
 * At every turn it holds what must always hold (invariants.ts).
 */
import { apply, type ReleaseEvent } from '../../../src/domain/apply.js';
import { carriedOver } from '../../../src/domain/carry.js';
import type { Command, Verb } from '../../../src/domain/commands.js';
import { type Decided, decide, type Watch } from '../../../src/domain/decide.js';
import { initialState } from '../../../src/domain/initial-state.js';
import { announce, reminderAt } from '../../../src/domain/notifying/announce.js';
import type { Announcement } from '../../../src/domain/notifying/notified.js';
import { delivered, nextFor } from '../../../src/domain/notifying/queue.js';
import { parseCommand, parseHealthReport } from '../../../src/domain/parse-command.js';
import type { Metric, ReleasePlan } from '../../../src/domain/plan.js';
import { report } from '../../../src/domain/report.js';
import { settle } from '../../../src/domain/settle.js';
import type { ReleaseState } from '../../../src/domain/state.js';
import type { ReleaseStatus } from '../../../src/domain/status.js';
import { admit, misread, type Steered, steer } from '../../../src/domain/steer.js';
import { statusOf } from '../../../src/domain/view.js';
import { Clock } from './clock.js';
import { Doing } from './doing.js';
import { startWatch } from './fake-watches.js';
import { MINUTE } from './given.js';
import { Invariants } from './invariants.js';
import type { Running, Surroundings } from './surroundings.js';
import { FakeWechat } from './wechat.js';

export const IDS = { workflowId: 'release:wx0123456789abcdef', runId: 'run' };

export interface DriverOptions {
  measure?: Surroundings['measure'];
  driftEveryMs?: number;
  /** Another beginning than a release's: a rollback of its own. */
  state?: ReleaseState;
  startedBy?: string;
}

type Observing = Running & { watch: Watch };

export class Driver {
  state: ReleaseState;
  readonly wechat = new FakeWechat();
  readonly clock: Clock;
  readonly doing: Doing;
  readonly around: Surroundings;
  /** What the plan's channels were told, in order. */
  readonly told: { channel: number; message: Announcement }[] = [];
  private readonly invariants: Invariants;
  private readonly running = new Map<string, Observing>();
  private changed = true;
  private commandIds = 0;
  private renewal: 'reload' | 'anew' | null = null;

  constructor(
    readonly plan: ReleasePlan,
    { measure = () => ({}), driftEveryMs = 2 * MINUTE, state, startedBy }: DriverOptions = {},
  ) {
    this.clock = new Clock((from, to) => {
      this.invariants.passed(this.state, from, to);
      this.wechat.tick(to);
    });
    this.state = state ?? initialState(plan, this.now, startedBy);
    this.doing = new Doing(this.wechat, this.clock);
    this.invariants = new Invariants(plan, this.wechat, (at) => this.doing.nextOpening(at));
    this.around = {
      plan,
      wechat: this.wechat,
      driftEveryMs,
      verifyMs: 0,
      measure,
      measured: (metric, measurement) => this.invariants.measured(metric, measurement),
    };
  }

  get now(): number {
    return this.clock.now;
  }

  get status(): ReleaseStatus {
    return statusOf(this.state, this.plan, IDS, this.now);
  }

  /** What goes wrong with the next writes of an effect, one after the other; and how long they take before they read. */
  get faults(): Doing['faults'] {
    return this.doing.faults;
  }
  get delays(): Doing['delays'] {
    return this.doing.delays;
  }

  /** Another answer of the providers from now on. */
  measureBy(measure: Surroundings['measure']): void {
    this.around.measure = measure;
  }

  send(verb: Verb, payload: Record<string, unknown> = {}): Steered {
    const steered = this.signal(verb, { by: 'ann', reason: 'because', ...payload });
    if (typeof steered === 'string') throw new Error(steered);
    return steered;
  }

  /** As the handler of the signal does it, with anything at all; what it says when it cannot be read. */
  signal(verb: Verb, payload: unknown): Steered | string {
    const parsed = parseCommand(verb, payload, { via: 'signal', newId: () => this.newId() });
    if (parsed.ok) return this.command(parsed.value);
    this.write(misread(this.state, verb, parsed.message, this.now));
    return parsed.message;
  }

  /** Temporal's own cancel. */
  cancel(): void {
    const who = { by: 'Temporal cancel', reason: 'the workflow was cancelled', via: 'cancel' } as const;
    this.command({ verb: 'abort', commandId: 'cancel', ...who });
  }

  private newId(): string {
    this.commandIds += 1;
    return `c${this.commandIds}`;
  }

  private command(command: Command): Steered {
    const before = this.state;
    const expected = admit(before, this.plan, command, this.now);
    const steered = steer(before, this.plan, command, this.now);
    this.invariants.steered(command, before, expected, steered, this.now);
    this.write(steered.state);
    return steered;
  }

  push(payload: Record<string, unknown>): void {
    const parsed = parseHealthReport(payload);
    if (!parsed.ok) throw new Error(parsed.message);
    const before = this.state;
    this.write(report(before, this.plan, parsed.value, this.now));
    this.invariants.pushed(before, this.state, parsed.value, this.now);
  }

  pushAudit(): void {
    this.write({ ...this.state, audit: { ...this.state.audit, pushed: true } });
  }

  /** Does something at a moment from now on, whatever the release is doing then. */
  after(ms: number, run: () => void): void {
    this.clock.after(ms, run);
  }

  /** The release is taken out of another process' memory: only plain JSON is left of it. */
  reload(): void {
    this.renewal = 'reload';
    this.changed = true;
  }

  /** The run is too long: at its next wait the release goes on in a new one. */
  goOnAnew(): void {
    this.renewal = 'anew';
    this.changed = true;
  }

  /** A watch ends with an error, which only a bug or an operator's hand brings about. */
  breakWatch(index: number): void {
    const [key, found] = [...this.running][index % Math.max(1, this.running.size)] ?? [];
    if (key === undefined || found === undefined) return;
    this.running.delete(key);
    const { watch: step } = found.watch;
    const blocked = { reason: `${step} stopped: terminated`, remedy: '`retry` begins it again' };
    this.take({ type: 'blocked', step, blocked });
  }

  /** Goes on until the release is closed, `ms` have passed, or `done` says so. */
  run(ms = 60 * 24 * 60 * MINUTE, done: (driver: Driver) => boolean = () => false): this {
    const limit = this.now + ms;
    while (this.now < limit && !done(this)) {
      this.clock.untilUp();
      const { step } = this.turn();
      if (step.do === 'close') return this;
      if (step.do === 'wait') this.wait(soonest(step.until, reminderAt(this.state)), limit);
      else {
        // Activities take their input when they are scheduled, whatever happens to the state meanwhile.
        const asked = { state: this.state, plan: this.plan };
        const wrote = this.invariants.watchWrite(step, asked.state);
        this.take(this.doing.perform(step, asked, wrote));
      }
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
    for (;;) {
      this.state = settle(this.state, this.plan, this.now);
      this.tell();
      this.changed = false;
      const decided = decide(this.state, this.plan, this.now);
      this.invariants.decided(this.state, decided, this.now);
      if (!this.renewed(decided)) {
        this.reconcile(decided.watches);
        return decided;
      }
    }
  }

  /** Messages arrive at once. */
  private tell(): void {
    if (this.plan.notify.length === 0) return;
    this.state = announce(this.state, this.plan, this.status, this.now);
    for (const channel of this.plan.notify.keys())
      for (let next = nextFor(this.state, channel); next !== null; next = nextFor(this.state, channel)) {
        const sent = { message: next, channel, result: { sent: true, at: this.now } as const };
        this.told.push({ channel, message: next });
        this.invariants.told(channel, next);
        this.state = delivered(this.state, sent, this.now);
      }
  }

  /** Only plain JSON is left of the state when it goes on in another process or another run. */
  private renewed({ step, watches }: Decided): boolean {
    const { renewal } = this;
    if (renewal === null || (renewal === 'anew' && step.do !== 'wait')) return false;
    this.renewal = null;
    const next = renewal === 'anew' ? carriedOver(this.state, watches, this.now) : this.state;
    if (renewal === 'anew') this.running.clear();
    this.state = JSON.parse(JSON.stringify(next)) as ReleaseState;
    this.invariants.renewed(next, this.state);
    return true;
  }

  private reconcile(watches: Watch[]): void {
    const keys = new Set(watches.map(({ key }) => key));
    for (const key of this.running.keys()) if (!keys.has(key)) this.running.delete(key);
    for (const watch of watches)
      if (!this.running.has(watch.key))
        this.running.set(watch.key, { ...startWatch(watch, this.state, this.around, this.now), watch });
  }

  private wait(until: number | null, limit: number): void {
    const alarm = until === null ? null : Math.max(until, this.now + 1);
    while (!this.changed && !(alarm !== null && this.now >= alarm) && this.now < limit) {
      let next = Math.min(limit, alarm ?? limit, this.clock.next);
      for (const { due } of this.running.values()) next = Math.min(next, due);
      this.clock.to(Math.max(next, this.now));
      this.clock.untilUp();
      if (!this.changed) this.look();
    }
  }

  private look(): void {
    for (const [key, observing] of this.running) {
      if (observing.due > this.now || this.running.get(key) !== observing) continue;
      const seen = observing.look(this.now);
      if ('again' in seen) {
        observing.due = seen.again;
        continue;
      }
      this.running.delete(key);
      this.take(seen.event);
    }
  }

  private take(event: ReleaseEvent): void {
    const before = this.state;
    this.write(apply(before, this.plan, event, this.now));
    this.invariants.applied(event, before, this.state, this.now);
  }

  private write(next: ReleaseState): void {
    this.changed ||= next !== this.state;
    this.state = next;
  }
}

const soonest = (...moments: (number | null)[]): number | null =>
  moments.reduce((one, other) => (one === null || other === null ? (one ?? other) : Math.min(one, other)));

/** A release that is healthy unless told otherwise. */
export function begin(plan: ReleasePlan, options: DriverOptions = {}): Driver {
  return new Driver(plan, options);
}

/** Providers whose value of every metric is bad from a percentage on. */
export const failingFrom =
  (percentage: number): Surroundings['measure'] =>
  (_metric: Metric, running: number) =>
    running >= percentage ? { value: 0.5 } : {};
