/**
 * Everything that can be said to a release and asked of it. Importable by everyone; nothing here runs.
 *
 * Each verb is a Signal and an Update of the same name: the Signal works from the Web UI and with no worker up and
 * never answers, the Update is validated and answers with the new status. Both take one JSON object.
 */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { ReleasePlan } from '../domain/plan.js';
import type { Decision, ReleaseStatus } from '../domain/status.js';

/** The workflow's name, task queue and id; the id is the lock: one live release per app. */
export const RELEASE_WORKFLOW = 'release';
export const CHECK_WORKFLOW = 'check';
export const TASK_QUEUE = 'weapp-rollout';
export function releaseWorkflowId(app: string): string {
  return `release:${app}`;
}

export interface ReleaseInput {
  plan: ReleasePlan;
  /** Whether the namespace knows the search attributes; writing unknown ones would wedge the workflow. */
  searchAttributes: boolean;
  /** Who started it, as they said. */
  startedBy: string;
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
}
export interface PromoteInput extends CommandInput {
  expect?: number;
  full?: boolean;
}
export interface AbortInput extends CommandInput {
  withdrawAudit?: boolean;
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
}

export const pauseSignal = defineSignal<[CommandInput?]>('pause');
export const resumeSignal = defineSignal<[ResumeInput?]>('resume');
export const promoteSignal = defineSignal<[PromoteInput?]>('promote');
export const abortSignal = defineSignal<[AbortInput?]>('abort');
export const retrySignal = defineSignal<[CommandInput?]>('retry');
export const giveUpSignal = defineSignal<[CommandInput?]>('giveUp');
export const healthReportSignal = defineSignal<[HealthReportInput?]>('healthReport');
export const auditResultSignal = defineSignal<[AuditResultInput?]>('auditResult');

export const pauseUpdate = defineUpdate<ReleaseStatus, [CommandInput?]>('pause');
export const resumeUpdate = defineUpdate<ReleaseStatus, [ResumeInput?]>('resume');
export const promoteUpdate = defineUpdate<ReleaseStatus, [PromoteInput?]>('promote');
export const abortUpdate = defineUpdate<ReleaseStatus, [AbortInput?]>('abort');
export const retryUpdate = defineUpdate<ReleaseStatus, [CommandInput?]>('retry');
export const giveUpUpdate = defineUpdate<ReleaseStatus, [CommandInput?]>('giveUp');

export const statusQuery = defineQuery<ReleaseStatus>('status');
export const historyQuery = defineQuery<Decision[]>('history');
