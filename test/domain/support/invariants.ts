/** What must hold at every turn of every release, checked beside the rules and not by them. */
import { isDeepStrictEqual } from 'node:util';
import type { ReleaseEvent } from '../../../src/domain/apply.js';
import type { Command, HealthReport } from '../../../src/domain/commands.js';
import type { Decided, Step } from '../../../src/domain/decide.js';
import type { Measurement } from '../../../src/domain/health.js';
import type { Announcement } from '../../../src/domain/notifying/notified.js';
import { type Metric, PLATFORM_LIMIT_MS, type ReleasePlan } from '../../../src/domain/plan.js';
import { settle } from '../../../src/domain/settle.js';
import type { ReleaseState } from '../../../src/domain/state.js';
import type { Opening } from '../../../src/domain/status.js';
import type { Steered } from '../../../src/domain/steer.js';
import { check } from './check.js';
import type { EffectStep } from './fake-effects.js';
import { HOUR } from './given.js';
import { HealthBook } from './health-book.js';
import { LedgerBook } from './ledger-book.js';
import { MessageBook } from './message-book.js';
import { PeopleBook } from './people-book.js';
import { checkShown, gateOf, waitsFor } from './shown.js';
import { SoakBook } from './soak-book.js';
import type { FakeWechat } from './wechat.js';

/** Turns at one moment, and effects in one release, beyond which it goes round in circles. */
const MAX_TURNS = 60;
const MAX_EFFECTS = 200;

export class Invariants {
  private readonly people: PeopleBook;
  private readonly soaks: SoakBook;
  private readonly health: HealthBook;
  private readonly ledger: LedgerBook;
  private readonly messages: MessageBook;
  private readonly shown = new Set<string>();
  private turnsNow = 0;
  private lastTurn = -1;
  private effects = 0;
  private goingBack = false;
  private outcome: string | null = null;

  constructor(
    private readonly plan: ReleasePlan,
    private readonly wechat: FakeWechat,
    nextOpening: (at: number) => Opening,
  ) {
    this.people = new PeopleBook(plan, nextOpening);
    this.soaks = new SoakBook(plan);
    this.health = new HealthBook(plan);
    this.ledger = new LedgerBook(plan, wechat);
    this.messages = new MessageBook(plan);
  }

  /** Time goes by. */
  passed(state: ReleaseState, from: number, to: number): void {
    this.soaks.passed(state, from, to);
  }

  /** A command came to its handler; `expected` is what the validator of an Update said of it. */
  steered(command: Command, before: ReleaseState, expected: Steered, steered: Steered, now: number): void {
    const { accepted, message, state } = steered;
    check(message !== '', () => `${command.verb} is answered with nothing`);
    check(
      accepted === expected.accepted,
      () => `${command.verb} is ${accepted} and was ${expected.accepted}`,
    );
    check(message === expected.message, () => `${message}, and was ${expected.message}`);
    // A repeat answers as the first did and does nothing.
    if (state === before) return;
    const did = (of: ReleaseState) => ({ ...of, decisions: null, commands: null });
    const same = isDeepStrictEqual(did(state), did(before));
    if (!accepted) {
      check(same, () => `${command.verb} was refused, and did something: ${message}`);
      return;
    }
    const toldSo = /already|nothing to do/.test(message);
    check(!same || toldSo, () => `${command.verb} was taken and did nothing: ${message}`);
    if (same) return;
    this.people.steered(command, gateOf(before, this.plan, now), now);
    this.soaks.steered(command, before);
    this.ledger.steered(command, before);
    this.changed(state, false, now);
  }

  /** A report was taken in, or not. */
  pushed(before: ReleaseState, after: ReleaseState, sent: HealthReport, now: number): void {
    if (before.pushed !== after.pushed) this.health.pushed(sent, now);
  }

  /** A message arrived at a channel of the plan, counted from 0. */
  told(channel: number, message: Announcement): void {
    this.messages.told(channel, message);
  }

  measured(metric: Metric, measurement: Measurement): void {
    this.health.measured(metric, measurement);
  }

  applied(event: ReleaseEvent, before: ReleaseState, after: ReleaseState, now: number): void {
    this.people.applied(event);
    if (before.trial !== null && after.trial === null) this.ledger.slotTaken();
    const step =
      event.type === 'effect' && event.effect === 'grayRelease' && event.result.status === 'applied';
    this.changed(after, step, now);
  }

  private changed(state: ReleaseState, step: boolean, now: number): void {
    if (!this.soaks.changed(state, step, now)) return;
    this.people.stageBegan();
    this.health.forget();
  }

  /** The release went on in another process or another run. */
  renewed(before: ReleaseState, after: ReleaseState): void {
    check(isDeepStrictEqual(before, after), () => 'the state is not plain JSON');
  }

