/** What a release remembers of its messages: plain JSON, bounded, carried into the next run. */
import type { ChannelKind, NotifyEvent } from './events.js';
import type { Facts } from './facts.js';

/** One message, as every channel gets it. */
export interface Announcement {
  /** The same whenever it is sent again, in every run of the release: whoever gets it twice can tell. */
  id: string;
  /** Counts from 1, in the order in which things happened. */
  sequence: number;
  /** When it happened, milliseconds since the epoch. */
  at: number;
  event: NotifyEvent;
  /** 0: the news itself; 1 and more: the so-manieth reminder of it. */
  reminder: number;
  app: string;
  version: string;
  /** How it stood then. */
  phase: string;
  outcome: string | null;
  /** Percent of users that had the version. */
  percentage: number;
  /** One line. */
  title: string;
  /** What happened, who, why, what users have, what comes next, what can be done. */
  lines: { label: string; text: string }[];
  /** A command to paste. */
  command: string;
}

/** A message, and the channels (counted from 0) that have not had it yet. */
export interface Waiting {
  message: Announcement;
  channels: number[];
}

/** What a person must do before the next reminder would be needless. */
export interface Reminder {
  event: 'attention' | 'approvalNeeded';
  /** What it is about: another cause begins anew. */
  about: string;
  /** Reminders given. */
  times: number;
  /** When the next is due, milliseconds since the epoch. */
  at: number;
}

/** A message that a channel never had. */
export interface NotSent {
  id: string;
  event: NotifyEvent;
  title: string;
  /** Counted from 1. */
  channel: number;
  at: number;
  reason: string;
}

export interface Notified {
  /** The sequence of the last message. */
  sequence: number;
  /** What was told last; null before the first look. */
  facts: Facts | null;
  reminder: Reminder | null;
  waiting: Waiting[];
  /** By channel. */
  channels: { sent: number; notSent: number; lastSentAt: number | null }[];
  /** The latest of them. */
  notSent: NotSent[];
  /** Messages that were not made: more than a release may send. */
  leftOut: number;
}

/** What comes of sending one message to one channel. */
export type Delivered = { sent: true; at: number } | { sent: false; reason: string; remedy: string };

/** What became of the messages that the plan's `notify` asks for. Channels are counted from 1. */
export interface NotificationsStatus {
  channels: {
    channel: number;
    kind: ChannelKind;
    sent: number;
    waiting: number;
    notSent: number;
    lastSentAt: number | null;
  }[];
  /** Not sent yet, in order. */
  waiting: { id: string; event: NotifyEvent; title: string; at: number; channels: number[] }[];
  /** The latest that could not be sent, with the reason. */
  notSent: NotSent[];
  /** Messages that were not made: more than a release sends. */
  leftOut: number;
}
