/** What the history of a release has beyond its status: how it was begun, what was measured, what was pushed. */
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { optionalTsToMs } from '@temporalio/common/lib/time.js';
import type { ReleaseInput, RollbackInput } from '../../workflows/messages.js';

/** A guard's or a confirmation's end. */
export interface Watched {
  activity: 'guard' | 'confirm';
  input: unknown;
  result: unknown;
}

/** What came as a healthReport, and when, milliseconds since the epoch. */
export interface Pushed {
  at: number;
  payload: unknown;
}

export interface Recordings {
  input: Partial<ReleaseInput & RollbackInput>;
  /** The run before this one, when it goes on from another. */
  before: string | null;
  watched: Watched[];
  pushed: Pushed[];
}

/** The part of a history's event that is read here; protobuf makes every field optional. */
export interface RecordedEvent {
  eventId?: unknown;
  eventTime?: Parameters<typeof optionalTsToMs>[0];
  workflowExecutionStartedEventAttributes?: {
    input?: Payloads;
    continuedExecutionRunId?: string | null;
  } | null;
  activityTaskScheduledEventAttributes?: {
    activityType?: { name?: string | null } | null;
    input?: Payloads;
  } | null;
  activityTaskCompletedEventAttributes?: { scheduledEventId?: unknown; result?: Payloads } | null;
  workflowExecutionSignaledEventAttributes?: { signalName?: string | null; input?: Payloads } | null;
}

type Payloads = { payloads?: unknown[] | null } | null;

/** Reads one run's history. What cannot be decoded, as where payloads are encrypted, is left out. */
export function recordingsOf(events: readonly RecordedEvent[]): Recordings {
  const started = events[0]?.workflowExecutionStartedEventAttributes;
  const scheduled = new Map<string, { activity: Watched['activity']; input: unknown }>();
  const watched: Watched[] = [];
  const pushed: Pushed[] = [];
  for (const event of events) {
    const {
      activityTaskScheduledEventAttributes: begun,
      activityTaskCompletedEventAttributes: done,
      workflowExecutionSignaledEventAttributes: signaled,
    } = event;
    const activity = begun?.activityType?.name;
    if (activity === 'guard' || activity === 'confirm')
      scheduled.set(String(event.eventId), { activity, input: decoded(begun?.input) });
    const ended = done == null ? undefined : scheduled.get(String(done.scheduledEventId));
    if (ended !== undefined) watched.push({ ...ended, result: decoded(done?.result) });
    if (signaled?.signalName === 'healthReport')
      pushed.push({ at: optionalTsToMs(event.eventTime) ?? 0, payload: decoded(signaled.input) });
  }
  const input = decoded(started?.input);
  return {
    input: typeof input === 'object' && input !== null ? input : {},
    before: started?.continuedExecutionRunId || null,
    watched,
    pushed,
  };
}

/** The first of several payloads; undefined when there is none or it cannot be read. */
function decoded(payloads: Payloads | undefined): unknown {
  const payload = payloads?.payloads?.[0];
  if (payload === undefined || payload === null) return undefined;
  try {
    return defaultPayloadConverter.fromPayload(payload as Payload);
  } catch {
    return undefined;
  }
}
