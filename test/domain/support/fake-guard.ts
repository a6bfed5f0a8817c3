/** The guard and the confirmation as src/activities/health.ts carries them out, with the same rules of counting. */
import { doneOf, hasCountNews, notBefore, openDecisions, recount } from '../../../src/domain/counters.js';
import type { GuardInput, Watch } from '../../../src/domain/decide.js';
import {
  type Counters,
  count,
  type Judgement,
  judge,
  type Measurement,
  NO_COUNTS,
  nextDue,
} from '../../../src/domain/health.js';
import type { Metric } from '../../../src/domain/plan.js';
import type { Observed } from '../../../src/domain/readings.js';
import type { ReleaseState } from '../../../src/domain/state.js';
import { SECOND } from './given.js';
import { type Look, MAX_UNREADABLE, observe, type Running, type Surroundings } from './surroundings.js';

/** How often the guard looks before the first stage, milliseconds. */
const UNTOUCHED_EVERY_MS = 290 * SECOND;

type Counts = Record<string, Counters>;

const countsOf = (counters: Counts, { name }: Metric): Counters => counters[name] ?? NO_COUNTS;

function measured(metric: Metric, input: GuardInput, around: Surroundings, at: number): Judgement {
  const answer: Measurement = {
    at,
    value: 0.001,
    samples: 1_000,
    ...around.measure(metric, input.percentage, at),
  };
  const measurement = { ...answer, ...holdsOf(metric, answer.value) };
  around.measured(metric, measurement);
  return judge(metric, measurement);
}

/** What the plan's conditions say of a value: good up to 0.01, bad from 0.05 on, neither between. */
function holdsOf(metric: Metric, value: number | null): Pick<Measurement, 'holds'> {
  if (value === null || metric.thresholdRange !== null) return {};
  const success = metric.successCondition === null ? null : value <= 0.01;
  const failure = metric.failureCondition === null ? null : value >= 0.05;
  return { holds: { success, failure } };
}

/** A fresh measurement of every deciding metric; what the guard measures no more is counted here. */
export function confirmation(
  { guard: input, patient }: Extract<Watch, { watch: 'confirm' }>,
  state: ReleaseState,
  around: Surroundings,
  now: number,
): Running {
  const { stage } = state.ladder;
  const deciding = input.metrics.filter((metric) => !metric.dryRun);
  const done = doneOf(input);
  let counters = input.counters;
  let failed = 0;
  const look = (at: number): Look => {
    const early = notBefore(done, counters);
    if (early > at) return { again: early };
    const judgements = deciding.map((metric) => measured(metric, input, around, at));
    const { observed, unreadable } = observe(input, state, around, failed);
    failed = unreadable;
    const counted = recount(done, counters, judgements);
    counters = counted.counters;
    if (observed === null) return { again: at + 15 * SECOND };
    const result = { at, observed, judgements };
    if (counted.news !== null)
      return { event: { type: 'confirm', stage, result: { ...result, ...counted.news } } };
    const passed = judgements.every(({ verdict }) => verdict === 'pass');
    if (observed.kind === 'ours' && !passed && patient)
      return { again: at + Math.min(...deciding.map(({ intervalMs }) => intervalMs)) };
    return { event: { type: 'confirm', stage, result } };
  };
  return { due: now, look };
}

/** As the guard activity tells it: another kind, or other words for the same. */
function isNews(observed: Observed, { observed: known, observedText }: GuardInput): boolean {
  if (observed.kind !== known) return true;
  if (observed.kind === 'ours' || observed.kind === 'unreadable') return false;
  return observedText !== undefined && observed.text !== observedText;
}

/** Ends only when there is something to decide or to keep. */
export function guard(input: GuardInput, state: ReleaseState, around: Surroundings, now: number): Running {
  const of = { phase: state.phase, stage: state.ladder.stage, generation: state.guard.generation };
  let counters: Counts = { ...input.counters };
  const untouched = input.expect === 'untouched';
  const everyMs = untouched ? Math.min(UNTOUCHED_EVERY_MS, around.driftEveryMs) : around.driftEveryMs;
  let lookAt = untouched ? now + everyMs : now;
  let failed = 0;
  const dueAt = (metric: Metric) => nextDue(metric, countsOf(counters, metric), input.confirmedAt);
  const isDecided = () => openDecisions(input, counters).length > 0;
  const countDue = (at: number) => {
    for (const metric of input.metrics.filter((entry) => dueAt(entry) <= at)) {
      // A limit that is passed waits for no other metric.
      if (isDecided()) return;
      const judgement = measured(metric, input, around, at);
      counters = { ...counters, [metric.name]: count(countsOf(counters, metric), judgement) };
    }
  };
  const look = (at: number): Look => {
    countDue(at);
    const decisions = openDecisions(input, counters);
    let observed: Observed | null = null;
    if (at >= lookAt && decisions.length === 0) {
      const seen = observe(input, state, around, failed);
      observed = seen.observed;
      failed = seen.unreadable;
      const again = failed > 0 && failed < MAX_UNREADABLE ? 15 * SECOND : everyMs;
      lookAt = at + Math.min(again, everyMs);
    }
    const news = hasCountNews(input, counters) || (observed !== null && isNews(observed, input));
    if (decisions.length > 0 || news)
      return { event: { type: 'guard', of, result: { at, observed, decisions, counters } } };
    return { again: Math.max(at + 1, Math.min(lookAt, ...input.metrics.map(dueAt))) };
  };
  return { due: now, look };
}
