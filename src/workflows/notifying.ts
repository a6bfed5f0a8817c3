/**
 * Sends what is in the queue beside everything else: one message at a time to each channel, in order. Nothing waits for it
 * but a release that has ended, for a while.
 */
import { CancellationScope, isCancellation } from '@temporalio/workflow';
import { channelName } from '../domain/notifying/events.js';
import type { Announcement, Delivered } from '../domain/notifying/notified.js';
import { nextFor, TRY_FOR_MS } from '../domain/notifying/queue.js';
import type { ReleasePlan } from '../domain/plan.js';
import type { ReleaseState } from '../domain/state.js';
import { messages } from './activities.js';

/** What came of one message on one channel, counted from 0. */
export interface Sent {
  message: Announcement;
  channel: number;
  result: Delivered;
}

export class Notifying {
  private readonly running = new Map<number, CancellationScope>();
  private stopped = false;

  constructor(
    private readonly plan: ReleasePlan,
    private readonly read: () => ReleaseState,
    private readonly report: (sent: Sent) => void,
  ) {}

  /** Starts what waits, on every channel that is not busy. */
  go(): void {
    for (const channel of this.plan.notify.keys()) this.next(channel);
  }

  /** What is under way is left alone: it may arrive, and nobody hears of it here. */
  stop(): void {
    this.stopped = true;
    for (const scope of this.running.values()) scope.cancel();
    this.running.clear();
  }

  private next(channel: number): void {
    const message = nextFor(this.read(), channel);
    if (this.stopped || message === null || this.running.has(channel)) return;
    const scope = new CancellationScope({ cancellable: true });
    this.running.set(channel, scope);
    const done = (result: Delivered) => {
      if (this.running.get(channel) !== scope) return;
      this.running.delete(channel);
      this.report({ message, channel, result });
      // A long step may be under way, which the next message does not wait for.
      this.next(channel);
    };
    scope
      .run(() => this.send(message, channel))
      .then(done)
      .catch((error: unknown) => {
        if (isCancellation(error)) return;
        done({ sent: false, reason: 'no worker came to an end with it', remedy: 'see the workers’ log' });
      });
  }

  private send(message: Announcement, index: number): Promise<Delivered> {
    const channel = this.plan.notify[index];
    if (channel === undefined) throw new Error(`the plan has no channel ${index}`);
    const summary = `tell ${channelName(index, channel)}: ${message.event} (${message.sequence})`;
    return messages.notify.executeWithOptions({ summary }, [
      { channel, message, until: message.at + TRY_FOR_MS },
    ]);
  }
}
