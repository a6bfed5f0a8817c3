/**
 * Drives a release through the domain and nothing else: settle what time changed, decide, do, apply; handlers change
 * the state between steps and wake the wait.
 */
import { allHandlersFinished, CancellationScope, condition, workflowInfo } from '@temporalio/workflow';
import { apply, type ReleaseEvent } from '../domain/apply.js';
import { carriedOver } from '../domain/carry.js';
import { decide } from '../domain/decide.js';
import { announce, reminderAt } from '../domain/notifying/announce.js';
import { CLOSING_MS, delivered, givenUp, isAllSent } from '../domain/notifying/queue.js';
import type { ReleasePlan } from '../domain/plan.js';
import { settle } from '../domain/settle.js';
import type { ReleaseState } from '../domain/state.js';
import type { ReleaseStatus } from '../domain/status.js';
import { steer } from '../domain/steer.js';
import { statusOf } from '../domain/view.js';
import { Alarm } from './alarm.js';
import { registerHandlers } from './handlers.js';
import { Notifying } from './notifying.js';
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
  // A release that tells nobody takes not a step of what follows: releases of earlier versions replay.
  const tells = plan.notify.length > 0;

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
  const notifying = new Notifying(
    plan,
    () => state,
    (result) => write(delivered(state, result, Date.now())),
  );

  await CancellationScope.nonCancellable(async () => {
    for (;;) {
      // An update is answered before anything comes of it, whatever else its task brings: in every replay the commands
      // come in the same order.
      await condition(allHandlersFinished);
      state = settle(state, plan, Date.now());
      if (tells) state = announce(state, plan, status(), Date.now());
      changed = false;
      const { step, watches } = decide(state, plan, Date.now());
      publisher.show(status());
      notifying.go();
      if (step.do === 'wait' && isTooLong(watches)) {
        // Signals that are already here are in the state; those that come later are the next run's.
        await condition(allHandlersFinished);
        watching.stop();
        notifying.stop();
        await anew(carriedOver(state, watches, Date.now()));
      }
      watching.reconcile(watches, state);
      if (step.do === 'close') break;
      if (step.do === 'wait') {
        alarm.set(tells ? earliest(step.until, reminderAt(state)) : step.until, step.why);
        // Messages that change nothing make a run too long as well.
        await condition(() => changed || alarm.ringing || isTooLong(watches));
      } else {
        take(await perform(step, state, plan));
      }
    }
    if (!isAllSent(state)) {
      alarm.set(Date.now() + CLOSING_MS, 'the last messages are sent');
      await condition(() => isAllSent(state) || alarm.ringing);
      notifying.stop();
      alarm.set(null, '');
      state = givenUp(state, plan, Date.now());
      publisher.show(status());
    }
    await condition(allHandlersFinished);
  });
  return status();
}

const earliest = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? (one ?? other) : Math.min(one, other);
