/** What a command does to a release. Pure; a refusal says why and, where it can, what to send instead. */
import { ADMISSION, type Command, type HealthReport } from './commands.js';
import { count, decideHealth, judge, judgeReported, NO_COUNTS } from './health.js';
import { activeMetrics, type ReleasePlan } from './plan.js';
import { close } from './settle.js';
import { resumeSoak, startSoak, stopSoak } from './soak.js';
import { isPaused, MAX_COMMANDS, mayRunGray, notice, type ReleaseState, tell } from './state.js';
import { applyHealth } from './verdicts.js';

export interface Steered {
  state: ReleaseState;
  accepted: boolean;
  message: string;
}

type Handler = (state: ReleaseState, plan: ReleasePlan, command: Command, now: number) => Steered;

const refuse = (state: ReleaseState, message: string): Steered => ({ state, accepted: false, message });
const accept = (state: ReleaseState, message: string): Steered => ({ state, accepted: true, message });

const HANDLERS: Record<Command['verb'], Handler> = { pause, resume, promote, abort, retry, giveUp };

/** Whether a command would be taken now; the message says why not. Changes nothing. */
export function admit(state: ReleaseState, plan: ReleasePlan, command: Command, now: number): Steered {
  // Temporal's cancel brings no id of its own, and nobody may take it away by using one.
  const known =
    command.via === 'cancel' ? undefined : state.commands.find(({ id }) => id === command.commandId);
  if (known !== undefined && known.verb !== command.verb)
    return refuse(
      state,
      `commandId ${command.commandId} was used for ${known.verb}; give every command its own`,
    );
  if (known !== undefined) return { state, accepted: known.accepted, message: known.message };
  const admission = ADMISSION[command.verb][state.phase];
  if (admission === 'no') return refuse(state, `${command.verb} is not possible while ${state.phase}`);
  if (admission === 'noop') return accept(state, `nothing to do: the release is ${state.phase}`);
  if (admission === 'attention' && state.attention === null)
    return refuse(state, `${command.verb} is for a release that needs a person; this one goes on by itself`);
  return HANDLERS[command.verb](state, plan, command, now);
}

/** The state after a command. A repeated commandId changes nothing; a refusal is recorded too. */
export function steer(state: ReleaseState, plan: ReleasePlan, command: Command, now: number): Steered {
  const repeated = state.commands.some(({ id }) => id === command.commandId);
  if (repeated && command.via !== 'cancel') return admit(state, plan, command, now);
  const result = admit(state, plan, command, now);
  const entry = {
    id: command.commandId,
    verb: command.verb,
    accepted: result.accepted,
    message: result.message,
    at: now,
  };
  const told = tell(result.state, {
    at: now,
    what: result.accepted ? command.verb : `${command.verb} refused`,
    why: result.accepted ? command.reason : result.message,
    by: command.by,
  });
  return { ...result, state: { ...told, commands: [...told.commands, entry].slice(-MAX_COMMANDS) } };
}

function pause(state: ReleaseState, _plan: ReleasePlan, { by, reason }: Command, now: number): Steered {
  if (state.pauses.some((entry) => entry.kind === 'human')) return accept(state, 'already paused');
  const { ladder } = state;
  return accept(
    {
      ...state,
      pauses: [...state.pauses, { kind: 'human', reason, by, at: now }],
      ladder: { ...ladder, soak: ladder.soak && stopSoak(ladder.soak, now) },
    },
    'paused; health is still watched',
  );
}

function resume(state: ReleaseState, plan: ReleasePlan, command: Command, now: number): Steered {
  if (!isPaused(state)) return refuse(state, 'it is not paused');
  const lifted = state.pauses.find(
    ({ kind, metric }) => kind === 'metric' && metric === command.metric,
  )?.metric;
  if (command.metric !== undefined && lifted === undefined) {
    const by = state.pauses.map(({ kind, metric, by: who }) =>
      kind === 'metric' ? `metric ${metric}` : who,
    );
    return refuse(state, `metric ${command.metric} has not paused it; it is paused by ${by.join(', ')}`);
  }
  const left = state.pauses.filter(({ kind, metric }) => kind === 'metric' && metric !== lifted);
  if (left.length === state.pauses.length) {
    const metrics = left.map((entry) => JSON.stringify({ metric: entry.metric, by: 'you', reason: 'why' }));
    return refuse(state, `paused by a metric; name it to go on: ${metrics.join(' or ')}`);
  }
  const counters =
    lifted === undefined ? state.guard.counters : { ...state.guard.counters, [lifted]: NO_COUNTS };
  const pushed =
    lifted === undefined || !(lifted in state.pushed)
      ? state.pushed
      : { ...state.pushed, [lifted]: NO_COUNTS };
  const { ladder } = state;
  const soak = ladder.soak;
  const length =
    state.phase === 'baking' ? plan.rollout.bakeMs : (plan.rollout.stages[ladder.stage]?.soakMs ?? 0);
  const runs = left.length === 0;
  const clock =
    soak === null
      ? null
      : command.restart
        ? startSoak(length, now, !runs)
        : runs
          ? resumeSoak(soak, now)
          : soak;
  return accept(
    {
      ...state,
      pauses: left,
      pushed,
      acted: state.acted.filter((metric) => metric !== lifted),
      guard: {
        ...state.guard,
        counters,
        generation: state.guard.generation + (lifted === undefined ? 0 : 1),
      },
      ladder: { ...ladder, soak: clock, promoted: ladder.promoted && !command.restart },
    },
    runs ? 'resumed' : `still paused by ${left.map((entry) => entry.metric).join(', ')}`,
  );
}

