/** `notifications test`: one message to each channel of a plan, sent by a worker because addresses and secrets are there. */
import { channelName } from '../domain/notifying/events.js';
import type { Announcement, Delivered } from '../domain/notifying/notified.js';
import { testMessage } from '../domain/notifying/test-message.js';
import type { ReleasePlan } from '../domain/plan.js';
import { messages } from './activities.js';
import type { TestedChannel, TestNotificationsInput } from './messages.js';

/** Tries each channel once, one after the other; the answer says what came of each. */
export async function testNotifications(input: TestNotificationsInput): Promise<TestedChannel[]> {
  const { plan } = input;
  const tested: TestedChannel[] = [];
  for (const [index, channel] of plan.notify.entries()) {
    if (input.channel !== undefined && input.channel !== index + 1) continue;
    const result = await sendTest(plan, index, testMessage(plan, channelName(index, channel), Date.now()));
    tested.push({ channel: index + 1, kind: channel.kind, result });
  }
  return tested;
}

async function sendTest(
  { notify }: Pick<ReleasePlan, 'notify'>,
  index: number,
  message: Announcement,
): Promise<Delivered> {
  const channel = notify[index];
  if (channel === undefined) throw new Error(`the plan has no channel ${index}`);
  try {
    return await messages.notify.executeWithOptions(
      { summary: `test ${channelName(index, channel)}`, retry: { maximumAttempts: 1 } },
      [{ channel, message, until: 0 }],
    );
  } catch {
    return { sent: false, reason: 'the worker came to no end with it', remedy: 'see the workers’ log' };
  }
}
