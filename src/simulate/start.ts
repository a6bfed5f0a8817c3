/** When a simulation begins: windows and weekends depend on it. */
import type { ReleasePlan } from '../domain/plan.js';
import { nextOpening } from '../windows/openings.js';
import { showTime } from '../windows/wall-clock.js';
import type { Scenario } from './scenario.js';

/** WeChat's own zone. */
const CHINA = 'Asia/Shanghai';
const WEEK_MS = 7 * 24 * 3_600_000;

/** The start lies in the past, which the server's clock cannot go back to. */
export class StartError extends Error {
  override readonly name = 'StartError';

  constructor(start: number) {
    super(
      `start: ${new Date(start).toISOString()} is past, and time only goes forward\nwrite a moment to come, write now, or leave it out: then it is the next Monday at 10:00`,
    );
  }
}

/** The zone of the plan's windows, else China's. */
export function zoneOf({ rollout }: Pick<ReleasePlan, 'rollout'>): string {
  return rollout.windows?.timezone ?? CHINA;
}

/**
 * When it begins, milliseconds since the epoch: as the scenario says, else on the next Monday at 10 o'clock in the zone of
 * the plan's windows, so that the same plan looks the same on whatever day it is tried.
 * @throws StartError
 */
export function startMoment(
  plan: Pick<ReleasePlan, 'rollout'>,
  start: Scenario['start'],
  now: number,
): number {
  if (start === 'now') return now;
  if (start !== null) {
    if (start < now) throw new StartError(start);
    return start;
  }
  const monday = { timezone: zoneOf(plan), days: ['mon' as const], hours: { from: '10:00', to: '10:01' } };
  const opens = nextOpening(monday, now)?.opensAt ?? now;
  return opens < now ? opens + WEEK_MS : opens;
}

/** `Mon 2026-11-23 10:00:06`, as a clock in the zone shows it. */
export function clockText(at: number, timezone: string): string {
  const seconds = String(Math.floor(at / 1_000) % 60).padStart(2, '0');
  return `${showTime(at, timezone)}:${seconds}`;
}
