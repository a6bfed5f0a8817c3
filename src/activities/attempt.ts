/** One attempt of an activity: its clock, its deadline, and what it leaves to the next attempt. */
import { activityInfo, cancellationSignal, heartbeat } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';

/** What an attempt needs before its end to report that end; milliseconds. */
const MARGIN_MS = 3_000;
/** Between two attempts at least, milliseconds: an interval that nobody checked must not become a storm of requests. */
const LEAST_DELAY_MS = 100;

export interface Attempt<Memory> {
  number: number;
  /**
   * Milliseconds since the epoch. Never behind the server: where time is skipped or this machine's clock is slow,
   * the attempt's scheduled moment counts.
   */
  now(): number;
  /** Fires before the attempt's time is up, so that nothing of it overlaps the next one. */
  deadline: AbortSignal;
  /** The same, and also when the activity is cancelled: for readings. */
  untilCancelled: AbortSignal;
  /** What the latest attempt left. */
  memory: Memory | undefined;
  remember(memory: Memory): void;
}

export function beginAttempt<Memory>(): Attempt<Memory> {
  const info = activityInfo();
  const begun = performance.now();
  const deadline = AbortSignal.timeout(Math.max(1_000, info.startToCloseTimeoutMs - MARGIN_MS));
  return {
    number: info.attempt,
    now: () =>
      Math.round(Math.max(Date.now(), info.currentAttemptScheduledTimestampMs + performance.now() - begun)),
    deadline,
    untilCancelled: AbortSignal.any([deadline, cancellationSignal()]),
    memory: info.heartbeatDetails as Memory | undefined,
    remember: (memory) => heartbeat(memory),
  };
}

/** Ends an attempt so that the server tries again after a delay; costs no history event and no worker slot. */
export function tryAgain(afterMs: number, why: string): ApplicationFailure {
  const failure = ApplicationFailure.create({
    message: why,
    type: 'NotYet',
    category: ApplicationFailureCategory.BENIGN,
    nextRetryDelay: Math.max(LEAST_DELAY_MS, Math.round(afterMs)),
  });
  // Nothing went wrong, so there is nothing to trace; the Web UI shows the message while it waits.
  failure.stack = '';
  return failure;
}

/** Doubles from one second to half a minute. */
export function backOffMs(failures: number): number {
  return Math.min(1_000 * 2 ** Math.max(0, failures - 1), 30_000);
}
