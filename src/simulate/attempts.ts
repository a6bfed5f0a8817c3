/**
 * Stands before every attempt of the release's activities: gives it the server's time, keeps it from running while the
 * worker is stopped, and tells what came of it.
 */
import type { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { msToNumber } from '@temporalio/common/lib/time.js';
import type { ActivityExecuteInput, ActivityInterceptorsFactory } from '@temporalio/worker';
import { tryAgain } from '../activities/attempt.js';
import type { Judgement } from '../domain/health.js';
import { RELEASE_WORKFLOW } from '../workflows/messages.js';
import { countersOf, type Look, restMs } from './quiet.js';
import type { Scene } from './scene.js';

/** While the worker is stopped and nobody knows until when, milliseconds. */
const STOPPED_MS = 10 * 60_000;

type Next = (input: ActivityExecuteInput) => Promise<unknown>;

/** What the worker of a simulation is given. */
export function attemptsOf(scene: Scene): ActivityInterceptorsFactory {
  const attempts = new Attempts(scene);
  return (context) => ({
    inbound: { execute: (input, next) => attempts.run(context, input, next) },
  });
}

class Attempts {
  private readonly verdicts = new Map<string, string>();
  /** By activity: how often the world had changed when its latest attempt ended. */
  private readonly seen = new Map<string, number>();

  constructor(private readonly scene: Scene) {}

  async run(context: Context, input: ActivityExecuteInput, next: Next): Promise<unknown> {
    const { scene } = this;
    const { info } = context;
    scene.pulse.begin();
    try {
      const now = await scene.arrive();
      if (info.workflowType !== RELEASE_WORKFLOW) return await next(input);
      if (scene.stopped) throw tryAgain(this.untilStarted(now), 'the worker is stopped');
      // The test server tells when the attempt before ended; a real one, when this attempt was due.
      Object.assign(info, { currentAttemptScheduledTimestampMs: now });
      if (info.attempt === 1) await scene.look();
      return await this.attempt(context, input, next);
    } finally {
      scene.pulse.end();
    }
  }

  private async attempt({ info }: Context, input: ActivityExecuteInput, next: Next): Promise<unknown> {
    const { scene } = this;
    this.tellVerdicts(Object.values(countersOf(info.heartbeatDetails) ?? {}).map(({ last }) => last));
    const disturbed = scene.simulator.control.faults().length > 0;
    try {
      const result = await next(input);
      this.tellVerdicts(judgementsIn(result));
      await scene.catchUp();
      return result;
    } catch (error) {
      if (disturbed || info.attempt === 1) await scene.catchUp();
      throw this.rested(error, info, input);
    }
  }

  /** An attempt that ended for now: its next one is put off to when something can be new. */
  private rested(error: unknown, info: Context['info'], input: ActivityExecuteInput): unknown {
    const { scene, seen } = this;
    if (!(error instanceof ApplicationFailure) || error.nextRetryDelay == null) return error;
    const before = seen.get(info.activityId);
    seen.set(info.activityId, scene.changes);
    const unchanged = before === scene.changes && !scene.isDisturbed();
    const [guarded = {}] = input.args as [Look['guarded']?];
    const look: Look = {
      activity: info.activityType,
      delayMs: msToNumber(error.nextRetryDelay),
      guarded,
      memory: info.heartbeatDetails,
    };
    const { clock, changedAt } = scene;
    const next = unchanged ? scene.nextChange() : null;
    const rest = restMs(look, { now: clock.now(), next, changedAt, unchanged });
    return tryAgain(rest, error.message);
  }

  private untilStarted(now: number): number {
    const next = this.scene.agenda.next();
    return next === null ? STOPPED_MS : Math.max(1_000, Math.min(STOPPED_MS, next - now + 1));
  }

  private tellVerdicts(judgements: readonly (Judgement | null)[]): void {
    for (const judgement of judgements) {
      if (judgement === null || this.verdicts.get(judgement.metric) === judgement.verdict) continue;
      const { at, metric, verdict, message } = judgement;
      this.verdicts.set(metric, verdict);
      this.scene.witness.happened({ at, kind: 'verdict', text: `health ${verdict}: ${message}` });
    }
  }
}

/** The latest judgements in what a guard or a confirmation brought back. */
function judgementsIn(result: unknown): (Judgement | null)[] {
  if (typeof result !== 'object' || result === null) return [];
  if ('judgements' in result && Array.isArray(result.judgements)) return result.judgements;
  return Object.values(countersOf(result) ?? {}).map(({ last }) => last);
}
