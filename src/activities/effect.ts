/**
 * The write protocol: read, decide, write, verify. One attempt sends at most one write; what it knows goes to the
 * next attempt, and an attempt that vanished is taken to have written. The rules are in domain/effects.ts.
 */
import {
  EFFECTS,
  type EffectName,
  type EffectResult,
  isProvenByAnswer,
  MAX_DEFERRALS,
  MAX_FAILED_READS,
  nextWrite,
  type Obstacle,
  recallMemory,
  type WriteMemory,
} from '../domain/effects.js';
import type { Proof } from '../domain/proofs.js';
import { type Attempt, backOffMs, beginAttempt, tryAgain } from './attempt.js';
import { deferralMs, describe, isClaimed, isDeferred, needsRetry, readAgainMs } from './failures.js';

export interface Protocol {
  effect: EffectName;
  /** Whether the effect is there, and ours. */
  read(signal: AbortSignal): Promise<Proof>;
  /** Sends the write once. */
  write(signal: AbortSignal): Promise<unknown>;
  /**
   * What would make WeChat refuse anyway; null when all is well. Before a repeat only what someone else did meanwhile
   * (`because`) counts: for the rest WeChat's own word is awaited.
   */
  before?(signal: AbortSignal): Promise<{ reason: string; remedy: string; because?: Obstacle } | null>;
  /** The write must not be sent after this moment, milliseconds since the epoch. */
  freshUntil?: number | null;
}

/** Brings an effect about exactly once, as far as WeChat lets that be known. */
export async function runEffect(protocol: Protocol): Promise<EffectResult> {
  const attempt = beginAttempt<WriteMemory>();
  const memory = recallMemory(attempt.memory, attempt.number, attempt.now());
  return new EffectAttempt(protocol, attempt, memory).run();
}

class EffectAttempt {
  constructor(
    private readonly protocol: Protocol,
    private readonly attempt: Attempt<WriteMemory>,
    private memory: WriteMemory,
  ) {}

  async run(): Promise<EffectResult> {
    const seen = await this.readProof();
    if (seen !== null) return seen;
    const next = nextWrite(this.protocol.effect, this.memory, this.attempt.now());
    switch (next.do) {
      case 'readAgain':
        this.memory = { ...this.memory, failedReads: 0 };
        throw this.again(next.afterMs, `${this.endpoint} is not to be seen yet`);
      case 'giveUp':
        return this.giveUp();
      case 'write':
        return this.write();
    }
  }

  private get endpoint(): string {
    return EFFECTS[this.protocol.effect].endpoint;
  }

  /** The result when the reading decides; null when the effect is not there. */
  private async readProof(): Promise<EffectResult | null> {
    let proof: Proof;
    try {
      proof = await this.protocol.read(this.attempt.deadline);
    } catch (error) {
      return this.failedRead(error);
    }
    if (proof.seen === 'missing') return null;
    if (proof.seen === 'conflict')
      return this.refused(proof.why, EFFECTS[this.protocol.effect].remedy, proof.because);
    const { facts, how } = proof;
    const answer = this.memory.lastAnswer === '' ? `${how} (found so)` : `${this.memory.lastAnswer}; ${how}`;
    return { status: 'applied', at: this.attempt.now(), writes: this.memory.writes, answer, facts };
  }

  private failedRead(error: unknown): EffectResult {
    const blocked = needsRetry(error);
    const failedReads = this.memory.failedReads + 1;
    this.memory = { ...this.memory, failedReads };
    if (blocked === null && failedReads <= MAX_FAILED_READS)
      throw this.again(readAgainMs(error, failedReads), describe(error));
    const remedy = blocked?.remedy ?? 'WeChat cannot be read from this worker; `retry` once it can';
    if (this.memory.lastWriteAt === null) return this.refused(describe(error), remedy);
    return this.unknown(
      `${describe(error)}; it could not be read whether ${this.endpoint} took effect`,
      remedy,
    );
  }

  /** The result when the write must not be sent at all; null when it may be. */
  private async lookBefore(): Promise<EffectResult | null> {
    const { before } = this.protocol;
    if (before === undefined) return null;
    try {
      const wrong = await before(this.attempt.deadline);
      if (this.memory.lastWriteAt !== null && wrong?.because === undefined) return null;
      return wrong === null ? null : this.refused(wrong.reason, wrong.remedy, wrong.because);
    } catch (error) {
      return this.failedRead(error);
    }
  }

