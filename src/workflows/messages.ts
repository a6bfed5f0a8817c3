/**
 * Everything that can be said to a release and asked of it. Importable by everyone; nothing here runs.
 *
 * Each verb is a Signal and an Update of the same name: the Signal works from the Web UI and with no worker up and
 * never answers, the Update is validated and answers with the new status. Both take one JSON object.
 */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { ChannelKind } from '../domain/notifying/events.js';
import type { Delivered } from '../domain/notifying/notified.js';
import type { AuditItem, ReleasePlan } from '../domain/plan.js';
import type { StoredPlan } from '../domain/plan-defaults.js';
import type { ReleaseState, Target } from '../domain/state.js';
import type { Decision, ReleaseStatus } from '../domain/status.js';

/** The workflow's name, task queue and id; the id is the lock: one live release per app. */
export const RELEASE_WORKFLOW = 'release';
export const ROLLBACK_WORKFLOW = 'rollback';
export const CHECK_WORKFLOW = 'check';
export const TEST_NOTIFICATIONS_WORKFLOW = 'testNotifications';
export const TASK_QUEUE = 'weapp-rollout';
/**
 * How long a worker may take to answer a workflow task. After a storm of messages it may have to replay ten thousand of
 * them first; one that needs longer than this on a busy machine would begin again for ever.
 */
export const TASK_TIMEOUT = '30s';
export function releaseWorkflowId(app: string): string {
  return `release:${app}`;
}

export interface ReleaseInput {
  /** As src/plan makes it; a release that runs has it as it was made then. */
  plan: StoredPlan;
  /** Whether the namespace knows the search attributes; writing unknown ones would wedge the workflow. */
  searchAttributes: boolean;
  /** Who started it, as they said. */
  startedBy: string;
  /** What a run that became too long hands to the next; never given at a start. */
  carried?: ReleaseState;
}

/** Brings everyone from the online version back to another that WeChat lists: after a release is closed. */
export interface RollbackInput {
  app: string;
  /** The version that is online, so that nobody else's is taken back. */
  from: string;
  to: Target;
  by: string;
  reason: string;
  searchAttributes: boolean;
  carried?: ReleaseState;
}

/** Tries out the channels of a plan. */
export interface TestNotificationsInput {
  plan: Pick<ReleasePlan, 'app' | 'version' | 'description' | 'notify'>;
  /** Only this one, counted from 1. */
  channel?: number;
}
/** What came of it for one channel, counted from 1. */
export interface TestedChannel {
  channel: number;
  kind: ChannelKind;
  result: Delivered;
}

/** One JSON object; every field may be left out. */
export interface CommandInput {
  by?: string;
  reason?: string;
  commandId?: string;
}
export interface ResumeInput extends CommandInput {
  metric?: string;
  restart?: boolean;
  /** Take over a percentage that someone raised in the console. */
  adopt?: boolean;
}
export interface PromoteInput extends CommandInput {
  expect?: number;
  full?: boolean;
}
export interface AbortInput extends CommandInput {
  withdrawAudit?: boolean;
}
/** For the gate that waits; `signature`: see docs/identities.md. */
export interface ApprovalInput extends CommandInput {
  gate?: string;
  signature?: string;
}
/** One of the two: a version that WeChat lists, or its number there. */
export interface RollbackToInput extends CommandInput {
  version?: string;
  appVersion?: number;
}
export interface ResubmitInput extends CommandInput {
  items?: AuditItem[];
  template?: number;
}
/** One of `until` (ISO text or milliseconds since the epoch) and `for` (such as `2d`). */
export interface FreezeInput extends CommandInput {
  until?: string | number;
  for?: string;
}
export interface UnfreezeInput extends CommandInput {
  override?: boolean;
}
/** Only wakes a reading of get_auditstatus; what it says is not believed. */
export interface AuditResultInput {
  auditid?: number | string;
  status?: number;
  reason?: string;
  at?: number;
}
export interface HealthReportInput {
  metric: string;
  value?: number;
  verdict?: 'pass' | 'fail';
  samples?: number;
  /** When it was measured, milliseconds since the epoch. */
  at?: number;
  /** One that is sent again with the same id counts once. */
  commandId?: string;
}

/** What a query is answered with that came too early (stale-time.ts); clients may ask again at once. */
export const ASK_AGAIN = 'asked before the workflow task that is due: ask again';

export const pauseSignal = defineSignal<[CommandInput?]>('pause');
export const resumeSignal = defineSignal<[ResumeInput?]>('resume');
export const promoteSignal = defineSignal<[PromoteInput?]>('promote');
export const abortSignal = defineSignal<[AbortInput?]>('abort');
export const approveSignal = defineSignal<[ApprovalInput?]>('approve');
export const refuseSignal = defineSignal<[ApprovalInput?]>('refuse');
export const rollbackSignal = defineSignal<[RollbackToInput?]>('rollback');
export const resubmitSignal = defineSignal<[ResubmitInput?]>('resubmit');
export const freezeSignal = defineSignal<[FreezeInput?]>('freeze');
export const unfreezeSignal = defineSignal<[UnfreezeInput?]>('unfreeze');
export const retrySignal = defineSignal<[CommandInput?]>('retry');
export const giveUpSignal = defineSignal<[CommandInput?]>('giveUp');
export const healthReportSignal = defineSignal<[HealthReportInput?]>('healthReport');
export const healthReportUpdate = defineUpdate<ReleaseStatus, [HealthReportInput?]>('healthReport');
export const auditResultSignal = defineSignal<[AuditResultInput?]>('auditResult');

export const pauseUpdate = defineUpdate<ReleaseStatus, [CommandInput?]>('pause');
export const resumeUpdate = defineUpdate<ReleaseStatus, [ResumeInput?]>('resume');
export const promoteUpdate = defineUpdate<ReleaseStatus, [PromoteInput?]>('promote');
export const abortUpdate = defineUpdate<ReleaseStatus, [AbortInput?]>('abort');
export const approveUpdate = defineUpdate<ReleaseStatus, [ApprovalInput?]>('approve');
export const refuseUpdate = defineUpdate<ReleaseStatus, [ApprovalInput?]>('refuse');
export const rollbackUpdate = defineUpdate<ReleaseStatus, [RollbackToInput?]>('rollback');
export const resubmitUpdate = defineUpdate<ReleaseStatus, [ResubmitInput?]>('resubmit');
export const freezeUpdate = defineUpdate<ReleaseStatus, [FreezeInput?]>('freeze');
export const unfreezeUpdate = defineUpdate<ReleaseStatus, [UnfreezeInput?]>('unfreeze');
export const retryUpdate = defineUpdate<ReleaseStatus, [CommandInput?]>('retry');
export const giveUpUpdate = defineUpdate<ReleaseStatus, [CommandInput?]>('giveUp');

export const statusQuery = defineQuery<ReleaseStatus>('status');
export const historyQuery = defineQuery<Decision[]>('history');
