/** What people asked for: pauses, freezes and approvals, kept beside the release and held against what it does. */
import type { ReleaseEvent } from '../../../src/domain/apply.js';
import type { Command } from '../../../src/domain/commands.js';
import type { Approval, ReleasePlan } from '../../../src/domain/plan.js';
import type { ReleaseState } from '../../../src/domain/state.js';
import type { Opening } from '../../../src/domain/status.js';
import { check } from './check.js';

interface SignedApproval {
  gate: string;
  by: string;
  verb: Command['verb'];
}

export class PeopleBook {
  private paused = false;
  private frozenUntil = Number.NEGATIVE_INFINITY;
  private overridden = false;
  /** What was ordered last was ordered in spite of freeze and window. */
  private orderedFreely = false;
  /** Who agreed, by gate. */
  private readonly agreed = new Map<string, Set<string>>();
  /** Gates that were refused, and not asked anew since. */
  private readonly refused = new Set<string>();
  /** Signatures that are still to be verified, by commandId. */
  private readonly signed = new Map<string, SignedApproval>();

  constructor(
    private readonly plan: ReleasePlan,
    private readonly nextOpening: (at: number) => Opening,
  ) {}

  /** A command was taken; `gate`: the one that waited then. */
  steered(command: Command, gate: string | null, now: number): void {
    const { verb, commandId, by, signature } = command;
    switch (verb) {
      case 'pause':
        this.paused = true;
        return;
      case 'resume':
        if (command.adopt) return;
        this.paused = false;
        this.askAgain();
        return;
      case 'freeze':
        this.frozenUntil = command.until ?? now + (command.forMs ?? 0);
        this.overridden = false;
        return;
      case 'unfreeze':
        if (command.override) this.overridden = true;
        else this.frozenUntil = now;
        return;
      case 'resubmit':
        // Also for the trial version, be it the same.
        this.agreed.clear();
        return;
      case 'approve':
      case 'refuse':
        if (gate === null) check(false, () => `${verb} was taken, and no gate waits`);
        else if (signature !== undefined) this.signed.set(commandId, { gate, by, verb });
        else this.say(verb, gate, by, false);
        return;
      default:
    }
  }

  /** A signature was looked at. */
  applied(event: ReleaseEvent): void {
    if (event.type !== 'authenticated') return;
    const { commandId, ok } = event.result;
    const signed = this.signed.get(commandId);
    this.signed.delete(commandId);
    if (ok && signed !== undefined) this.say(signed.verb, signed.gate, signed.by, true);
  }

  /** What was refused is asked anew: what was signed before fits no more. */
  private askAgain(): void {
    for (const [id, { gate }] of this.signed) if (this.refused.has(gate)) this.signed.delete(id);
    this.refused.clear();
  }

  private say(verb: Command['verb'], gate: string, by: string, isProven: boolean): void {
    if (verb === 'refuse') {
      // Enough agreed before it was verified: it came too late.
      if (isProven && this.isAgreed(gate)) return;
      this.agreed.delete(gate);
      this.refused.add(gate);
      // Whoever agreed before that has to agree again.
      for (const [id, entry] of this.signed) if (entry.gate === gate) this.signed.delete(id);
      return;
    }
    const approval = this.approvalOf(gate);
    const counts = approval?.approvers.includes(by) && (approval.claimed || isProven);
    if (counts) this.agreed.set(gate, new Set([...(this.agreed.get(gate) ?? []), by]));
  }

  private approvalOf(gate: string): Approval | null {
    if (gate === 'trial') return this.plan.trial?.approval ?? null;
    return this.plan.rollout.stages[Number(gate.replace('stage:', ''))]?.approval ?? null;
  }

  private isAgreed(gate: string): boolean {
    const approval = this.approvalOf(gate);
    return approval === null || (this.agreed.get(gate)?.size ?? 0) >= approval.count;
  }

  /** Another stage began: an override was for that one. */
  stageBegan(): void {
    this.overridden = false;
  }

  /** What a person paused is shown as paused until a person resumes it or the release turns back. */
  agreesWith({ phase, pauses }: ReleaseState): void {
    if (!this.paused || phase === 'reverting' || phase === 'closed') return;
    check(
      pauses.some(({ kind }) => kind === 'human'),
      () => 'a person paused it, and it goes on',
    );
  }

  allowsToSubmit(): void {
    check(this.isAgreed('trial'), () => 'submits although too few approved the trial version');
  }

  /** Nothing that people asked for stands before the stage at an index, ordered at `now`. */
  allowsToBegin(index: number, now: number): void {
    check(!this.paused, () => 'a stage begins although a person paused it');
    for (let at = 0; at <= index; at += 1)
      check(this.isAgreed(`stage:${at}`), () => `stage ${index} begins, and stage ${at} lacks approvals`);
    this.orderedFreely = this.overridden;
    if (this.overridden) return;
    check(now >= this.frozenUntil, () => `a stage begins although it is frozen until ${this.frozenUntil}`);
    this.allowsToWrite(now);
  }

  /** A percentage that was ordered may be written at a moment. */
  allowsToWrite(now: number): void {
    if (this.orderedFreely || this.plan.rollout.windows === null) return;
    const { opensAt } = this.nextOpening(now);
    check(opensAt <= now, () => `a stage begins outside the window, which opens at ${opensAt}`);
  }
}
