/** A release whose run becomes too long under a storm, and what must be the same afterwards. */
import type { ReleasePlan } from '../../src/domain/plan.js';
import type { ReleaseStatus } from '../../src/domain/status.js';
import { type Handle, planFor, type ReleaseWorld } from '../support/release.js';
import { messagesOf, rawSender } from './storm-messages.js';

const HOUR = 3_600_000;
export const WATCHED = 'pushed-errors';

/** Soaks for an hour at 1 %, asks two people before 10 %; one metric is measured, one is pushed and may fail without end. */
export function planOfStorm(app: string, soakMs = HOUR): ReleasePlan {
  const plan = planFor(app);
  const [measured] = plan.health;
  if (measured === undefined) throw new Error('the plan has a metric');
  const { minSamples: _none, ...pushed } = measured;
  const approval = {
    approvers: ['ann', 'bob'],
    count: 2,
    claimed: true,
    timeoutMs: 24 * HOUR,
    onTimeout: 'pause',
  } as const;
  const stages = plan.rollout.stages.map((stage, index) => ({
    ...stage,
    soakMs: index === 0 ? soakMs : 0,
    approval: index === 1 ? { ...approval, approvers: [...approval.approvers] } : null,
  }));
  return {
    ...plan,
    rollout: { ...plan.rollout, stages, bakeMs: 0 },
    health: [
      { ...measured, intervalMs: 30_000 },
      { ...pushed, name: WATCHED, provider: { kind: 'push' }, failureLimit: 1_000_000, intervalMs: HOUR },
    ],
  };
}

export interface Storm {
  /** Reports of the pushed metric, one after the other: each must be counted. */
  reports: number;
  /** Rubbish, from several senders side by side. */
  rubbish: number;
  senders: number;
  /** Sent again and again while the storm lasts, as updates: a command that was taken before the storm. */
  repeated: { verb: string; command: object };
}

export interface StormSeen {
  /** Updates that were answered, and what kept others from it: a client must be able to tell that it may try again. */
  answered: number;
  notAnswered: string[];
  perSecond: number;
}

/** Sends it all; resolves when the last message is accepted by the server. */
export async function storm(world: ReleaseWorld, handle: Handle, sent: Storm): Promise<StormSeen> {
  const { reports, rubbish, senders, repeated } = sent;
  const begun = Date.now();
  const status = await handle.query<ReleaseStatus, []>('status');
  const confirmedAt = status.stages[0]?.confirmedAt ?? 0;
  const sender = rawSender(world.client);
  let over = false;

  const report = async () => {
    for (let index = 0; index < reports; index++)
      await handle.signal('healthReport', { metric: WATCHED, verdict: 'fail', at: confirmedAt + index });
  };
  const disturb = async (own: number) => {
    const messages = messagesOf(own, senders).filter(({ what }) => what !== 'large');
    for (let index = 0; index < rubbish / senders; index++) {
      const message = messages[index % messages.length];
      if (message !== undefined) await sender.signal(handle.workflowId, message);
    }
  };
  const seen = { answered: 0, notAnswered: [] as string[] };
  const repeat = async () => {
    while (!over) {
      await handle
        .executeUpdate(repeated.verb, { args: [repeated.command] })
        .then(() => seen.answered++)
        .catch((error: Error) =>
          seen.notAnswered.push(`${error.name}: ${error.message}; ${String(error.cause)}`),
        );
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const repeating = repeat();
  await Promise.all([report(), ...Array.from({ length: senders }, (_, own) => disturb(own))]);
  over = true;
  await repeating;
  return { ...seen, perSecond: Math.round(((reports + rubbish) * 1_000) / (Date.now() - begun)) };
}

/** What a storm must leave as it was. */
export function lasting(status: ReleaseStatus) {
  const { phase, percentage, paused, attention, freeze, gate, audit, stages, startedAt, effects } = status;
  const soak = stages[0]?.soakEndsAt ?? stages[0]?.remainingMs;
  return { phase, percentage, paused, attention, freeze, gate, audit, soak, startedAt, effects };
}

export const failuresOf = ({ health }: ReleaseStatus): number | undefined =>
  health.find(({ name }) => name === WATCHED)?.failures;
