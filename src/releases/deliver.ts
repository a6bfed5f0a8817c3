/** Brings a command to a release and says what came of it. */

import {
  type SignalDefinition,
  type UpdateDefinition,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { standsText } from '../domain/back-story.js';
import type { Verb } from '../domain/commands.js';
import type { ReleaseStatus } from '../domain/status.js';
import { reasonOf } from '../servers/grpc.js';
import * as messages from '../workflows/messages.js';
import type { Temporal } from './connection.js';
import { isOutOfSignals, isSilence, ReleaseError } from './errors.js';
import { handleOf, readRelease, type Target } from './read.js';
import { fired, pause } from './waiting.js';

/** One command: its verb and the JSON object that goes with it. */
export interface Order {
  verb: Verb;
  payload: { by: string; commandId: string } & Record<string, unknown>;
  /** Do not wait until the release has taken a signal. */
  noWait: boolean;
}

/** How whoever gives a command waits for its answer. */
export interface Patience {
  /** Ends the waiting, not the command. */
  stop: AbortSignal;
  /** Told once, after two seconds without an answer. */
  waits?(via: Delivered['via']): void;
}

export interface Delivered {
  commandId: string;
  /** What the release answered. */
  message: string;
  /** How the command reached the release. */
  via: 'signal' | 'update';
  /** Null when nobody waited for it. */
  status: ReleaseStatus | null;
}

/** After this long without an answer it is told that a worker is waited for, milliseconds. */
const TELL_AFTER_MS = 2_000;
const LOOK_MS = 300;

type Sendable = 'pause' | 'abort';
const SIGNALS: Record<Sendable, SignalDefinition<[messages.CommandInput?]>> = {
  pause: messages.pauseSignal,
  abort: messages.abortSignal,
};
const UPDATES: Record<Verb, UpdateDefinition<ReleaseStatus, [messages.CommandInput?]>> = {
  pause: messages.pauseUpdate,
  abort: messages.abortUpdate,
  resume: messages.resumeUpdate,
  promote: messages.promoteUpdate,
  retry: messages.retryUpdate,
  giveUp: messages.giveUpUpdate,
  approve: messages.approveUpdate,
  refuse: messages.refuseUpdate,
  rollback: messages.rollbackUpdate,
  resubmit: messages.resubmitUpdate,
  freeze: messages.freezeUpdate,
  unfreeze: messages.unfreezeUpdate,
};

/**
 * Delivers a command. `pause` and `abort` are Signals, which Temporal keeps even with no worker up; the others are
 * Updates, which a worker answers at once.
 * @throws ReleaseError refused; closed; underWay when the waiting was broken off
 */
export async function deliver(
  temporal: Temporal,
  target: Target,
  order: Order,
  patience: Patience,
): Promise<Delivered> {
  const { verb } = order;
  try {
    return verb === 'pause' || verb === 'abort'
      ? await signal(temporal, target, order, SIGNALS[verb], patience)
      : await update(temporal, target, order, UPDATES[verb], patience);
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) throw await closedError(temporal, target, verb);
    throw error;
  }
}

async function signal(
  temporal: Temporal,
  target: Target,
  { verb, payload, noWait }: Order,
  definition: SignalDefinition<[messages.CommandInput?]>,
  patience: Patience,
): Promise<Delivered> {
  try {
    await handleOf(temporal, target).signal(definition, payload);
  } catch (error) {
    // A run takes 10,000 signals and not one more; an Update still reaches it, as long as a worker is up.
    if (!isOutOfSignals(error)) throw error;
    return update(temporal, target, { verb, payload, noWait }, UPDATES[verb], patience);
  }
  const id = payload.commandId;
  if (noWait) return { commandId: id, message: 'accepted by Temporal', via: 'signal', status: null };
  const { stop, waits } = patience;
  const brokenOff = fired(stop);
  const timer = setTimeout(() => waits?.('signal'), TELL_AFTER_MS);
  try {
    for (;;) {
      const reading = await Promise.race([readRelease(temporal, target).catch(unlessSilent), brokenOff]);
      if (stop.aborted) throw stillOnItsWay(verb, id);
      const status = reading && 'status' in reading ? reading.status : null;
      const taken = status?.commands.find((command) => command.id === id);
      if (status && taken) return answered(verb, taken, status, 'signal');
      if (reading && (reading.kind === 'closed' || reading.kind === 'lost'))
        throw await closedError(temporal, { ...target, run: reading.runId }, verb);
      await pause(LOOK_MS, stop);
    }
  } finally {
    clearTimeout(timer);
  }
}

