/** The message of `notifications test`. */
import { shellWord } from '../command-line.js';
import type { ReleasePlan } from '../plan.js';
import { short } from './message.js';
import type { Announcement } from './notified.js';

/** A message that says of itself that it is a test. @param name the channel's */
export function testMessage(
  { app, version, description }: Pick<ReleasePlan, 'app' | 'version' | 'description'>,
  name: string,
  now: number,
): Announcement {
  return {
    id: `${app}-test-${now}`,
    sequence: 0,
    at: now,
    event: 'notice',
    reminder: 0,
    ...{ app, version },
    phase: 'preparing',
    outcome: null,
    percentage: 0,
    title: `${version}: a test message`,
    lines: [
      { label: 'App', text: short(`${app}, ${description}`, 120) },
      { label: 'Why', text: `somebody tries out ${name} of a plan; nothing is released` },
    ],
    command: `weapp-rollout status ${shellWord(app)}`,
  };
}
