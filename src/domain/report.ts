/** What a pushed measurement does to a release. */
import type { HealthReport } from './commands.js';
import { openDecisions } from './counters.js';
import { formatDuration } from './duration.js';
import { count, judge, judgeReported, NO_COUNTS } from './health.js';
import { activeMetrics, type ReleasePlan } from './plan.js';
import { ignore, type ReleaseState } from './state.js';
import { perhapsOf } from './unproven.js';
import { applyHealth } from './verdicts.js';

/** A pushed measurement: judged when it is for a declared metric of the running stage, else only recorded. */
export function report(
  state: ReleaseState,
  plan: ReleasePlan,
  sent: HealthReport,
  now: number,
): ReleaseState {
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
  const decisions = openDecisions({ metrics: [metric], acted: state.acted }, { [metric.name]: counters });
  return decisions.reduce((after, decision) => applyHealth(after, decision, now), next);
}