async function update(
  temporal: Temporal,
  target: Target,
  { verb, payload }: Order,
  definition: UpdateDefinition<ReleaseStatus, [messages.CommandInput?]>,
  { stop, waits }: Patience,
): Promise<Delivered> {
  const id = payload.commandId;
  const timer = setTimeout(() => waits?.('update'), TELL_AFTER_MS);
  try {
    for (;;) {
      try {
        const status = await temporal.connection.withAbortSignal(stop, () =>
          handleOf(temporal, target).executeUpdate<ReleaseStatus, [messages.CommandInput]>(definition.name, {
            args: [payload],
            updateId: id,
          }),
        );
        const taken = status.commands.find((command) => command.id === id);
        return answered(verb, taken ?? { id, accepted: true, message: 'accepted' }, status, 'update');
      } catch (error) {
        if (stop.aborted) throw stillOnItsWay(verb, id);
        // The server gives up waiting for a worker after a while; the same id asks again without sending twice.
        const timedOut = error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || isSilence(error);
        if (!timedOut) throw await updateError(error, temporal, target, verb);
        await pause(LOOK_MS, stop);
      }
    }
  } finally {
    clearTimeout(timer);
  }
}

function answered(
  verb: Verb,
  { id, accepted, message }: Pick<ReleaseStatus['commands'][number], 'id' | 'accepted' | 'message'>,
  status: ReleaseStatus,
  via: Delivered['via'],
): Delivered {
  if (!accepted) throw new ReleaseError('refused', `${verb} refused: ${message}`);
  return { commandId: id, message, via, status };
}

function stillOnItsWay(verb: Verb, id: string): ReleaseError {
  return new ReleaseError(
    'underWay',
    `stopped waiting; ${verb} may still be applied when a worker comes up`,
    `its command id is ${id}; \`status APP --output json\` lists it under commands once it is taken`,
  );
}

/** What an Update failed with, as whoever sent it may read it. */
export async function updateError(
  error: unknown,
  temporal: Temporal,
  target: Target,
  verb: string,
): Promise<unknown> {
  if (!(error instanceof WorkflowUpdateFailedError)) return error;
  const reading = await readRelease(temporal, target).catch(unlessSilent);
  // Accepted, but the release closed before it answered.
  if (reading?.kind === 'closed' || reading?.kind === 'lost') return closedError(temporal, target, verb);
  return new ReleaseError('refused', reasonOf(error));
}

/** That nothing can be commanded any more, and how it ended. */
export async function closedError(temporal: Temporal, target: Target, verb: string): Promise<ReleaseError> {
  const reading = await readRelease(temporal, target);
  const see = `\`weapp-rollout status ${target.app}\` shows all of it`;
  switch (reading.kind) {
    case 'closed': {
      const { reason } = reading.status;
      return new ReleaseError(
        'closed',
        `${verb}: this release is closed: ${standsText(reading.status)}: ${reason}`,
        see,
      );
    }
    case 'lost':
      return new ReleaseError('closed', `${verb}: this release is over. ${reading.why}`, see);
    default:
      return new ReleaseError('underWay', `${verb} did not reach the release`, 'try again');
  }
}

/** A worker or server that does not answer is waited for; anything else is an error. */
function unlessSilent(error: unknown): null {
  if (isSilence(error)) return null;
  throw error;
}
