/**
 * Drives a release through the domain and nothing else: settle what time changed, decide, do, apply; handlers change
 * the state between steps and wake the wait.
 */
import { allHandlersFinished, CancellationScope, condition, workflowInfo } from '@temporalio/workflow';
import { apply, type ReleaseEvent } from '../domain/apply.js';
import { carriedOver } from '../domain/carry.js';
import { decide } from '../domain/decide.js';
import type { ReleasePlan } from '../domain/plan.js';
import { settle } from '../domain/settle.js';
import type { ReleaseState } from '../domain/state.js';
import type { ReleaseStatus } from '../domain/status.js';
import { steer } from '../domain/steer.js';
import { statusOf } from '../domain/view.js';
import { Alarm } from './alarm.js';
import { registerHandlers } from './handlers.js';
import { perform } from './perform.js';
import { Publisher } from './publish.js';
import { isTooLong, Watching } from './watching.js';

export interface Drive {
  plan: ReleasePlan;
  state: ReleaseState;
  searchAttributes: boolean;
  /** Goes on with this state in a new run; never returns. */
  anew(state: ReleaseState): Promise<never>;
}

/** Runs to the end. The result is the full final status, whatever the outcome. */
export async function drive({ plan, searchAttributes, anew, ...from }: Drive): Promise<ReleaseStatus> {
  const { workflowId, runId } = workflowInfo();
  let { state } = from;
  let changed = true;

  const write = (next: ReleaseState) => {
    changed = changed || next !== state;
    state = next;
  };
  const take = (event: ReleaseEvent) => write(apply(state, plan, event, Date.now()));
  const status = () => statusOf(state, plan, { workflowId, runId }, Date.now());

  registerHandlers({ plan, read: () => state, write, status });
  // Temporal's own cancel means abort: users are taken back before the workflow ends.
  CancellationScope.current().cancelRequested.catch(() => {
    const command = {
      verb: 'abort',
      commandId: 'cancel',
      by: 'Temporal cancel',
      reason: 'the workflow was cancelled',
    } as const;
    write(steer(state, plan, { ...command, via: 'cancel' }, Date.now()).state);
  });

  const alarm = new Alarm();
  const watching = new Watching(plan, take);
  const publisher = new Publisher(searchAttributes);

  await CancellationScope.nonCancellable(async () => {
    for (;;) {
      // An update is answered before anything comes of it, whatever else its task brings: in every replay the commands
      // come in the same order.
      await condition(allHandlersFinished);
      state = settle(state, plan, Date.now());
      changed = false;
      const { step, watches } = decide(state, plan, Date.now());
      publisher.show(status());
      if (step.do === 'wait' && isTooLong(watches)) {
        // Signals that are already here are in the state; those that come later are the next run's.
        await condition(allHandlersFinished);
        watching.stop();
        await anew(carriedOver(state, watches, Date.now()));
      }
      watching.reconcile(watches, state);
      if (step.do === 'close') break;
      if (step.do === 'wait') {
        alarm.set(step.until, step.why);
        // Messages that change nothing make a run too long as well.
        await condition(() => changed || alarm.ringing || isTooLong(watches));
      } else {
        take(await perform(step, state, plan));
      }
    }
    await condition(allHandlersFinished);
  });
  const final = status();
  publisher.end(final);
  return final;
}
