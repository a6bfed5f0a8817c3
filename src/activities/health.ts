/** The guard, which watches while people and clocks wait, and the confirmation before each step up. */
import type { ConfirmResult, GuardResult } from '../domain/apply-watch.js';
import { type Counted, doneOf, hasCountNews, notBefore, openDecisions, recount } from '../domain/counters.js';
import type { GuardInput } from '../domain/decide.js';
import { observeDrift } from '../domain/drift.js';
import { type Counters, count, judge, NO_COUNTS, nextDue } from '../domain/health.js';
import type { Metric } from '../domain/plan.js';
import { completeMetric } from '../domain/plan-defaults.js';
import type { Observed } from '../domain/readings.js';
import { measure, type ProviderAccess } from '../health/measure.js';
import type { WechatClient } from '../wechat/client.js';
import { beginAttempt, tryAgain } from './attempt.js';
import { askedDelayMs, describe, needsPerson } from './failures.js';
import { readerOf } from './readings.js';

/** A button pressed elsewhere is to be noticed within five minutes; three readings each time are three calls. */
const DRIFT_EVERY_MS = 120_000;
/** Before the first stage no user has anything, and it lasts for days: as rarely as five minutes allow. */
const UNTOUCHED_EVERY_MS = 290_000;
/** While someone is putting it right, they wait for us to see it. */
const DRIFTED_EVERY_MS = 15_000;
/** Readings that fail in a row before WeChat counts as unreadable. */
const MAX_UNREADABLE = 5;

export interface GuardActivityInput extends GuardInput {
  app: string;
  version: string;
  baselineOnlineSec: number | null;
}
export interface ConfirmActivityInput extends GuardActivityInput {
  /** Ask again, at most once per interval, until all pass. */
  patient: boolean;
}

interface GuardMemory {
  counters: Record<string, Counters>;
  /** When the plan is read next, milliseconds since the epoch. */
  lookAt: number;
  unreadable: number;
}

interface Looked {
  /** Null when the reading failed, and not often enough to be told. */
  observed: Observed | null;
  /** Readings that failed in a row. */
  unreadable: number;
  why: string;
  /** How long WeChat asked to wait, milliseconds. */
  askedMs: number;
}

interface ConfirmMemory {
  unreadable: number;
  /** Of the metrics that the guard measures no more. */
  counters?: Record<string, Counters>;
}

interface Clock {
  now(): number;
  signal: AbortSignal;
}

export function createHealthActivities(client: WechatClient, access: ProviderAccess) {
  const judged = async (metric: Metric, input: GuardActivityInput, clock: Clock) =>
    judge(metric, await measure(metric, input, access, clock));

  /** What is to be seen, after so many readings that failed. */
  async function look(input: GuardActivityInput, signal: AbortSignal, failed: number): Promise<Looked> {
    try {
      const reading = await readerOf(client, input.app, signal).gray();
      return { observed: observeDrift(reading, input), unreadable: 0, why: '', askedMs: 0 };
    } catch (error) {
      const why = describe(error);
      const unreadable = failed + 1;
      const blocked = needsPerson(error);
      const text =
        blocked === null ? `WeChat cannot be read: ${why}` : `${blocked.reason}; ${blocked.remedy}`;
      const observed: Observed | null =
        blocked !== null || unreadable >= MAX_UNREADABLE ? { kind: 'unreadable', text } : null;
      return { observed, unreadable, why, askedMs: askedDelayMs(error) ?? 0 };
    }
  }

  /** Measures what is due, side by side, and waits for no other metric once a limit is passed. */
  async function countDue(input: GuardActivityInput, before: Counts, clock: Clock): Promise<Counts> {
    const counters = { ...before };
    const isDecided = () => openDecisions(input, counters).length > 0;
    if (isDecided()) return before;
    const now = clock.now();
    const due = input.metrics.filter((metric) => dueAt(metric, input, before) <= now);
    await firstOrAll(
      due.map(async (metric) => {
        const judgement = await judged(metric, input, clock);
        counters[metric.name] = count(counters[metric.name] ?? NO_COUNTS, judgement);
        return isDecided();
      }),
    );
    // Those that are still being asked must not change what is told.
    return { ...counters };
  }

  return {
    /**
     * Returns only when there is something to decide or to keep: a metric reached a limit, its counts are news, or the
     * plan is not as we left it. A limit is told the moment it is passed: the way back waits for no one.
     */
    async guard(given: GuardActivityInput): Promise<GuardResult> {
      const input = completed(given);
      const attempt = beginAttempt<GuardMemory>();
      const now = attempt.now();
      let memory = attempt.memory ?? beginningOf(input, now);
      const over = new AbortController();
      const signal = AbortSignal.any([attempt.untilCancelled, over.signal]);
      const looking = now >= memory.lookAt ? look(input, signal, memory.unreadable) : null;
      const counters = await countDue(input, memory.counters, { now: attempt.now, signal });
      const decisions = openDecisions(input, counters);
      const looked = decisions.length > 0 ? await Promise.race([looking, null]) : await looking;
      over.abort();
      memory = {
        counters,
        lookAt: looked === null ? memory.lookAt : now + lookAgainMs(input, looked),
        unreadable: looked?.unreadable ?? memory.unreadable,
      };
      attempt.remember(memory);
      const observed = looked?.observed ?? null;
      const news = hasCountNews(input, counters) || (observed !== null && isNews(observed, input));
      if (decisions.length > 0 || news) return { at: now, decisions, counters, observed };
      throw tryAgain(nextLook(input, memory) - now, sayWatching(counters, looked?.why ?? ''));
    },

    /**
     * A fresh measurement of every deciding metric, and whether the plan is still ours. What the guard measures no more
     * is counted here, so that it cannot fail for ever unnoticed.
     */
    async confirm(given: ConfirmActivityInput): Promise<ConfirmResult & Counted> {
      const input = completed(given);
      const attempt = beginAttempt<ConfirmMemory>();
      const clock = { now: attempt.now, signal: attempt.untilCancelled };
      const deciding = input.metrics.filter((metric) => !metric.dryRun);
      const done = doneOf(input);
      const before = attempt.memory?.counters ?? input.counters;
      const early = notBefore(done, before) - attempt.now();
      if (early > 0) throw tryAgain(early, sayWatching(before, ''));
      const [judgements, looked] = await Promise.all([
        Promise.all(deciding.map((metric) => judged(metric, input, clock))),
        look(input, clock.signal, attempt.memory?.unreadable ?? 0),
      ]);
      const at = Math.min(attempt.now(), ...judgements.map((judgement) => judgement.at));
      const { counters, news } = recount(done, before, judgements);
      attempt.remember({ unreadable: looked.unreadable, counters });
      if (looked.observed === null) throw tryAgain(Math.max(looked.askedMs, DRIFTED_EVERY_MS), looked.why);
      const passed = judgements.every((judgement) => judgement.verdict === 'pass');
      const result = { at, observed: looked.observed, judgements };
      if (news !== null) return { ...result, ...news };
      if (looked.observed.kind !== 'ours' || passed || !input.patient) return result;
      const interval = Math.min(...deciding.map((metric) => metric.intervalMs));
      throw tryAgain(interval, judgements.map((judgement) => judgement.message).join('; '));
    },
  };
}

