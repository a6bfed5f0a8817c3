/** The watches of a release as activities carry them out, on the fake WeChat: one look at a time, each says when the next is due. */
import type { ReleaseEvent } from '../../../src/domain/apply.js';
import { isActedOn } from '../../../src/domain/counters.js';
import type { GuardInput, Watch } from '../../../src/domain/decide.js';
import { type Expected, observeDrift } from '../../../src/domain/drift.js';
import {
  type Counters,
  count,
  decideHealth,
  type Judgement,
  judge,
  type Measurement,
  NO_COUNTS,
  nextDue,
} from '../../../src/domain/health.js';
import type { Metric, ReleasePlan } from '../../../src/domain/plan.js';
import { isOnline } from '../../../src/domain/proofs.js';
import type { Observed } from '../../../src/domain/readings.js';
import type { ReleaseState } from '../../../src/domain/state.js';
import { SECOND } from './given.js';
import type { FakeWechat } from './wechat.js';

const MAX_UNREADABLE = 5;

export interface Surroundings {
  plan: ReleasePlan;
  wechat: FakeWechat;
  /** What providers say of a metric at a percentage. */
  measure: (metric: Metric, percentage: number, at: number) => Partial<Measurement>;
  /** How often the guard looks at WeChat, milliseconds. */
  driftEveryMs: number;
}

/** One look: what came of it, or when to look again. */
type Look = { event: ReleaseEvent } | { again: number };

export interface Running {
  due: number;
  look(now: number): Look;
}

export function startWatch(watch: Watch, state: ReleaseState, around: Surroundings, now: number): Running {
  switch (watch.watch) {
    case 'audit':
      return { due: now, look: (at) => lookAtAudit(watch, around, at) };
    case 'online':
      return { due: now, look: (at) => lookForOnline(watch.until, state, around, at) };
    case 'signature': {
      // A signature is good when it says so.
      const { commandId, signature } = watch.signed;
      const result = { commandId, ok: signature === 'good', why: 'the signature is not of this key' };
      return { due: now + SECOND, look: () => ({ event: { type: 'authenticated', result } }) };
    }
    case 'confirm':
      return confirmation(watch, state, around, now);
    case 'guard':
      return guard(watch.guard, state, around, now);
  }
}

function lookAtAudit(watch: Extract<Watch, { watch: 'audit' }>, { wechat }: Surroundings, at: number): Look {
  const reading = wechat.audit;
  if (!wechat.readable || reading?.auditId !== watch.auditId) return { again: at + 30 * SECOND };
  if (reading.status === watch.known) return { again: at + watch.pollMs };
  return { event: { type: 'audit', reading, at } };
}

function lookForOnline(until: number, state: ReleaseState, around: Surroundings, at: number): Look {
  const { plan, wechat } = around;
  const baselineOnlineSec = state.baseline?.online?.timeSec ?? null;
  if (wechat.readable && isOnline(wechat.online, { version: plan.version, baselineOnlineSec }))
    return { event: { type: 'online', online: true, at } };
  if (at >= until) return { event: { type: 'online', online: false, at } };
  return { again: at + Math.min(5 * SECOND, until - at) };
}

/** What a look at WeChat shows; null while readings fail that may yet succeed. */
function observe(input: GuardInput, state: ReleaseState, around: Surroundings, failed: number) {
  const { plan, wechat } = around;
  const own: Expected = {
    ...input,
    version: plan.version,
    baselineOnlineSec: state.baseline?.online?.timeSec ?? null,
  };
  if (wechat.readable) return { observed: observeDrift(wechat.reading(), own), unreadable: 0 };
  const unreadable = failed + 1;
  const observed: Observed | null =
    unreadable >= MAX_UNREADABLE ? { kind: 'unreadable', text: 'WeChat cannot be read' } : null;
  return { observed, unreadable };
}

function measured(metric: Metric, input: GuardInput, { measure }: Surroundings, at: number): Judgement {
  const answer = measure(metric, input.percentage, at);
  return judge(metric, { at, value: 0.001, samples: 1_000, ...answer });
}

function confirmation(
  watch: Extract<Watch, { watch: 'confirm' }>,
  state: ReleaseState,
  around: Surroundings,
  now: number,
): Running {
  const { guard: input, patient } = watch;
  let failed = 0;
  const look = (at: number): Look => {
    const judgements = input.metrics.map((metric) => measured(metric, input, around, at));
    const { observed, unreadable } = observe(input, state, around, failed);
    failed = unreadable;
    if (observed === null) return { again: at + 2 * SECOND };
    const passed = judgements.every(({ verdict }) => verdict === 'pass');
    if (observed.kind === 'ours' && !passed && patient)
      return { again: at + Math.min(...input.metrics.map(({ intervalMs }) => intervalMs)) };
    const stage = state.ladder.stage;
    return { event: { type: 'confirm', stage, result: { at, observed, judgements } } };
  };
  return { due: now, look };
}

/** As the guard activity tells it: another kind, or other words for the same. */
function isNews(observed: Observed, { observed: kind, observedText }: GuardInput): boolean {
  if (observed.kind !== kind) return true;
  return observed.kind !== 'ours' && observed.kind !== 'unreadable' && observed.text !== observedText;
}

function guard(input: GuardInput, state: ReleaseState, around: Surroundings, now: number): Running {
  let counters: Record<string, Counters> = { ...input.counters };
  let readAt: number | null = null;
  let failed = 0;
  const countersOf = (metric: Metric) => counters[metric.name] ?? NO_COUNTS;
  const dueAt = (metric: Metric) => nextDue(metric, countersOf(metric), input.confirmedAt);
  const look = (at: number): Look => {
    for (const metric of input.metrics.filter((entry) => dueAt(entry) <= at))
      counters = {
        ...counters,
        [metric.name]: count(countersOf(metric), measured(metric, input, around, at)),
      };
    let observed: Observed | null = null;
    if (readAt === null || at - readAt >= around.driftEveryMs || failed > 0) {
      const seen = observe(input, state, around, failed);
      observed = seen.observed;
      failed = seen.unreadable;
      readAt = at;
    }
    const decisions = input.metrics.flatMap((metric) => {
      const decision = decideHealth(metric, countersOf(metric));
      if (decision === null) return [];
      return isActedOn(input.acted, decision) ? [] : [decision];
    });
    if (decisions.length > 0 || (observed !== null && isNews(observed, input)))
      return { event: { type: 'guard', result: { at, observed, decisions, counters } } };
    const nextRead = readAt + (failed > 0 ? 10 * SECOND : around.driftEveryMs);
    return { again: Math.max(at + 1, Math.min(nextRead, ...input.metrics.map(dueAt))) };
  };
  return { due: now, look };
}
