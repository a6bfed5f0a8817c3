/** The release as people and programs see it: built here, printed elsewhere. */

import { refusedWayBack } from './affected.js';
import { allowedCommands } from './allowed.js';
import { decide, type Step, stepSummary } from './decide.js';
import { gateOfStage, gateStatus, isStageOver } from './gates.js';
import { durationsOf } from './human-wait.js';
import { notificationNotices, notificationsOf } from './notifying/show.js';
import { activeMetrics, type ReleasePlan } from './plan.js';
import { platformDeadlineOf } from './platform-deadline.js';
import { auditOverdueAt, resubmitUntil } from './settle.js';
import { soakEndsAt, soakLeft } from './soak.js';
import type { ReleaseState } from './state.js';
import type { MetricStatus, ReleaseStatus, StageState, StageStatus } from './status.js';
import { perhapsOf } from './unproven.js';
import { percentageRead, theirsOf } from './users-have.js';
import { nextOf } from './view-next.js';
import { wayBackOf } from './view-way-back.js';

export { wayBackOf } from './view-way-back.js';

/** Of the commands that are remembered, how many are shown. */
const SHOWN_COMMANDS = 50;

/** The status at `now` (milliseconds since the epoch). */
export function statusOf(
  state: ReleaseState,
  plan: ReleasePlan,
  ids: { workflowId: string; runId: string },
  now: number,
): ReleaseStatus {
  const { step } = decide(state, plan, now);
  return {
    schemaVersion: 1,
    app: plan.app,
    version: plan.version,
    description: plan.description,
    kind: state.kind,
    ...ids,
    phase: state.phase,
    outcome: state.outcome,
    reason: reasonOf(state, step),
    percentage: percentageRead(state, plan),
    ...perhaps(state),
    theirs: theirsOf(state),
    paused: state.pauses,
    attention: state.attention,
    startedAt: state.startedAt,
    ...(state.startedBy === undefined ? {} : { startedBy: state.startedBy }),
    closedAt: state.closedAt,
    durations: durationsOf(state, now),
    audit: {
      auditId: state.audit.id,
      state: state.audit.state,
      submittedAt: state.audit.submittedAt,
      overdueAt: auditOverdueAt(state, plan),
      reason: state.audit.reason,
      resubmitUntil: resubmitUntil(state, plan),
    },
    trial: trialStatus(state),
    gate: gateStatus(state, plan, now),
    freeze: state.freeze,
    override: state.override,
    window: state.window,
    stages: plan.rollout.stages.map((_stage, index) => stageStatus(state, plan, index, step, now)),
    bake: bakeStatus(state, plan, now),
    health: healthStatus(state, plan),
    next: nextOf(state, plan, step, now),
    allowed: allowedCommands(state, plan, now),
    wayBack: refusedWayBack(state) ?? wayBackOf(state),
    platformDeadline: platformDeadlineOf(state, plan),
    previousVersion: state.target?.version ?? state.baseline?.online?.version ?? null,
    notices: [...noticesOf(state), ...notificationNotices(state, plan, now)],
    ...notificationsOf(state, plan),
    effects: state.effects,
    decisions: state.decisions,
    commands: state.commands.slice(-SHOWN_COMMANDS),
  };
}

/** A higher percentage that users have perhaps; at the end it is told by the reason. */
function perhaps(state: ReleaseState): Pick<ReleaseStatus, 'perhaps'> {
  const highest = state.phase === 'closed' || state.ladder.completingSince !== null ? null : perhapsOf(state);
  return highest === null ? {} : { perhaps: highest };
}

function noticesOf({ notices, ignored }: ReleaseState): string[] {
  if (ignored.count === 0) return notices;
  const what = ignored.count === 1 ? '1 message was' : `${ignored.count} messages were`;
  return [...notices, `${what} ignored; the last: ${ignored.last}`];
}

