/** The messages on their way: each channel has its own order, and what cannot be sent is kept, not forgotten. */
import type { ReleasePlan } from '../plan.js';
import type { ReleaseState } from '../state.js';
import type { Announcement, Delivered, Notified, NotSent, Waiting } from './notified.js';

/** Messages that wait at most: a channel that is down must not fill the history. */
const MOST_WAITING = 30;
/** Of those that were never sent, how many are kept. */
const KEPT_NOT_SENT = 10;

/** How long a message is tried, milliseconds from when it happened; one try it has in any case. */
export const TRY_FOR_MS = 30 * 60_000;
/** How long a release that has ended waits for its last messages, milliseconds. */
export const CLOSING_MS = 2 * 60_000;

/** One more message; when too many wait, the second oldest is given up (the oldest may be on its way). */
export function enqueued(notified: Notified, entry: Waiting, now: number): Notified {
  const waiting = [...notified.waiting, entry];
  const surplus = waiting.length > MOST_WAITING ? waiting[1] : undefined;
  if (surplus === undefined) return { ...notified, waiting };
  const reason = `more than ${MOST_WAITING} messages waited`;
  return surplus.channels.reduce(
    (next, channel) => recorded(next, surplus.message, channel, { sent: false, reason, remedy: '' }, now),
    { ...notified, waiting },
  );
}

/** What a channel (counted from 0) is sent next; null when it has everything. */
export function nextFor({ notified }: ReleaseState, channel: number): Announcement | null {
  return notified?.waiting.find(({ channels }) => channels.includes(channel))?.message ?? null;
}

/** Whether every channel has everything. */
export function isAllSent({ notified }: ReleaseState): boolean {
  return notified === undefined || notified.waiting.length === 0;
}

/** The state after one message was sent to one channel, or given up; nothing when it was given up before. */
export function delivered(
  state: ReleaseState,
  { message, channel, result }: { message: Announcement; channel: number; result: Delivered },
  now: number,
): ReleaseState {
  const { notified } = state;
  const waits = notified?.waiting.some(
    (entry) => entry.message.id === message.id && entry.channels.includes(channel),
  );
  if (notified === undefined || !waits) return state;
  return { ...state, notified: recorded(notified, message, channel, result, now) };
}

/** The state of a release that waits no longer: what is left is given up, with the reason. */
export function givenUp(state: ReleaseState, plan: Pick<ReleasePlan, 'notify'>, now: number): ReleaseState {
  const reason = `the release ended, and it could not be sent within ${CLOSING_MS / 60_000} minutes; it may have arrived`;
  let next = state;
  for (const [channel] of plan.notify.entries())
    for (let message = nextFor(next, channel); message !== null; message = nextFor(next, channel))
      next = delivered(next, { message, channel, result: { sent: false, reason, remedy: '' } }, now);
  return next;
}

function recorded(
  notified: Notified,
  { id, event, title }: Announcement,
  channel: number,
  result: Delivered,
  now: number,
): Notified {
  const waiting = notified.waiting.flatMap((entry) => {
    if (entry.message.id !== id) return [entry];
    const channels = entry.channels.filter((other) => other !== channel);
    return channels.length === 0 ? [] : [{ ...entry, channels }];
  });
  const channels = notified.channels.map((count, index) => {
    if (index !== channel) return count;
    return result.sent
      ? { ...count, sent: count.sent + 1, lastSentAt: result.at }
      : { ...count, notSent: count.notSent + 1 };
  });
  if (result.sent) return { ...notified, waiting, channels };
  const reason = [result.reason, result.remedy].filter((text) => text !== '').join('; ');
  const lost: NotSent = { id, event, title, channel: channel + 1, at: now, reason };
  return { ...notified, waiting, channels, notSent: [...notified.notSent, lost].slice(-KEPT_NOT_SENT) };
}
