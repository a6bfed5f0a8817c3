/** What a pushed measurement does to a release. */
import type { HealthReport } from './commands.js';
import { type Counters, openDecisions } from './counters.js';
import { formatDuration } from './duration.js';
import { count, type Judgement, judge, judgeReported, NO_COUNTS } from './health.js';
import { activeMetrics, type ReleasePlan } from './plan.js';
import { ignore, type ReleaseState } from './state.js';
import { perhapsOf } from './unproven.js';
import { applyHealth } from './verdicts.js';

/** Ids of reports that are remembered, so that one that is sent again counts once. */
const MAX_REPORTED = 200;

/** A pushed measurement: judged when it is for a declared metric of the running stage, else only recorded. */
export function report(
  state: ReleaseState,
  plan: ReleasePlan,
  sent: HealthReport,
  now: number,
): ReleaseState {
  const { commandId } = sent;
  if (commandId === undefined) return recorded(state, plan, sent, now);
  if (state.reported.includes(commandId)) return state;
  const reported = [...state.reported, commandId].slice(-MAX_REPORTED);
  return recorded({ ...state, reported }, plan, sent, now);
}

function recorded(state: ReleaseState, plan: ReleasePlan, sent: HealthReport, now: number): ReleaseState {
  const metric = plan.health.find((entry) => entry.name === sent.metric);
  if (metric?.provider.kind !== 'push')
    return ignore(state, `healthReport ignored: ${sent.metric} is not a pushed metric of this plan`);
  const running = state.phase === 'rolling' || state.phase === 'baking';
  const active = running && activeMetrics(plan, perhapsOf(state) ?? state.ladder.percentage).includes(metric);
  const at = Math.min(sent.at ?? now, now);
  if (!active || state.ladder.confirmedAt === null)
    return ignore(state, `healthReport ignored: ${sent.metric} is not watched now`);
  if (at < state.ladder.confirmedAt)
    return ignore(
      state,
      `healthReport ignored: it was measured before ${state.ladder.percentage} % was reached`,
    );
  if (at < state.ladder.confirmedAt + metric.initialDelayMs)
    return ignore(
      state,
      `healthReport ignored: ${sent.metric} counts ${formatDuration(metric.initialDelayMs)} after the stage began (initialDelay)`,
    );
  const before = state.pushed[metric.name] ?? NO_COUNTS;
  const { last } = before;
  // Reports may overtake each other on their way; an older one says nothing new.
  if (last !== null && at < last.at)
    return ignore(state, `healthReport ignored: a newer measurement of ${sent.metric} is there already`);
  // Releases of 0.1 counted one report a moment, and are replayed so.
  if (at === last?.at && plan.rules < 2) return state;
  const { value, samples, verdict } = sent;
  const judged =
    verdict === null
      ? judge(metric, { at, value, samples })
      : judgeReported(metric, { at, value, samples, verdict });
  // Sent twice. What has no moment of its own may be two measurements that waited for a worker together.
  if (sent.at !== null && isSame(last, judged)) return state;
  const counters = countReport(before, judged);
  const next = {
    ...state,
    pushed: { ...state.pushed, [metric.name]: counters },
    judgements: { ...state.judgements, [metric.name]: counters.last ?? judged },
  };
  const decisions = openDecisions({ metrics: [metric], acted: state.acted }, { [metric.name]: counters });
  return decisions.reduce((after, decision) => applyHealth(after, decision, now), next);
}

function isSame(last: Judgement | null, { at, verdict, value, message }: Judgement): boolean {
  return last?.at === at && last.verdict === verdict && last.value === value && last.message === message;
}

/** Of two reports of one moment both count, and nobody knows which came first: a failure stays the last word. */
function countReport(before: Counters, judged: Judgement): Counters {
  const after = count(before, judged);
  const { last } = before;
  const failed = last?.at === judged.at && last.verdict === 'fail';
  return failed ? { ...after, last, consecutiveSuccesses: 0 } : after;
}