/** The trial version while it waits to be tried out and submitted. */
function trialStatus({ phase, trial }: ReleaseState): ReleaseStatus['trial'] {
  if (phase !== 'preparing' || trial === null) return null;
  return { uploadedAt: trial.uploadedSec === null ? null : trial.uploadedSec * 1_000 };
}

function reasonOf(state: ReleaseState, step: Step): string {
  if (state.phase === 'closed') return state.reason;
  if (state.phase === 'reverting')
    return state.attention?.reason ?? `takes users back: ${state.ending?.reason ?? ''}`;
  return stepSummary(step);
}

function stageState(
  state: ReleaseState,
  plan: ReleasePlan,
  index: number,
  step: Step,
  now: number,
): StageState {
  const { ladder } = state;
  const completing = ladder.completingSince !== null && state.phase === 'rolling';
  if (ladder.confirmations[index] === null) {
    if (index < ladder.stage) return 'skipped';
    if (completing && index === plan.rollout.stages.length - 1)
      return gateOfStage(state, plan, now).open ? 'releasing' : 'waiting';
    return step.do === 'effect' && step.effect === 'grayRelease' && step.stage === index
      ? 'releasing'
      : 'pending';
  }
  if (index < ladder.stage || completing || state.phase === 'baking' || state.outcome === 'released')
    return 'done';
  if (state.phase !== 'rolling') return index < ladder.stage || ladder.everOnline ? 'done' : 'ended';
  if (!isStageOver(state, plan, now))
    return ladder.soak !== null && soakLeft(ladder.soak, now) > 0 ? 'soaking' : 'holding';
  return gateOfStage(state, plan, now).open ? 'confirming' : 'waiting';
}

function stageStatus(
  state: ReleaseState,
  plan: ReleasePlan,
  index: number,
  step: Step,
  now: number,
): StageStatus {
  const stage = plan.rollout.stages[index];
  const phase = stageState(state, plan, index, step, now);
  const soaks = state.phase === 'rolling' && state.ladder.completingSince === null;
  const soak = soaks && index === state.ladder.stage ? state.ladder.soak : null;
  return {
    percentage: stage?.percentage ?? 0,
    members: stage?.members ?? [],
    hold: stage?.hold ?? false,
    state: phase,
    soakMs: stage?.soakMs ?? 0,
    confirmedAt: state.ladder.confirmations[index] ?? null,
    remainingMs: soak === null ? null : soakLeft(soak, now),
    soakEndsAt: soak === null ? null : soakEndsAt(soak),
  };
}

function bakeStatus(state: ReleaseState, plan: ReleasePlan, now: number): ReleaseStatus['bake'] {
  const soak = state.phase === 'baking' ? state.ladder.soak : null;
  return {
    state: state.outcome === 'released' ? 'done' : state.phase === 'baking' ? 'baking' : 'pending',
    bakeMs: plan.rollout.bakeMs,
    remainingMs: soak === null ? null : soakLeft(soak, now),
    endsAt: soak === null ? null : soakEndsAt(soak),
  };
}

function healthStatus(state: ReleaseState, plan: ReleasePlan): MetricStatus[] {
  const running = state.phase === 'rolling' || state.phase === 'baking';
  const active = running ? activeMetrics(plan, perhapsOf(state) ?? state.ladder.percentage) : [];
  return plan.health.map((metric) => {
    const counters = state.pushed[metric.name] ?? state.guard.counters[metric.name];
    const last = state.judgements[metric.name];
    return {
      name: metric.name,
      active: active.includes(metric),
      dryRun: metric.dryRun,
      verdict: last?.verdict ?? null,
      value: last?.value ?? null,
      at: last?.at ?? null,
      message: last?.message ?? '',
      failures: counters?.failures ?? 0,
      inconclusive: counters?.inconclusive ?? 0,
      consecutiveErrors: counters?.consecutiveErrors ?? 0,
    };
  });
}