  private async write(): Promise<EffectResult> {
    const { protocol, attempt } = this;
    const { freshUntil } = protocol;
    if (typeof freshUntil === 'number' && attempt.now() > freshUntil)
      return {
        status: 'stale',
        at: attempt.now(),
        writes: this.memory.writes,
        answer: 'the health confirmation grew too old',
      };
    const wrong = await this.lookBefore();
    if (wrong !== null) return wrong;
    const earlier = { ...this.memory, failedReads: 0 };
    const repeated = earlier.lastWriteAt !== null;
    this.memory = { ...earlier, writes: earlier.writes + 1, lastWriteAt: attempt.now() };
    attempt.remember(this.memory);
    try {
      await protocol.write(attempt.deadline);
      this.memory = { ...this.memory, accepted: 'ok', lastAnswer: 'ok' };
    } catch (error) {
      if (isDeferred(error, protocol.effect)) return this.deferred(earlier, error);
      const blocked = needsRetry(error);
      if (blocked !== null) {
        // A repeat is also refused because the write before it was applied after all (87012).
        const seen = repeated ? await this.readProof() : null;
        return seen ?? this.refused(blocked.reason, blocked.remedy);
      }
      this.memory = {
        ...this.memory,
        // To a repeat it may be our own earlier write that WeChat claims.
        accepted: isClaimed(error) && !repeated ? 'claimed' : 'no',
        lastAnswer: describe(error),
        lastWriteAt: attempt.now(),
      };
      if (isClaimed(error) && isProvenByAnswer(protocol.effect)) return this.answered();
    }
    if (this.memory.accepted === 'ok' && isProvenByAnswer(protocol.effect)) return this.answered();
    const seen = await this.readProof();
    if (seen !== null) return seen;
    throw this.again(1_000, `${this.endpoint} answered ${this.memory.lastAnswer}, and is not to be seen yet`);
  }

  /** WeChat's word is all the proof there is. */
  private answered(): EffectResult {
    const { writes, lastAnswer: answer } = this.memory;
    return { status: 'applied', at: this.attempt.now(), writes, answer, facts: {} };
  }

  /** WeChat did not take the write and asks to come back: it counts as not sent, and the release waits. */
  private deferred(earlier: WriteMemory, error: unknown): EffectResult {
    const { writes } = earlier;
    const afterMs = deferralMs(error);
    this.memory = { ...earlier, deferrals: earlier.deferrals + 1, lastAnswer: describe(error) };
    if (earlier.lastWriteAt === null)
      return { status: 'deferred', at: this.attempt.now(), writes, answer: describe(error), afterMs };
    // One that was sent before it may still take effect, so this one is not over.
    if (this.memory.deferrals > MAX_DEFERRALS)
      return this.unknown(describe(error), 'WeChat keeps asking to come back later; `retry` begins again');
    throw this.again(Math.max(afterMs, backOffMs(this.memory.deferrals)), describe(error));
  }

  private giveUp(): EffectResult {
    const { lastAnswer, accepted } = this.memory;
    const row: { remedy: string; taken?: string } = EFFECTS[this.protocol.effect];
    const { remedy, taken = remedy } = row;
    if (accepted === 'claimed') return this.refused(`${lastAnswer}; what is there is not ours`, taken);
    return this.unknown(`${lastAnswer}; no reading shows it`, remedy);
  }

  private refused(answer: string, remedy: string, because?: Obstacle): EffectResult {
    const told = { at: this.attempt.now(), writes: this.memory.writes, answer, remedy };
    return { status: 'refused', ...told, ...(because && { because }) };
  }

  private unknown(answer: string, remedy: string): EffectResult {
    return { status: 'unknown', at: this.attempt.now(), writes: this.memory.writes, answer, remedy };
  }

  /** Ends the attempt in order, so that the next one may trust its memory. */
  private again(afterMs: number, why: string): Error {
    this.attempt.remember({ ...this.memory, endedAttempt: this.attempt.number });
    return tryAgain(afterMs, why);
  }
}
