/** What happens in the simulated WeChat that it tells others of, in pushes. */
import type { Happening } from './machine.js';
import type { Judgement } from './state.js';

/** A verdict has fallen. `at`: milliseconds since the epoch. */
export interface Verdict {
  kind: 'verdict';
  app: string;
  at: number;
  status: Judgement['status'];
  reason: string;
  /** Media ids, with | between them. */
  screenshot: string;
}

/** A platform has asked for its tickets (api_start_push_ticket). */
export interface TicketsStarted {
  kind: 'ticketsStarted';
  component: string;
}

export type Announcement = Verdict | TicketsStarted;

const STATUS: Readonly<Record<string, Judgement['status']>> = {
  auditApproved: 0,
  auditRejected: 1,
  auditDelayed: 4,
};

/** The verdict that a happening of an app is, or undefined. */
export function verdictOf(
  app: string,
  { what, at, reason = '', screenshot = '' }: Happening,
): Verdict | undefined {
  const status = Object.hasOwn(STATUS, what) ? STATUS[what] : undefined;
  return status === undefined ? undefined : { kind: 'verdict', app, at, status, reason, screenshot };
}
