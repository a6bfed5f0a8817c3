/** What channels got of a release, held against what its status says of them. */
import { HIDDEN } from '../notify/robots.js';
import { type ChannelName, GONE_KEY, nameOf, type Told } from './random-channels.js';
import type { Known } from './random-rules.js';

export function brokenMessages({ played }: Known): string[] {
  const { plan, final, closed, told, text } = played;
  const counts = final.notifications?.channels ?? [];
  const totals = counts.map(({ sent, waiting, notSent }) => sent + waiting + notSent);
  const all = totals[0] ?? 0;
  const hidden = [...HIDDEN, GONE_KEY].filter((secret) => text.includes(secret));
  return [
    ...(counts.length === plan.notify.length ? [] : [`${counts.length} channels are told of`]),
    ...(totals.every((total) => total === all) ? [] : [`channels have ${totals.join(', ')} messages`]),
    ...(hidden.length > 0 ? [`${hidden.length} secrets of channels are in its history`] : []),
    ...plan.notify.flatMap((channel, index) => {
      const name = nameOf(channel);
      const count = counts[index];
      if (name === undefined || count === undefined) return [`nothing is told of channel ${index + 1}`];
      return [
        ...inOrder(told[name]),
        ...(closed && count.waiting > 0 ? [`${count.waiting} wait for ever`] : []),
        ...arrived(name, told[name], count),
        ...(closed && name === 'sound' ? wholly(told.sound, all, final.outcome) : []),
      ].map((what) => `${name} channel: ${what}`);
    }),
  ];
}

/** In order; a try of which nobody knows the end makes a double, beside the first. */
function inOrder(messages: Told[]): string[] {
  const order = messages.map(({ sequence }) => sequence);
  return order.every((sequence, index) => sequence >= (order[index - 1] ?? 1))
    ? []
    : [`came in the order ${order.join(', ')}`];
}

/** What counts as sent has arrived, and nothing comes of a robot that is gone. */
function arrived(name: ChannelName, messages: Told[], { sent, notSent }: { sent: number; notSent: number }) {
  const different = new Set(messages.map(({ sequence }) => sequence)).size;
  return [
    ...(different < sent ? [`${sent} count as sent, and ${different} arrived`] : []),
    ...(name === 'sound' && notSent > 0 ? [`${notSent} were not sent`] : []),
  ];
}

/** From the beginning to the end, with nothing missing, and the end as it was. */
function wholly(messages: Told[], all: number, outcome: string | null): string[] {
  const last = messages.at(-1);
  const different = new Set(messages.map(({ sequence }) => sequence)).size;
  const end = last === undefined ? null : JSON.parse(last.text).data;
  return [
    ...(different === all && last?.sequence === all ? [] : [`${different} of ${all} messages arrived`]),
    ...(end?.outcome === outcome && end?.event === outcome
      ? []
      : [`the last was ${end?.event} (${end?.outcome}), and the release ${outcome}`]),
  ];
}
