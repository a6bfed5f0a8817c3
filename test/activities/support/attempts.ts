/** Runs an activity as Temporal's server would: attempt after attempt, each after the delay that the last one asked for. */
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, onTestFinished, vi } from 'vitest';

/** How one attempt ended: with a result, or asking for another attempt. */
export type Ended<T> = { result: T } | { again: { afterMs: number; why: string } };

/**
 * Stops the clock of this process until the test is over; only `pass` and the delays between attempts move it. Timers
 * and the network stay real.
 */
export function stopClock(at = Date.parse('2030-03-10T02:00:00Z')): void {
  vi.useFakeTimers({ toFake: ['Date', 'performance'], now: at });
  onTestFinished(() => void vi.useRealTimers());
}

/** Lets milliseconds pass on the stopped clock. */
export const pass = (ms: number): void => {
  vi.advanceTimersByTime(ms);
};

export interface AttemptsOptions {
  startToCloseTimeoutMs?: number;
}

export class Attempts<T> {
  /** Attempts begun so far. */
  number = 0;
  /** What was kept by heartbeat, oldest first. */
  readonly heartbeats: unknown[] = [];
  /** The delays asked for, milliseconds. */
  readonly delays: number[] = [];
  private details: unknown;

  constructor(
    private readonly activity: () => Promise<T>,
    private readonly options: AttemptsOptions = {},
  ) {}

  /** One attempt. Whatever it throws must be the harmless "not yet" with a delay. */
  async next(): Promise<Ended<T>> {
    const environment = this.begin();
    try {
      return { result: await environment.run(this.activity) };
    } catch (error) {
      if (!(error instanceof ApplicationFailure)) throw error;
      expect(error).toMatchObject({
        type: 'NotYet',
        category: ApplicationFailureCategory.BENIGN,
        nonRetryable: false,
      });
      const afterMs = Number(error.nextRetryDelay);
      expect(afterMs).toBeGreaterThan(0);
      this.delays.push(afterMs);
      return { again: { afterMs, why: error.message } };
    }
  }

  /** Attempts until one ends with a result, with the delays between them. */
  async result(most = 500): Promise<T> {
    for (let turn = 0; turn < most; turn++) {
      const ended = await this.next();
      if ('result' in ended) return ended.result;
      pass(ended.again.afterMs);
    }
    throw new Error(`no result after ${most} attempts`);
  }

  /** One attempt that must ask for another, and the delay it asks for; milliseconds. */
  async delay(): Promise<number> {
    const ended = await this.next();
    if ('result' in ended) throw new Error(`unexpected result: ${JSON.stringify(ended.result)}`);
    pass(ended.again.afterMs);
    return ended.again.afterMs;
  }

  /**
   * The process dies during an attempt, after `during` was reached. What it told by heartbeat is kept, unless that
   * was still on its way.
   */
  async dies(during: Promise<unknown>, heartbeat: 'kept' | 'lost' = 'kept'): Promise<void> {
    const before = this.details;
    const environment = this.begin();
    environment.run(this.activity).catch(() => undefined);
    await during;
    environment.removeAllListeners();
    if (heartbeat === 'lost') this.details = before;
  }

  private begin(): MockActivityEnvironment {
    this.number += 1;
    const environment = new MockActivityEnvironment({
      attempt: this.number,
      heartbeatDetails: this.details,
      currentAttemptScheduledTimestampMs: Date.now(),
      startToCloseTimeoutMs: 20_000,
      ...this.options,
    });
    environment.on('heartbeat', (details: unknown) => {
      // As it comes back from the server: JSON, and nothing else.
      this.details = JSON.parse(JSON.stringify(details));
      this.heartbeats.push(this.details);
    });
    return environment;
  }
}
