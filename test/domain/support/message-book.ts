/** What the channels were told, kept beside the release and held against what it is. */
import type { Announcement } from '../../../src/domain/notifying/notified.js';
import type { ReleasePlan } from '../../../src/domain/plan.js';
import type { ReleaseState } from '../../../src/domain/state.js';
import { check } from './check.js';

/** Characters of a line of a message, and messages of a release: both are bounded, whatever happens. */
const LONGEST_LINE = 300;
const MOST_MESSAGES = 200;

export class MessageBook {
  /** By channel. */
  private readonly last: (Announcement | undefined)[] = [];
  /** When each channel was last told that a person must look. */
  private readonly lookedAt: number[] = [];

  constructor(private readonly plan: ReleasePlan) {}

  told(channel: number, message: Announcement): void {
    const { notify, app } = this.plan;
    const before = this.last[channel];
    const events = notify[channel]?.events ?? [];
    const title = `message ${message.sequence} (${message.title}) to channel ${channel}`;
    check(events.includes(message.event), () => `${title}: it is not told of ${message.event}`);
    check((before?.outcome ?? null) === null, () => `${title}: after the end`);
    check(message.sequence > (before?.sequence ?? 0), () => `${title}: after ${before?.sequence}`);
    check(message.sequence <= MOST_MESSAGES, () => `${title}: more than anybody reads`);
    check(message.at >= (before?.at ?? 0), () => `${title}: at ${message.at}, after ${before?.at}`);
    check(message.id.startsWith(`${app}-`), () => `${title}: its id is ${message.id}`);
    check(message.title !== '' && !/[\n\r]/.test(message.title), () => `${title}: its title`);
    for (const { label, text } of message.lines)
      check(text !== '' && text.length <= LONGEST_LINE, () => `${title}: ${label} is ${text}`);
    const same = before !== undefined && wordsOf(before) === wordsOf(message) && before.at === message.at;
    check(!same, () => `${title}: twice`);
    this.last[channel] = message;
    if (message.event === 'attention') this.lookedAt[channel] = message.at;
  }

  /** Nobody waits for a person, and nothing ends, without its having been told. */
  agreesWith({ outcome, attention, notified }: ReleaseState, waits: boolean): void {
    // Room is kept for the end, whatever was left out before it.
    const full = (notified?.leftOut ?? 0) > 0;
    for (const [channel, { events }] of this.plan.notify.entries()) {
      const last = this.last[channel];
      check(
        outcome === null || !events.includes(outcome) || last?.event === outcome,
        () => `${outcome}, and channel ${channel} was told ${last?.event} last`,
      );
      check(
        full ||
          !waits ||
          attention === null ||
          !events.includes('attention') ||
          (this.lookedAt[channel] ?? 0) >= attention.since,
        () => `a person must look, and channel ${channel} was not told: ${attention?.reason}`,
      );
    }
  }
}

const wordsOf = ({ event, title, lines }: Announcement): string => JSON.stringify([event, title, lines]);
