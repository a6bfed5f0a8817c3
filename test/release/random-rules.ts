/** What must hold of every release, read from outside: the ledger, the history, the statuses. */
import type { Metric } from '../../src/domain/plan.js';
import { tokenOf } from '../support/release.js';
import { SERIES } from './random-plans.js';
import { brokenLedger } from './random-rules-ledger.js';
import { brokenMessages } from './random-rules-messages.js';
import { brokenStatuses } from './random-rules-status.js';
import { brokenSteps } from './random-rules-steps.js';
import { Story } from './random-story.js';
import type { Played } from './random-world.js';

/** A release that was run, and the two books that are kept beside it. */
export interface Known {
  played: Played;
  story: Story;
  /** Whether the metric's own values were good a moment before `at`. */
  wasGood(metric: Metric, at: number): boolean;
}

/** A measurement takes its time. */
const MEASURING_MS = 2_000;

/** Which rules did not hold, each once. */
export function violations(played: Played): string[] {
  const story = new Story(played.plan, [...played.seen.map(({ status }) => status), played.final]);
  const known: Known = { played, story, wasGood: (metric, at) => wasGood(played, metric, at) };
  const token = played.text.includes(tokenOf(played.plan.app)) ? ['a token is in its history'] : [];
  const all = [
    ...played.broken,
    ...brokenStatuses(known),
    ...brokenSteps(known),
    ...brokenLedger(known),
    ...brokenMessages(known),
    ...token,
  ];
  return [...new Set(all)];
}

function wasGood({ values }: Played, { name }: Metric, at: number): boolean {
  const series = SERIES[name as keyof typeof SERIES];
  const own = values.filter((entry) => entry.name === series);
  return own.some((entry, index) => {
    const until = own[index + 1]?.at ?? Number.POSITIVE_INFINITY;
    return entry.value !== 'NaN' && entry.value <= 0.01 && entry.at <= at && until >= at - MEASURING_MS;
  });
}
