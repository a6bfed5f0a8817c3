/** What the server knows of work that does not come off at once: activities tried again, workflow tasks that fail. */
import type { WorkflowExecutionDescription } from '@temporalio/client';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { EFFECTS, type EffectName } from '../domain/effects.js';
import type { Temporal } from './connection.js';

/** What is going on at this moment and does not come off at once. */
export interface Trying {
  /** The call or reading, such as `grayrelease`. */
  what: string;
  attempt: number;
  /** Why the last attempt was not the end of it. */
  why: string;
  /** When the next one begins, milliseconds since the epoch; null while one runs. */
  nextAt: number | null;
}

type Raw = WorkflowExecutionDescription['raw'];
type Activity = NonNullable<Raw['pendingActivities']>[number];

/** What a release waits for, by activity. The guard and the audit's watch are tried again all the time: no news. */
const READINGS: Record<string, string> = {
  survey: 'reading what WeChat has now',
  surveyWayBack: 'reading which way back there is',
  nextOpening: 'looking up the next window',
  confirm: 'confirming health',
  authenticate: 'verifying a signature',
};

/** What is being tried again, or was stopped by an operator of Temporal; null when all goes well. */
export function tryingOf({ pendingActivities }: Raw): Trying | null {
  const stopped = pendingActivities?.find(({ paused }) => paused === true);
  if (stopped)
    return {
      what: nameOf(stopped) ?? stopped.activityType?.name ?? 'an activity',
      attempt: stopped.attempt ?? 1,
      why: 'someone paused this activity in Temporal; `temporal activity unpause` lets it go on',
      nextAt: null,
    };
  const again = pendingActivities?.find((activity) => nameOf(activity) !== null && activity.lastFailure);
  if (!again) return null;
  return {
    what: nameOf(again) ?? '',
    attempt: again.attempt ?? 1,
    why: [again.lastFailure?.message ?? '', answerOf(again)].filter(Boolean).join('; '),
    nextAt: momentOf(again.nextAttemptScheduleTime),
  };
}

function nameOf({ activityType }: Activity): string | null {
  const type = activityType?.name ?? '';
  return type in EFFECTS ? EFFECTS[type as EffectName].endpoint : (READINGS[type] ?? null);
}

/** What WeChat answered a write that is read back since: it lies in the activity's heartbeat. Empty when it is said anyway. */
function answerOf({ heartbeatDetails, lastFailure }: Activity): string {
  const payload = heartbeatDetails?.payloads?.[0];
  if (payload === undefined || payload === null) return '';
  try {
    const memory: unknown = defaultPayloadConverter.fromPayload(payload as Payload);
    if (typeof memory !== 'object' || memory === null || !('writes' in memory)) return '';
    const answer = 'lastAnswer' in memory && typeof memory.lastAnswer === 'string' ? memory.lastAnswer : '';
    if (answer === '' || lastFailure?.message?.includes(answer)) return '';
    return `the last answer was ${answer}, sent ${memory.writes} ${memory.writes === 1 ? 'time' : 'times'}`;
  } catch {
    // Another version of the worker, or an encrypted payload.
    return '';
  }
}

/** A moment of the server, milliseconds since the epoch. */
function momentOf(time: Activity['nextAttemptScheduleTime']): number | null {
  return time?.seconds ? Number(time.seconds) * 1_000 + Math.floor((time.nanos ?? 0) / 1_000_000) : null;
}

/** How many of the latest events are looked through for the failure. */
const LATEST = 10;

/** Why a worker fails at a release again and again, as the history has it; null when that cannot be told. */
export async function taskFailure(
  { connection, namespace }: Temporal,
  execution: { workflowId: string; runId: string },
): Promise<string | null> {
  const { history } = await connection.workflowService.getWorkflowExecutionHistoryReverse({
    namespace,
    execution,
    maximumPageSize: LATEST,
  });
  // The latest first: a failure before a task that was completed is over.
  const last = history?.events?.find(
    (event) => event.workflowTaskFailedEventAttributes || event.workflowTaskCompletedEventAttributes,
  );
  return last?.workflowTaskFailedEventAttributes?.failure?.message || null;
}