function promote(state: ReleaseState, _plan: ReleasePlan, command: Command): Steered {
  const { ladder } = state;
  if (ladder.stage < 0) return refuse(state, 'no stage is running yet');
  if (command.expect !== ladder.percentage) {
    const paste = JSON.stringify({
      expect: ladder.percentage,
      ...(command.full ? { full: true } : {}),
      by: 'you',
      reason: 'why',
    });
    const sent = command.expect === undefined ? 'it names no stage' : `it expects ${command.expect} %`;
    return refuse(state, `${ladder.percentage} % is running and ${sent}; send ${paste}`);
  }
  return accept(
    {
      ...state,
      confirmation: null,
      ladder: { ...ladder, promoted: true, full: ladder.full || command.full === true },
    },
    state.attention !== null
      ? 'taken; it goes on once what needs a person is settled and health confirms'
      : isPaused(state)
        ? 'taken; it goes on once the pause is lifted and health confirms'
        : 'taken; it goes on once health confirms',
  );
}

function abort(state: ReleaseState, _plan: ReleasePlan, command: Command, now: number): Steered {
  if (state.ending !== null) return accept(state, 'already ending');
  return accept(
    {
      ...state,
      ending: {
        reason: command.reason,
        by: command.by,
        at: now,
        withdrawAudit: command.withdrawAudit === true,
      },
    },
    state.phase === 'rolling' || state.phase === 'baking' ? 'users are taken back' : 'the release ends',
  );
}

function retry(state: ReleaseState): Steered {
  const step = state.attention?.step;
  const next: ReleaseState = { ...state, attention: null };
  if (step === 'drift')
    return accept(
      {
        ...next,
        confirmation: null,
        guard: { ...next.guard, observed: { kind: 'ours' }, generation: next.guard.generation + 1 },
      },
      'reading again',
    );
  if (step === 'audit')
    return accept(
      {
        ...next,
        audit: { ...next.audit, state: 'none', beforeId: next.audit.id, id: null, submittedAt: null },
      },
      'submitting again',
    );
  if (state.phase === 'reverting')
    return accept(
      { ...next, wayBack: { ...next.wayBack, choice: null, loops: 0 } },
      'choosing the way back again',
    );
  return accept(next, 'trying again');
}

function giveUp(state: ReleaseState, _plan: ReleasePlan, command: Command, now: number): Steered {
  if (mayRunGray(state))
    return refuse(
      state,
      'a staged release may be running; abort takes users back, or cancel it in the console',
    );
  const why = state.attention?.reason ?? '';
  return accept(
    close(state, 'failed', `given up by ${command.by}: ${command.reason} (${why})`, now),
    'closed as failed',
  );
}

/** A pushed measurement: judged when it is for a declared metric of the running stage, else only recorded. */
export function report(
  state: ReleaseState,
  plan: ReleasePlan,
  sent: HealthReport,
  now: number,
): ReleaseState {
  const metric = plan.health.find((entry) => entry.name === sent.metric);
  if (metric?.provider.kind !== 'push')
    return notice(state, `healthReport ignored: ${sent.metric} is not a pushed metric of this plan`);
  const running = state.phase === 'rolling' || state.phase === 'baking';
  const active = running && activeMetrics(plan, state.ladder.percentage).includes(metric);
  const at = Math.min(sent.at ?? now, now);
  if (!active || state.ladder.confirmedAt === null)
    return notice(state, `healthReport ignored: ${sent.metric} is not watched now`);
  if (at < state.ladder.confirmedAt)
    return notice(
      state,
      `healthReport ignored: it was measured before ${state.ladder.percentage} % was reached`,
    );
  const before = state.pushed[metric.name] ?? NO_COUNTS;
  // Reports may overtake each other on their way; an older one says nothing new.
  if (before.last !== null && at <= before.last.at) return state;
  const { value, samples, verdict } = sent;
  const judged =
    verdict === null
      ? judge(metric, { at, value, samples })
      : judgeReported(metric, { at, value, samples, verdict });
  const counters = count(before, judged);
  const next = {
    ...state,
    pushed: { ...state.pushed, [metric.name]: counters },
    judgements: { ...state.judgements, [metric.name]: judged },
  };
  const decision = decideHealth(metric, counters);
  return decision === null ? next : applyHealth(next, decision, now);
}
