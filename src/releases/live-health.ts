/** What the running guard has measured since the release last decided: it lies in the guard's heartbeat. */
import type { WorkflowExecutionDescription } from '@temporalio/client';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import type { ReleaseStatus, Verdict } from '../domain/status.js';

export interface LiveMetric {
  failures: number;
  inconclusive: number;
  consecutiveErrors: number;
  last: { verdict: Verdict; value: number | null; at: number; message: string } | null;
}

export type LiveHealth = Record<string, LiveMetric>;

/** The guard's counters by metric; empty when no guard runs or what lies there cannot be read. */
export function liveHealthOf(raw: WorkflowExecutionDescription['raw']): LiveHealth {
  const guard = raw.pendingActivities?.find((activity) => activity.activityType?.name === 'guard');
  const payload = guard?.heartbeatDetails?.payloads?.[0];
  if (payload === undefined || payload === null) return {};
  try {
    return countersIn(defaultPayloadConverter.fromPayload(payload as Payload));
  } catch {
    // Another version of the worker, or an encrypted payload: the status alone is shown then.
    return {};
  }
}

function countersIn(details: unknown): LiveHealth {
  if (!isObject(details) || !isObject(details.counters)) return {};
  const entries = Object.entries(details.counters).flatMap(([name, entry]) =>
    isLive(entry) ? [[name, entry] as const] : [],
  );
  return Object.fromEntries(entries);
}

function isLive(entry: unknown): entry is LiveMetric {
  if (!isObject(entry)) return false;
  const counted = ['failures', 'inconclusive', 'consecutiveErrors'].every(
    (field) => typeof entry[field] === 'number',
  );
  const { last } = entry;
  return counted && (last === null || (isObject(last) && typeof last.at === 'number'));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The status with the guard's newer measurements in its health. */
export function withLiveHealth(status: ReleaseStatus, live: LiveHealth): ReleaseStatus {
  const health = status.health.map((metric) => {
    const newer = live[metric.name];
    if (newer?.last == null || !metric.active || newer.last.at < (metric.at ?? 0)) return metric;
    const { verdict, value, at, message } = newer.last;
    const { failures, inconclusive, consecutiveErrors } = newer;
    return { ...metric, verdict, value, at, message, failures, inconclusive, consecutiveErrors };
  });
  return { ...status, health };
}
