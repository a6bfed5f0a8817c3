/** Sends the messages of a release. Nothing of a release waits for it, and it says in the end what came of it. */
import { type ChannelKind, channelName, type NotifyChannel } from '../domain/notifying/events.js';
import type { Announcement, Delivered } from '../domain/notifying/notified.js';
import type { Finding } from '../domain/preflight.js';
import { type NotifyAccess, openChannel, sendOnce } from '../notify/send.js';
import { type Attempt, beginAttempt, tryAgain } from './attempt.js';

/** What came of one try, for whoever counts; `again`: it is tried again. */
export interface NotifyTry {
  channel: ChannelKind;
  result: 'sent' | 'again' | 'failed';
}

export interface NotifyDependencies extends NotifyAccess {
  /** Told after every try. What it throws is ignored. */
  onNotified?: ((tried: NotifyTry) => void) | undefined;
}

export interface NotifyInput {
  channel: NotifyChannel;
  message: Announcement;
  /** After this it is not tried again, milliseconds since the epoch; one try it has in any case. */
  until: number;
}

/** Between two tries, milliseconds: doubles from one second to a minute. */
const backOffMs = (tries: number): number => Math.min(1_000 * 2 ** Math.min(tries - 1, 10), 60_000);
/** Added to what a service asks for: ten thousand releases must not all come back at once. Milliseconds. */
const SPREAD_MS = 5_000;

export function createNotifyActivities({ onNotified, ...access }: NotifyDependencies) {
  const count = (channel: ChannelKind, result: NotifyTry['result']) => {
    try {
      onNotified?.({ channel, result });
    } catch {
      // Counting must not cost a message.
    }
  };

  return {
    /**
     * Sends a message to one channel: ends when it was sent, when only a person can help, or when its time is up. The
     * answer was lost when a worker died meanwhile, and then the message comes twice, with the same id.
     */
    async notify({ channel, message, until }: NotifyInput): Promise<Delivered> {
      const attempt: Attempt<never> = beginAttempt();
      const clock = { now: attempt.now(), signal: attempt.untilCancelled };
      const outcome = await sendOnce(channel, message, access, clock);
      if (outcome.result === 'sent') {
        count(channel.kind, 'sent');
        return { sent: true, at: attempt.now() };
      }
      const remedy = outcome.result === 'failed' ? outcome.remedy : '';
      const asked = outcome.result === 'again' ? outcome.afterMs : null;
      const waitMs = asked === null ? backOffMs(attempt.number) : asked + Math.random() * SPREAD_MS;
      if (outcome.result === 'failed' || attempt.now() + waitMs > until) {
        count(channel.kind, 'failed');
        return { sent: false, reason: outcome.reason, remedy };
      }
      count(channel.kind, 'again');
      throw tryAgain(waitMs, outcome.reason);
    },
  };
}

/** One finding a channel: its references resolve, its host is allowed. Nothing is sent, and a start goes on in any case. */
export async function channelFindings(
  channels: readonly NotifyChannel[],
  access: NotifyAccess,
): Promise<Finding[]> {
  return Promise.all(
    channels.map(async (channel, index): Promise<Finding> => {
      const subject = `notify ${channelName(index, channel)}`;
      const opened = await openChannel(channel, access);
      if (opened.ok)
        return {
          level: 'ok',
          subject,
          text: 'can be reached as far as this worker knows; `notifications test` sends a message',
        };
      const { reason, remedy } = opened;
      return {
        level: 'hint',
        subject,
        text: `nothing can be sent: ${reason}; ${remedy}. A release goes on without`,
      };
    }),
  );
}
