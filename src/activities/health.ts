/** The guard, which watches while people and clocks wait, and the confirmation before each step up. */
import type { ConfirmResult, GuardResult } from '../domain/apply-watch.js';
import type { GuardInput } from '../domain/decide.js';
import { observeDrift } from '../domain/drift.js';
import {
  type Counters,
  count,
  decideHealth,
  type HealthDecision,
  judge,
  NO_COUNTS,
  nextDue,
} from '../domain/health.js';
import type { Metric } from '../domain/plan.js';
import type { Observed } from '../domain/readings.js';
import { measure, type ProviderAccess } from '../health/measure.js';
import type { WechatClient } from '../wechat/client.js';
import { type Attempt, beginAttempt, tryAgain } from './attempt.js';
import { askedDelayMs, describe, needsPerson } from './failures.js';
import { readerOf } from './readings.js';

/** A button pressed elsewhere is to be noticed within five minutes; three readings each time are three calls. */
const DRIFT_EVERY_MS = 120_000;
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

export function createHealthActivities(client: WechatClient, access: ProviderAccess) {
  async function judgeAll(metrics: Metric[], input: GuardActivityInput, attempt: Attempt<unknown>) {
    const clock = { now: attempt.now, signal: attempt.untilCancelled };
    return Promise.all(
      metrics.map(async (metric) => judge(metric, await measure(metric, input, access, clock))),
    );
  }

  /** What is to be seen, after so many readings that failed. */
  async function look(input: GuardActivityInput, attempt: Attempt<unknown>, failed: number): Promise<Looked> {
    try {
      const reading = await readerOf(client, input.app, attempt.untilCancelled).gray();
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

  return {
    /** Returns only when something must be decided: a metric reached a limit, or the plan is not as we left it. */
    async guard(input: GuardActivityInput): Promise<GuardResult> {
      const attempt = beginAttempt<GuardMemory>();
      let memory = attempt.memory ?? { counters: input.counters, lookAt: 0, unreadable: 0 };
      const now = attempt.now();
      const due = input.metrics.filter(
        (metric) => nextDue(metric, memory.counters[metric.name] ?? NO_COUNTS, input.confirmedAt) <= now,
      );
      const [judgements, looked] = await Promise.all([
        judgeAll(due, input, attempt),
        now >= memory.lookAt ? look(input, attempt, memory.unreadable) : null,
      ]);
      const counters = { ...memory.counters };
      for (const judgement of judgements)
        counters[judgement.metric] = count(counters[judgement.metric] ?? NO_COUNTS, judgement);
      memory = {
        counters,
        lookAt: looked === null ? memory.lookAt : now + lookAgainMs(input, looked),
        unreadable: looked?.unreadable ?? memory.unreadable,
      };
      attempt.remember(memory);
      const decisions = decisionsOf(input, counters);
      const observed = looked?.observed ?? null;
      const news = observed !== null && observed.kind !== input.observed;
      if (decisions.length > 0 || news) return { at: now, decisions, counters, observed };
      throw tryAgain(nextLook(input, memory) - now, sayWatching(counters, looked?.why ?? ''));
    },

    /** A fresh measurement of every active metric, and whether the plan is still ours. */
    async confirm(input: ConfirmActivityInput): Promise<ConfirmResult> {
      const attempt = beginAttempt<{ unreadable: number }>();
      const [judgements, looked] = await Promise.all([
        judgeAll(input.metrics, input, attempt),
        look(input, attempt, attempt.memory?.unreadable ?? 0),
      ]);
      const at = Math.min(attempt.now(), ...judgements.map((judgement) => judgement.at));
      attempt.remember({ unreadable: looked.unreadable });
      if (looked.observed === null) throw tryAgain(Math.max(looked.askedMs, DRIFTED_EVERY_MS), looked.why);
      const passed = judgements.every((judgement) => judgement.verdict === 'pass');
      if (looked.observed.kind !== 'ours' || passed || !input.patient)
        return { at, observed: looked.observed, judgements };
      const interval = Math.min(...input.metrics.map((metric) => metric.intervalMs));
      throw tryAgain(interval, judgements.map((judgement) => judgement.message).join('; '));
    },
  };
}

/** Limits reached; a metric that was acted on already counts again only when it takes users back. */
function decisionsOf(input: GuardActivityInput, counters: Record<string, Counters>): HealthDecision[] {
  return input.metrics.flatMap((metric) => {
    const decision = decideHealth(metric, counters[metric.name] ?? NO_COUNTS);
    if (decision === null) return [];
    return decision.action === 'revert' || !input.acted.includes(metric.name) ? [decision] : [];
  });
}

/** How long until the plan is read again, milliseconds; as told, but a limit may be raised before it ends by itself. */
function lookAgainMs(input: GuardActivityInput, { unreadable, askedMs }: Looked): number {
  if (input.observed === 'ours' && unreadable === 0) return DRIFT_EVERY_MS;
  return Math.min(Math.max(askedMs, DRIFTED_EVERY_MS), DRIFT_EVERY_MS);
}

function nextLook(input: GuardActivityInput, memory: GuardMemory): number {
  const due = input.metrics.map((metric) =>
    nextDue(metric, memory.counters[metric.name] ?? NO_COUNTS, input.confirmedAt),
  );
  return Math.min(memory.lookAt, ...due);
}

function sayWatching(counters: Record<string, Counters>, trouble: string): string {
  const last = Object.values(counters).flatMap((entry) => (entry.last === null ? [] : [entry.last.message]));
  return [...last, trouble].filter(Boolean).join('; ') || 'watching';
}
