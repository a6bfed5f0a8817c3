/** The release as people and programs see it: built here, printed elsewhere. */
import { VERB_HELP, VERBS, type Verb } from './commands.js';
import { decide, type Step, stepSummary } from './decide.js';
import { activeMetrics, type ReleasePlan } from './plan.js';
import { auditOverdueAt, platformDeadlineOf } from './settle.js';
import { soakEndsAt, soakLeft } from './soak.js';
import { isPaused, mayRunGray, type ReleaseState } from './state.js';
import type {
  AllowedCommand,
  MetricStatus,
  ReleaseStatus,
  StageState,
  StageStatus,
  WayBack,
} from './status.js';
import { admit } from './steer.js';

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
    ...ids,
    phase: state.phase,
    outcome: state.outcome,
    reason: reasonOf(state, step),
    percentage: state.ladder.percentage,
    paused: state.pauses,
    attention: state.attention,
    startedAt: state.startedAt,
    closedAt: state.closedAt,
    audit: {
      auditId: state.audit.id,
      state: state.audit.state,
      submittedAt: state.audit.submittedAt,
      overdueAt: auditOverdueAt(state, plan),
      reason: state.audit.reason,
    },
    stages: plan.rollout.stages.map((_stage, index) => stageStatus(state, plan, index, step, now)),
    bake: bakeStatus(state, plan, now),
    health: healthStatus(state, plan),
    next: nextOf(state, plan, step, now),
    allowed: allowedCommands(state, plan, now),
    wayBack: wayBackOf(state),
    platformDeadline: platformDeadlineOf(state),
    previousVersion: state.baseline?.online?.version ?? null,
    notices: state.notices,
    effects: state.effects,
    decisions: state.decisions,
    commands: state.commands,
  };
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
  if (ladder.confirmations[index] === null) {
    if (index < ladder.stage) return 'skipped';
    return step.do === 'effect' && step.effect === 'grayRelease' && step.stage === index
      ? 'releasing'
      : 'pending';
  }
  if (index < ladder.stage || state.phase !== 'rolling') return 'done';
  if (ladder.soak !== null && soakLeft(ladder.soak, now) > 0 && !ladder.promoted) return 'soaking';
  if (plan.rollout.stages[index]?.hold && !ladder.promoted) return 'holding';
  return 'confirming';
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
  const soak = state.phase === 'rolling' && index === state.ladder.stage ? state.ladder.soak : null;
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
  const active = running ? activeMetrics(plan, state.ladder.percentage) : [];
  return plan.health.map((metric) => {
    const counters = state.pushed[metric.name] ?? state.guard.counters[metric.name];
    const last = state.judgements[metric.name];
    return {
      name: metric.name,
      active: active.includes(metric),
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

/** What comes after what is going on now. */
function nextOf(state: ReleaseState, plan: ReleasePlan, step: Step, now: number): ReleaseStatus['next'] {
  if (state.phase === 'closed') return { what: 'nothing: the release is closed', at: null };
  if (state.attention !== null) return { what: state.attention.remedy, at: null };
  if (step.do !== 'wait') return { what: stepSummary(step), at: now };
  if (isPaused(state)) return { what: 'waits for resume', at: null };
  const { ladder } = state;
  const ends = ladder.soak === null ? null : soakEndsAt(ladder.soak);
  if (state.phase === 'auditing') return { what: 'the ladder, once WeChat approves', at: null };
  if (state.phase === 'baking') return { what: 'released, once health is confirmed', at: ends };
  if (state.phase === 'reverting')
    return state.wayBack.choice?.way === 'pending'
      ? { what: 'rolls back as soon as it is online', at: null }
      : { what: 'closes as soon as a second reading agrees', at: step.until };
  const next = plan.rollout.stages[ladder.full ? plan.rollout.stages.length - 1 : ladder.stage + 1];
  const hold = plan.rollout.stages[ladder.stage]?.hold && !ladder.promoted;
  return {
    what: `${next?.percentage ?? 100} %${hold ? ', once promoted' : ', once health is confirmed'}`,
    at: !hold && ends !== null && ends > now ? ends : null,
  };
}

function allowedCommands(state: ReleaseState, plan: ReleasePlan, now: number): AllowedCommand[] {
  const who = { by: 'you', reason: 'why' };
  const payload = (verb: Verb): Record<string, unknown> => {
    if (verb === 'promote') return { expect: state.ladder.percentage, ...who };
    const metric = state.pauses.find((pause) => pause.kind === 'metric')?.metric;
    if (verb === 'resume' && metric !== undefined) return { metric, ...who };
    return who;
  };
  return VERBS.flatMap((verb) => {
    const json = payload(verb);
    const command = { verb, commandId: '', via: 'signal' as const, ...who, ...json };
    const useful = !(verb === 'pause' && isPaused(state)) && !(verb === 'abort' && state.ending !== null);
    const taken = state.phase !== 'closed' && useful && admit(state, plan, command, now).accepted;
    return taken ? [{ verb, json, does: VERB_HELP[verb] }] : [];
  });
}

/** Whether and how users can be taken back right now, as far as the last readings tell. */
export function wayBackOf(state: ReleaseState): WayBack {
  const { baseline, ladder, phase } = state;
  const before = baseline?.online?.version ?? null;
  if (phase === 'closed') {
    const stays = state.outcome === 'released' && before !== null;
    return {
      way: 'none',
      text: stays
        ? `the release is closed; the console can still bring ${before} back`
        : 'nothing to take back',
    };
  }
  if (ladder.everOnline) {
    if (before === null)
      return {
        way: 'impossible',
        text: 'nothing was online before; change_visitstatus can close the app to everyone by hand',
      };
    return {
      way: 'revertcoderelease',
      text: `everyone back to ${before}; WeChat allows it once per version`,
    };
  }
  if (ladder.stage >= 0 || mayRunGray(state))
    return {
      way: 'revertgrayrelease',
      text: `the ${ladder.percentage} % go back to ${before ?? 'the version before'} at once`,
    };
  return { way: 'none', text: 'no user has this version yet' };
}
