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
  /** Messages in a second, at most, of all senders together; 0: as fast as the server takes them. */
  perSecond: number;
  /** Reports of the pushed metric, one after the other: each must be counted. */
  reports: number;
  /** Rubbish, from several senders side by side. */
  rubbish: number;
  senders: number;
  /** Messages of a megabyte and a half before all others: a few make a run as long as thousands do. */
  ballast?: number;
  /** Sent again and again while the storm lasts, as updates: a command that was taken before the storm. */
  repeated: { verb: string; command: object };
}

export interface StormSeen {
  /** Updates that were answered, and what kept others from it: a client must be able to tell that it may try again. */
  answered: number;
  notAnswered: string[];
  perSecond: number;
}

/** Below the two megabytes that the server takes in one message. */
const BALLAST_BYTES = 1_500_000;

/** Lets as many pass in a second as it is told. */
function pacer(perSecond: number): () => Promise<void> {
  let next = Date.now();
  return async () => {
    if (perSecond === 0) return;
    next = Math.max(next + 1_000 / perSecond, Date.now() - 1_000);
    const wait = next - Date.now();
    if (wait > 0) await pause(wait);
  };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The server's word that it cannot ask the workflow just now: a client tries again. */
export const BUSY = /workflow task (in failed state|failure)|UNAVAILABLE|RESOURCE_EXHAUSTED|ABORTED/i;

/** A run takes ten thousand signals; the next run takes more. */
function isFull(error: unknown): boolean {
  const { cause } = error as Error;
  return /limit for signal events/.test(`${String(error)} ${String(cause)}`);
}

/** Sends it all; resolves when the last message is accepted by the server. */
export async function storm(world: ReleaseWorld, handle: Handle, sent: Storm): Promise<StormSeen> {
  const { reports, rubbish, senders, ballast = 0, repeated, perSecond } = sent;
  const begun = Date.now();
  const status = await handle.query<ReleaseStatus, []>('status');
  const confirmedAt = status.stages[0]?.confirmedAt ?? 0;
  const sender = rawSender(world.client);
  let over = false;
  const pace = pacer(perSecond);

  /** Sends, and again when the run has taken as many signals as one may. */
  const insist = async (send: () => Promise<void>) => {
    await pace();
    for (;;) {
      try {
        return await send();
      } catch (error) {
        if (!isFull(error)) throw error;
        await pause(1_000);
      }
    }
  };
  const report = async () => {
    for (let index = 0; index < reports; index++)
      await insist(() =>
        handle.signal('healthReport', { metric: WATCHED, verdict: 'fail', at: confirmedAt + index }),
      );
  };
  const disturb = async (own: number) => {
    const messages = messagesOf(own, senders).filter(({ what }) => what !== 'large');
    for (let index = 0; index < rubbish / senders; index++) {
      const message = messages[index % messages.length];
      if (message !== undefined) await insist(() => sender.signal(handle.workflowId, message));
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
      await pause(50);
    }
  };
  const repeating = repeat();
  for (let count = 0; count < ballast; count++)
    await handle.signal('healthReport', { metric: WATCHED, value: 'x'.repeat(BALLAST_BYTES) });
  await Promise.all([report(), ...Array.from({ length: senders }, (_, own) => disturb(own))]);
  over = true;
  await repeating;
  return { ...seen, perSecond: Math.round(((reports + rubbish) * 1_000) / (Date.now() - begun)) };
}

/** Asks until the status is as wanted, also while a storm has left the workflow more to do than it can say. */
export async function calm(
  handle: Handle,
  wanted: (status: ReleaseStatus) => boolean,
  limitMs: number,
): Promise<ReleaseStatus> {
  for (const end = Date.now() + limitMs; ; await pause(500)) {
    const status = await handle.query<ReleaseStatus, []>('status').catch((error: Error) => {
      if (!BUSY.test(`${error.message} ${String(error.cause)}`) || Date.now() > end) throw error;
    });
    if (status !== undefined && wanted(status)) return status;
    if (Date.now() > end) throw new Error(`not reached: ${JSON.stringify(status?.health)} ${status?.reason}`);
  }
}

/** What a storm must leave as it was. */
export function lasting(status: ReleaseStatus) {
  const { phase, percentage, paused, attention, freeze, gate, audit, stages, startedAt, effects } = status;
  const soak = stages[0]?.soakEndsAt ?? stages[0]?.remainingMs;
  return { phase, percentage, paused, attention, freeze, gate, audit, soak, startedAt, effects };
}

export const failuresOf = ({ health }: ReleaseStatus): number | undefined =>
  health.find(({ name }) => name === WATCHED)?.failures;
