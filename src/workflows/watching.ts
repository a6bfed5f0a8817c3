/** Keeps the watches that a decision asks for running: starts the missing, ends those no longer wanted. */
import { CancellationScope, isCancellation, workflowInfo } from '@temporalio/workflow';
import type { ReleaseEvent } from '../domain/apply.js';
import type { Watch } from '../domain/decide.js';
import type { ReleasePlan } from '../domain/plan.js';
import type { ReleaseState } from '../domain/state.js';
import { reads } from './activities.js';

/**
 * Events of a run after which it is time, whatever is watched: a worker that has to replay them in the midst of a storm
 * must be done before the next hundred messages fail its task, and the server's limits come soon after.
 */
const MOST_EVENTS = 3_000;
/** The same for bytes: a few large messages can be as much, and at 50 MB the server terminates a run. */
const MOST_BYTES = 8 * 1024 * 1024;

/** Whether a run is so long that the release should go on in a new one. A guard is interrupted only when it must be. */
export function isTooLong(watches: Watch[]): boolean {
  const { continueAsNewSuggested, historyLength, historySize } = workflowInfo();
  const guarded = watches.some(({ watch }) => watch === 'guard' || watch === 'confirm');
  const mustBe = historyLength >= MOST_EVENTS || historySize >= MOST_BYTES;
  return mustBe || (continueAsNewSuggested && !guarded);
}

export class Watching {
  private readonly running = new Map<string, CancellationScope>();

  constructor(
    private readonly plan: ReleasePlan,
    private readonly report: (event: ReleaseEvent) => void,
  ) {}

  /** Ends every watch: what it counted is lost with it. */
  stop(): void {
    for (const scope of this.running.values()) scope.cancel();
    this.running.clear();
  }

  reconcile(wanted: Watch[], state: ReleaseState): void {
    const keys = new Set(wanted.map((watch) => watch.key));
    for (const [key, scope] of this.running) {
      if (keys.has(key)) continue;
      this.running.delete(key);
      scope.cancel();
    }
    for (const watch of wanted) if (!this.running.has(watch.key)) this.start(watch, state);
  }

  private start(watch: Watch, state: ReleaseState): void {
    const scope = new CancellationScope({ cancellable: true });
    this.running.set(watch.key, scope);
    scope
      .run(() => this.observe(watch, state))
      .then((event) => {
        // A result that arrives after its watch was ended is about a moment that has passed.
        if (this.running.get(watch.key) !== scope) return;
        this.running.delete(watch.key);
        this.report(event);
      })
      .catch((error: unknown) => {
        if (isCancellation(error)) return;
        this.running.delete(watch.key);
        this.report({
          type: 'blocked',
          step: watch.watch,
          blocked: { reason: `${watch.watch} stopped: ${String(error)}`, remedy: '`retry` begins it again' },
        });
      });
  }

  private async observe(watch: Watch, state: ReleaseState): Promise<ReleaseEvent> {
    const { app, version } = this.plan;
    const baselineOnlineSec = state.baseline?.online?.timeSec ?? null;
    switch (watch.watch) {
      case 'audit': {
        const { auditId, known, pollMs } = watch;
        const summary = `ask WeChat about audit ${auditId}`;
        const result = await reads.awaitAudit.executeWithOptions({ summary }, [
          { app, auditId, known, pollMs },
        ]);
        if ('blocked' in result) return { type: 'blocked', step: 'watchAudit', blocked: result.blocked };
        return { type: 'audit', ...result };
      }
      case 'guard': {
        const { expect, percentage } = watch.guard;
        const summary =
          expect === 'untouched'
            ? 'watch that nobody else changes it'
            : `watch health and console at ${percentage} %`;
        const result = await reads.guard.executeWithOptions({ summary }, [
          { app, version, baselineOnlineSec, ...watch.guard },
        ]);
        const { phase, ladder } = state;
        const of = { phase, stage: ladder.stage, generation: state.guard.generation };
        return { type: 'guard', of, result };
      }
      case 'confirm': {
        const summary = `measure anew before the step after ${watch.guard.percentage} %`;
        const result = await reads.confirm.executeWithOptions({ summary }, [
          { app, version, baselineOnlineSec, patient: watch.patient, ...watch.guard },
        ]);
        return { type: 'confirm', stage: state.ladder.stage, result };
      }
      case 'signature': {
        const { verb, gate, askedAt, commandId, by, signature } = watch.signed;
        const { startedAt } = state;
        const { workflowId } = workflowInfo();
        const summary = `verify ${verb} by ${by}`;
        const result = await reads.authenticate.executeWithOptions({ summary }, [
          { workflowId, version, startedAt, gate, askedAt, verb, commandId, by, signature },
        ]);
        return { type: 'authenticated', result: { commandId, ...result } };
      }
      case 'online': {
        const result = await reads.awaitOnline.executeWithOptions({ summary: 'wait until online' }, [
          { app, version, baselineOnlineSec, until: watch.until },
        ]);
        return { type: 'online', ...result };
      }
    }
  }
}