  /** Who is told when a step's write takes effect; `asked` is the state that ordered it. */
  watchWrite(step: Step, asked: ReleaseState): (now: number) => void {
    return (now) => {
      const write = this.wechat.ledger.at(-1);
      if (step.do !== 'effect' || write === undefined) return;
      this.ledger.wrote(step, asked, write);
      if (step.effect !== 'grayRelease' || asked.ladder.forced) return;
      this.people.allowsToWrite(now);
      if (asked.ladder.stage >= 0) this.health.allowsToLeave(asked.ladder.percentage, now);
    };
  }

  /** Every turn of the loop, after settle and decide. */
  decided(state: ReleaseState, { step, watches }: Decided, now: number): void {
    this.progress(now);
    this.changed(state, false, now);
    check(settle(state, this.plan, now) === state, () => 'settling twice changes something');
    this.oneOutcome(state);
    this.goingBack ||= state.ending !== null || state.phase === 'reverting';
    this.people.agreesWith(state);
    this.soaks.agreesWith(state, now);
    this.deadline(state, now);
    this.messages.agreesWith(state, step.do === 'wait');
    if (step.do === 'effect') this.ordered(step, state, now);
    if (step.do === 'wait') {
      check(step.why !== '', () => 'it waits and says not why');
      check(
        step.until === null || step.until > now,
        () => `it waits until ${step.until}, and now is ${now}: ${step.why}`,
      );
      this.watched(state, watches);
    }
    this.show(state, { step, watches }, now);
  }

  /** What people see costs most to look at: each situation once, and of the ordinary ones every third. */
  private show(state: ReleaseState, decided: Decided, now: number): void {
    const { phase, attention, pauses } = state;
    const situation = `${waitsFor(decided.step)} ${phase} ${attention?.reason} ${pauses.length}`;
    if (this.shown.has(situation)) return;
    this.shown.add(situation);
    const ordinary = attention === null && phase !== 'closed' && Math.floor(now / 1_000) % 3 > 0;
    if (!ordinary) checkShown(state, this.plan, decided, now);
  }

  /** Neither a pause nor a person who must look stops the guard. */
  private watched({ phase, ladder }: ReleaseState, watches: Decided['watches']): void {
    if ((phase !== 'rolling' && phase !== 'baking') || ladder.confirmedAt === null) return;
    check(
      watches.some(({ watch }) => watch === 'guard'),
      () => 'nobody guards it',
    );
  }

  private ordered(step: EffectStep, state: ReleaseState, now: number): void {
    this.effects += 1;
    check(this.effects < MAX_EFFECTS, () => `${this.effects} effects, the last ${step.effect}`);
    const { ladder } = state;
    const back = step.effect === 'revertGray' || step.effect === 'revertCode';
    if (back || step.effect === 'withdrawAudit') {
      check(this.goingBack || step.auditId !== undefined, () => `${step.effect}, and nobody wants back`);
      return;
    }
    check(!this.goingBack, () => `${step.effect} after a way back began`);
    check(state.attention === null, () => `${step.effect} while a person must look`);
    if (step.effect === 'submitAudit') this.people.allowsToSubmit();
    if (ladder.forced) return;
    check(state.pauses.length === 0, () => `${step.effect} while paused`);
    if (step.effect !== 'grayRelease' && step.effect !== 'release') return;
    // What we began with 100 % is finished by `release`; what others did, people may still have something to say about.
    const finishes = ladder.completingSince !== null;
    if (!finishes || ladder.elsewhere === 'adopted')
      this.people.allowsToBegin(step.stage ?? this.plan.rollout.stages.length - 1, now);
    if (finishes) return;
    if (ladder.stage < 0) return;
    this.health.allowsToLeave(ladder.percentage, now);
    this.soaks.allowsToLeave();
  }

  /** An hour before WeChat completes our staged release by itself, it is taken back or completed by us, whatever else. */
  private deadline({ phase, ladder, ending }: ReleaseState, now: number): void {
    const { gray } = this.wechat;
    const completesAt = (gray.finishesSec ?? gray.createdSec + PLATFORM_LIMIT_MS / 1_000) * 1_000;
    const near = now >= completesAt - HOUR;
    if (ladder.forced) {
      check(this.plan.rollout.onPlatformDeadline === 'complete', () => 'completes, and should revert');
      return;
    }
    if (!near || phase !== 'rolling' || !this.wechat.grayOpen || gray.createdSec !== ladder.createdSec)
      return;
    check(ending !== null, () => 'WeChat completes it within the hour, and nothing is done');
  }

  private oneOutcome(state: ReleaseState): void {
    const { phase, outcome } = state;
    check((phase === 'closed') === (outcome !== null), () => `${phase} with ${outcome}`);
    check(this.outcome === null || outcome === this.outcome, () => `${this.outcome}, then ${outcome}`);
    if (outcome === 'released' && this.outcome === null) this.soaks.allowsToLeave();
    this.outcome = outcome;
  }

  private progress(now: number): void {
    this.turnsNow = now === this.lastTurn ? this.turnsNow + 1 : 0;
    this.lastTurn = now;
    check(this.turnsNow < MAX_TURNS, () => 'it goes round in circles and no time passes');
  }
}
