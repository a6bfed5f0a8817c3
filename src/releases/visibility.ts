/** Releases as the server lists them, without asking any worker. */
import type { WorkflowExecutionInfo } from '@temporalio/client';
import { releaseWorkflowId } from '../workflows/messages.js';
import { SEARCH_KEYS } from '../workflows/search-attributes.js';

/** One release in a list. What the server does not know is null. */
export interface ReleaseRow {
  app: string;
  version: string | null;
  /** The version that a rollback of its own brings back; null for a release. */
  rollbackTo: string | null;
  /** The IANA zone of the plan's windows. */
  zone: string | null;
  /** running, completed, failed, terminated … as Temporal calls it. */
  state: string;
  phase: string | null;
  outcome: string | null;
  percentage: number | null;
  paused: boolean;
  attention: boolean;
  startedAt: number;
  closedAt: number | null;
  workflowId: string;
  runId: string;
}

/** What a start leaves in the memo: for servers without our search attributes, and what a status does not have. */
export interface ReleaseMemo {
  app: string;
  version: string;
  /** The IANA zone of the plan's windows. */
  zone?: string;
  rollbackTo?: string;
  /** What was asked for, in one line (src/releases/plan-hash.ts). */
  planHash?: string;
  /** With which key it was asked for, where it was (src/releases/once.ts). */
  idempotencyKey?: string;
  /** Which of several equal attempts at once has started it. */
  attempt?: string;
}

type Listed = Pick<
  WorkflowExecutionInfo,
  'workflowId' | 'runId' | 'status' | 'startTime' | 'typedSearchAttributes'
> & { closeTime?: Date | undefined; memo?: Record<string, unknown> | undefined };

/** A row from what the server keeps about an execution. */
export function rowOf(info: Listed): ReleaseRow {
  const values: Record<string, unknown> = {};
  for (const key of SEARCH_KEYS) values[key.name] = info.typedSearchAttributes.get(key);
  const memo: Record<string, unknown> = info.memo ?? {};
  return {
    app: info.workflowId.replace(releaseWorkflowId(''), ''),
    version: text(values.WeappVersion) ?? text(memo.version),
    rollbackTo: text(memo.rollbackTo),
    zone: text(memo.zone),
    state: info.status.name.toLowerCase(),
    phase: text(values.ReleasePhase),
    outcome: text(values.ReleaseOutcome),
    percentage: typeof values.GrayPercentage === 'number' ? values.GrayPercentage : null,
    paused: values.ReleasePaused === true,
    attention: values.ReleaseAttention === true,
    startedAt: info.startTime.getTime(),
    closedAt: info.closeTime?.getTime() ?? null,
    workflowId: info.workflowId,
    runId: info.runId,
  };
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
