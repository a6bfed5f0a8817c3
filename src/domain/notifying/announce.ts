/**
 * What is told of a release, decided from what was told before: called after each settling, changes nothing where there is
 * nothing to tell. A release without channels is left as it is.
 */
import type { ReleasePlan } from '../plan.js';
import type { ReleaseState } from '../state.js';
import type { ReleaseStatus } from '../status.js';
import { askedNow, BEGUN, lookedNow, newsOf } from './changes.js';
import { type Facts, factsOf, NO_FACTS } from './facts.js';
import { messageOf, type News } from './message.js';
import type { Notified, Reminder } from './notified.js';
import { enqueued } from './queue.js';

const HOUR_MS = 3_600_000;

/** From one reminder to the next, milliseconds: the last distance stays. */
const REMIND_AFTER_MS = [HOUR_MS, 3 * HOUR_MS, 8 * HOUR_MS, 24 * HOUR_MS];
/** Reminders of one cause. */
const MOST_REMINDERS = 20;
/** Messages of one release; the last of them are kept for its end. */
const MOST_MESSAGES = 200;
const KEPT_FOR_THE_END = 1;

/** What a release remembers before its first message. */
export function nothingTold({ notify }: Pick<ReleasePlan, 'notify'>): Notified {
  return {
    sequence: 0,
    facts: null,
    reminder: null,
    waiting: [],
    channels: notify.map(() => ({ sent: 0, notSent: 0, lastSentAt: null })),
    notSent: [],
    leftOut: 0,
  };
}

/** The state with everything that is to be told at `now` (milliseconds since the epoch) in its queue. */
export function announce(
  state: ReleaseState,
  plan: ReleasePlan,
  status: ReleaseStatus,
  now: number,
): ReleaseState {
  if (plan.notify.length === 0) return state;
  const notified = state.notified ?? nothingTold(plan);
  const facts = factsOf(state, status);
  const before = notified.facts;
  const changed = newsOf({ before: before ?? NO_FACTS, after: facts, state, plan, status });
  // It may have been paused, or ended, before anybody looked.
  const news = before === null ? [BEGUN, ...changed] : changed;
  const reminder = reminderOf(notified.reminder, facts, now);
  const isDue = reminder !== null && reminder.times < MOST_REMINDERS && now >= reminder.at;
  const same = before !== null && isEqual(before, facts) && isEqual(notified.reminder, reminder);
  if (news.length === 0 && !isDue && same) return state;
  let next: Notified = { ...notified, facts, reminder };
  for (const entry of news) next = told(next, plan, entry, status, now, 0);
  if (isDue) next = reminded(next, reminder, plan, status, now);
  return { ...state, notified: next };
}

/** When the next reminder is due, milliseconds since the epoch; null when nothing is waited for. */
export function reminderAt({ notified, phase }: ReleaseState): number | null {
  const reminder = notified?.reminder ?? null;
  if (phase === 'closed' || reminder === null || reminder.times >= MOST_REMINDERS) return null;
  return reminder.at;
}

function reminded(
  notified: Notified,
  reminder: Reminder,
  plan: ReleasePlan,
  status: ReleaseStatus,
  now: number,
): Notified {
  const [news] = reminder.event === 'attention' ? lookedNow({ status }) : askedNow({ status });
  const times = reminder.times + 1;
  const later = { ...notified, reminder: { ...reminder, times, at: now + distance(times) } };
  return news === undefined ? later : told(later, plan, news, status, now, times);
}

function told(
  notified: Notified,
  plan: ReleasePlan,
  news: News,
  status: ReleaseStatus,
  at: number,
  reminder: number,
): Notified {
  const channels = plan.notify.flatMap(({ events }, index) => (events.includes(news.event) ? [index] : []));
  if (channels.length === 0) return notified;
  const most = status.outcome === null ? MOST_MESSAGES - KEPT_FOR_THE_END : MOST_MESSAGES;
  if (notified.sequence >= most) return { ...notified, leftOut: notified.leftOut + 1 };
  const sequence = notified.sequence + 1;
  const message = messageOf(news, status, { sequence, at, reminder });
  return enqueued({ ...notified, sequence }, { message, channels }, at);
}

/** What is to be remembered of: attention goes before a gate; a new cause begins anew. */
function reminderOf(
  reminder: Reminder | null,
  { outcome, attention, gate }: Facts,
  now: number,
): Reminder | null {
  if (outcome !== null) return null;
  const event = attention === null ? ('approvalNeeded' as const) : ('attention' as const);
  const about = attention ?? gate;
  if (about === null) return null;
  if (reminder?.event === event && reminder.about === about) return reminder;
  return { event, about, times: 0, at: now + distance(0) };
}

const distance = (times: number): number =>
  REMIND_AFTER_MS[Math.min(times, REMIND_AFTER_MS.length - 1)] ?? 24 * HOUR_MS;

/** Both are plain JSON, made by the same code. */
const isEqual = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
