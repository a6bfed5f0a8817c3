/** The messages of a release as its status shows them. */
import type { ReleasePlan } from '../plan.js';
import type { ReleaseState } from '../state.js';
import { nothingTold } from './announce.js';
import { channelName } from './events.js';
import { moment } from './message.js';
import type { NotificationsStatus } from './notified.js';

/** Waiting for so long is worth a word, milliseconds. */
const LONG_MS = 60_000;

/** What was sent, what waits, what was not sent; nothing for a plan without channels. */
export function notificationsOf(
  state: ReleaseState,
  plan: ReleasePlan,
): { notifications?: NotificationsStatus } {
  if (plan.notify.length === 0) return {};
  const { channels, waiting, notSent, leftOut } = state.notified ?? nothingTold(plan);
  return {
    notifications: {
      channels: plan.notify.map(({ kind }, index) => ({
        channel: index + 1,
        kind,
        waiting: waiting.filter((entry) => entry.channels.includes(index)).length,
        ...(channels[index] ?? { sent: 0, notSent: 0, lastSentAt: null }),
      })),
      waiting: waiting.map(({ message: { id, event, title, at }, channels: to }) => ({
        ...{ id, event, title, at },
        channels: to.map((index) => index + 1),
      })),
      notSent,
      leftOut,
    },
  };
}

/** What a person should know of them: a line a channel that has trouble. */
export function notificationNotices(state: ReleaseState, plan: ReleasePlan, now: number): string[] {
  const { notified } = state;
  if (notified === undefined) return [];
  const lines = plan.notify.flatMap((channel, index) => {
    const name = channelName(index, channel);
    const late = notified.waiting.filter(
      ({ channels, message }) => channels.includes(index) && now - message.at >= LONG_MS,
    );
    const lost = notified.notSent.findLast((entry) => entry.channel === index + 1);
    const count = notified.channels[index]?.notSent ?? 0;
    const since = late[0]?.message.at;
    return [
      ...(lost === undefined
        ? []
        : [
            `${count} ${count === 1 ? 'message was' : 'messages were'} not sent to ${name}; the last: ${lost.reason}`,
          ]),
      ...(since === undefined
        ? []
        : [
            `${late.length} ${late.length === 1 ? 'message waits' : 'messages wait'} for ${name} since ${moment(since)}`,
          ]),
    ];
  });
  const { leftOut } = notified;
  return leftOut === 0 ? lines : [...lines, `${leftOut} messages were not made: a release sends 200 at most`];
}
