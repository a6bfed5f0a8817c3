/** Carries out the steps of a release as src/workflows/perform.ts and the activities do, on the fake WeChat. */
import type { ReleaseEvent } from '../../../src/domain/apply.js';
import type { Step } from '../../../src/domain/decide.js';
import { EFFECTS, type EffectName } from '../../../src/domain/effects.js';
import type { Opening } from '../../../src/domain/status.js';
import type { Clock } from './clock.js';
import { type Asked, carryOut, type EffectStep, type Fault } from './fake-effects.js';
import { HOUR, MINUTE, SECOND } from './given.js';
import { UNAUTHORISED } from './surroundings.js';
import type { FakeWechat } from './wechat.js';

type Doable = Exclude<Step, { do: 'wait' | 'close' }>;

/** How long a reading is tried again before a person must look, milliseconds. */
const PATIENCE_MS = 10 * MINUTE;

export class Doing {
  /** What goes wrong with the next writes of an effect, one after the other. */
  readonly faults = new Map<EffectName, Fault[]>();
  /** How long the next effects take before they read, milliseconds (no worker was up). */
  readonly delays = new Map<EffectName, number[]>();
  /** Readings that stop with an error, by what they are for. */
  readonly broken = new Set<Doable['do']>();
  /** The windows of the plan as instants; an hour, every four hours, unless told. */
  nextOpening: (at: number) => Opening = (at) => {
    const opensAt = Math.floor(at / (4 * HOUR)) * 4 * HOUR;
    return at < opensAt + HOUR
      ? { opensAt, closesAt: opensAt + HOUR }
      : { opensAt: opensAt + 4 * HOUR, closesAt: opensAt + 5 * HOUR };
  };

  constructor(
    private readonly wechat: FakeWechat,
    private readonly clock: Clock,
  ) {}

  /** `wrote` is told of a write that takes effect. */
  perform(step: Doable, asked: Asked, wrote: (now: number) => void): ReleaseEvent {
    this.takeTime(SECOND);
    if (step.do === 'effect') return this.effect(step, asked, wrote);
    if (this.broken.delete(step.do))
      return this.blocked(step, { reason: `${step.do} stopped: terminated`, remedy: '`retry` tries again' });
    if (step.do === 'nextOpening') return { type: 'opening', opening: this.nextOpening(this.clock.now) };
    this.awaitReadable();
    if (!this.wechat.authorised) return this.blocked(step, UNAUTHORISED);
    if (!this.wechat.readable)
      return this.blocked(step, { reason: 'WeChat cannot be read', remedy: '`retry`' });
    const { now } = this.clock;
    if (step.do === 'survey') return { type: 'surveyed', baseline: this.wechat.baseline(now), metrics: [] };
    const { gray, online, history, audit } = this.wechat;
    const latestAuditId = audit?.auditId ?? null;
    return { type: 'wayBackRead', reading: { at: now, grayPlan: gray, online, history, latestAuditId } };
  }

  private blocked(step: Doable, blocked: { reason: string; remedy: string }): ReleaseEvent {
    return { type: 'blocked', step: step.do, blocked };
  }

  private effect(step: EffectStep, asked: Asked, wrote: (now: number) => void): ReleaseEvent {
    this.takeTime(this.delays.get(step.effect)?.shift() ?? 0);
    this.awaitReadable();
    const fault = this.faults.get(step.effect)?.shift();
    const { settleMs } = EFFECTS[step.effect];
    // A write that may have been sent is waited for before it is sent again.
    if (fault === 'died') this.takeTime(settleMs);
    const { now } = this.clock;
    const result = carryOut(this.wechat, step, asked, now, fault, () => wrote(now));
    this.takeTime(result.status === 'unknown' ? 3 * settleMs : SECOND);
    const { effect, stage, percentage } = step;
    return {
      type: 'effect',
      effect,
      result,
      ...(stage === undefined ? {} : { stage }),
      ...(percentage === undefined ? {} : { percentage }),
    };
  }

  private awaitReadable(): void {
    const limit = this.clock.now + PATIENCE_MS;
    while (!this.wechat.readable && this.wechat.authorised && this.clock.now < limit) this.takeTime(MINUTE);
  }

  private takeTime(ms: number): void {
    this.clock.to(this.clock.now + ms);
    this.clock.untilUp();
  }
}