type Counts = Record<string, Counters>;

/** What an activity begun by another version of the product was given: there one percentage was pending, or none. */
function completed<Input extends GuardActivityInput>(given: Input): Input {
  const pending = [given.pending as number[] | number | null].flat().filter((sent) => sent !== null);
  return { ...given, pending, metrics: given.metrics.map(completeMetric) };
}

function beginningOf(input: GuardActivityInput, now: number): GuardMemory {
  const lookAt = input.expect === 'untouched' ? now + lookAgainMs(input, { unreadable: 0, askedMs: 0 }) : 0;
  return { counters: input.counters, lookAt, unreadable: 0 };
}

const dueAt = (metric: Metric, { confirmedAt }: GuardActivityInput, counters: Counts) =>
  nextDue(metric, counters[metric.name] ?? NO_COUNTS, confirmedAt);

/** Resolves with the first that is true, or when all are done. */
async function firstOrAll(promises: Promise<boolean>[]): Promise<void> {
  const all = Promise.all(promises);
  await Promise.race([all, ...promises.map(async (promise) => (await promise) || all)]);
}

/** Something that the release does not know yet. What cannot be read is told in ever new words. */
function isNews(observed: Observed, { observed: known, observedText }: GuardActivityInput): boolean {
  if (observed.kind !== known) return true;
  if (observed.kind === 'ours' || observed.kind === 'unreadable') return false;
  return observedText !== undefined && observed.text !== observedText;
}

/** How long until the plan is read again, milliseconds; as told, but a limit may be raised before it ends by itself. */
function lookAgainMs(
  input: GuardActivityInput,
  { unreadable, askedMs }: Pick<Looked, 'unreadable' | 'askedMs'>,
): number {
  const everyMs = input.expect === 'untouched' ? UNTOUCHED_EVERY_MS : DRIFT_EVERY_MS;
  if (input.observed === 'ours' && unreadable === 0) return everyMs;
  return Math.min(Math.max(askedMs, DRIFTED_EVERY_MS), everyMs);
}

function nextLook(input: GuardActivityInput, { counters, lookAt }: GuardMemory): number {
  return Math.min(lookAt, ...input.metrics.map((metric) => dueAt(metric, input, counters)));
}

function sayWatching(counters: Counts, trouble: string): string {
  const last = Object.values(counters).flatMap((entry) => (entry.last === null ? [] : [entry.last.message]));
  return [...last, trouble].filter(Boolean).join('; ') || 'watching';
}
