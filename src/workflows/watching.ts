/** Keeps the watches that a decision asks for running: starts the missing, ends those no longer wanted. */
import { CancellationScope, isCancellation } from '@temporalio/workflow';
import type { ReleaseEvent } from '../domain/apply.js';
import type { Watch } from '../domain/decide.js';
import type { ReleasePlan } from '../domain/plan.js';
import type { ReleaseState } from '../domain/state.js';
import { reads } from './activities.js';

export class Watching {
  private readonly running = new Map<string, CancellationScope>();

  constructor(
    private readonly plan: ReleasePlan,
    private readonly report: (event: ReleaseEvent) => void,
  ) {}

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
        const summary = `watch audit ${auditId}`;
        const result = await reads.awaitAudit.executeWithOptions({ summary }, [
          { app, auditId, known, pollMs },
        ]);
        if ('blocked' in result) return { type: 'blocked', step: 'watchAudit', blocked: result.blocked };
        return { type: 'audit', ...result };
      }
      case 'guard': {
        const summary = `guard ${watch.guard.percentage} %`;
        const result = await reads.guard.executeWithOptions({ summary }, [
          { app, version, baselineOnlineSec, ...watch.guard },
        ]);
        return { type: 'guard', result };
      }
      case 'confirm': {
        const summary = `confirm ${watch.guard.percentage} %`;
        const result = await reads.confirm.executeWithOptions({ summary }, [
          { app, version, baselineOnlineSec, patient: watch.patient, ...watch.guard },
        ]);
        return { type: 'confirm', stage: state.ladder.stage, result };
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
