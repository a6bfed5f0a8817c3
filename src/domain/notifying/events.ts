/** What may be told of a release, and to whom: the plan's `notify` as the rules see it. */

/** Every event a channel may ask for, with what it tells. In the order in which a release meets them. */
export const NOTIFY_EVENTS = {
  started: 'the release has begun',
  audit: 'WeChat has taken the submission, delays it, has approved it, or it was withdrawn',
  rejected: 'WeChat rejected the audit, with its reasons; again when the release ends for it',
  approvalNeeded: 'a gate waits for people, with who may agree; reminders while it waits',
  approved: 'enough people agreed',
  stage: 'the next percentage serves, or everyone has the version',
  paused:
    'paused, or for one more reason: a person, a metric, drift, or an approval that was refused or came to its timeout',
  resumed: 'it goes on after a pause, or after a person had to look',
  freeze: 'frozen, no longer frozen, or overridden',
  deadline: "the audit or an approval takes longer than planned, or WeChat's own deadline is near",
  notice:
    'what a person should know and what stops nothing: a metric that only tells, drift that was taken over',
  attention: 'a person must look, with what happened and what can be done; reminders until it is settled',
  reverting: 'users are being taken back',
  released: 'the end: everyone has it, and it stayed healthy',
  reverted: 'the end: the staged release was cancelled',
  rolledBack: 'the end: everyone was taken back after 100 %',
  aborted: 'the end: ended before any user saw it',
  failed: 'the end: given up, or refused before anything was changed',
} as const;

export type NotifyEvent = keyof typeof NOTIFY_EVENTS;

export const NOTIFY_EVENT_NAMES = Object.keys(NOTIFY_EVENTS) as [NotifyEvent, ...NotifyEvent[]];

/** What a channel is told that names no events: whatever asks for a person, and every end. */
export const DEFAULT_EVENTS: NotifyEvent[] = [
  'rejected',
  'approvalNeeded',
  'paused',
  'deadline',
  'notice',
  'attention',
  'released',
  'reverted',
  'rolledBack',
  'aborted',
  'failed',
];

export const CHANNEL_KINDS = ['wecom', 'feishu', 'dingtalk', 'webhook'] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

/** One channel of a plan. Address and secret are references; what they stand for is known to workers only. */
export interface NotifyChannel {
  kind: ChannelKind;
  /** Where messages are posted to. */
  address: string;
  /** What they are signed with; null: not signed. */
  secret: string | null;
  events: NotifyEvent[];
}

/** A channel as people are told of it; `index` counts from 0. */
export function channelName(index: number, { kind }: Pick<NotifyChannel, 'kind'>): string {
  return `channel ${index + 1} (${kind})`;
}
