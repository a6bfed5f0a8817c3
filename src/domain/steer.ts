/** What a command does to a release. Pure; a refusal says why and, where it can, what to send instead. */
import { ADMISSION, type Command, type Verb } from './commands.js';
import { EFFECTS } from './effects.js';
import { nextAsked, waitingGate } from './gates.js';
import { parseCommand } from './parse-command.js';
import type { ReleasePlan } from './plan.js';
import { ignore, isPaused, MAX_COMMANDS, newest, type ReleaseState, tell } from './state.js';
import { resubmit, retry } from './verbs/again.js';
import { approve, refuse } from './verbs/approving.js';
import { abort, giveUp, rollback } from './verbs/ending.js';
import { freeze, unfreeze } from './verbs/freezing.js';
import { pause, resume } from './verbs/pausing.js';
import { promote } from './verbs/promote.js';
import { accepted, type Handler, refused, type Steered } from './verbs/steered.js';

export type { Steered } from './verbs/steered.js';

const HANDLERS: Record<Command['verb'], Handler> = {
  pause,
  resume,
  promote,
  approve,
  refuse,
  abort,
  rollback,
  resubmit,
  retry,
  giveUp,
  freeze,
  unfreeze,
};

/** Whether a command would be taken now; the message says why not. Changes nothing. */
export function admit(state: ReleaseState, plan: ReleasePlan, command: Command, now: number): Steered {
  // Temporal's cancel brings no id of its own, and nobody may take it away by using one.
  const known =
    command.via === 'cancel' ? undefined : state.commands.find(({ id }) => id === command.commandId);
  if (known !== undefined && known.verb !== command.verb)
    return refused(
      state,
      `commandId ${command.commandId} was used for ${known.verb}; give every command its own`,
    );
  if (known !== undefined) return { state, accepted: known.accepted, message: known.message };
  return barred(state, plan, command, now) ?? HANDLERS[command.verb](state, plan, command, now);
}

/**
 * Why what was sent would be refused now, whatever it is; null when it would be taken. It draws no id: a replay runs no
 * validator, and every id that is drawn after one would be another there.
 */
export function refusalOf(
  state: ReleaseState,
  plan: ReleasePlan,
  verb: Verb,
  payload: unknown,
  now: number,
): string | null {
  const parsed = parseCommand(verb, payload, { via: 'update', newId: () => '' });
  if (!parsed.ok) return parsed.message;
  const { accepted: isTaken, message } = admit(state, plan, parsed.value, now);
  return isTaken ? null : message;
}

/** What the table of verb × phase says against a command; null when it is taken. */
function barred(state: ReleaseState, plan: ReleasePlan, { verb }: Command, now: number): Steered | null {
  switch (ADMISSION[verb][state.phase]) {
    case 'yes':
      return null;
    case 'no': {
      const own = verb === 'rollback' && state.phase === 'closed';
      return refused(
        state,
        own
          ? 'the release is closed; a rollback of its own takes users back: weapp-rollout rollback APP --to VERSION'
          : `${verb} is not possible while ${state.phase}`,
      );
    }
    case 'noop':
      return accepted(state, `nothing to do: the release is ${state.phase}`);
    case 'attention':
      return state.attention === null
        ? refused(state, `${verb} is for a release that needs a person; ${whyNot(state, plan, now)}`)
        : null;
    case 'gate':
      return waitingGate(state, plan, now) === null
        ? refused(state, `${verb}: no gate waits now; ${nextAsked(state, plan)}`)
        : null;
    case 'rejected':
      return state.audit.state === 'rejected' || isSubmissionRefused(state)
        ? null
        : refused(state, `${verb} is for a rejected audit; this one is ${state.audit.state}`);
  }
}

/** WeChat would not take what we submitted; of a submission that nobody could verify, only a reading can tell. */
function isSubmissionRefused({ attention, effects }: ReleaseState): boolean {
  const last = effects.findLast(({ endpoint }) => endpoint === EFFECTS.submitAudit.endpoint);
  return attention?.step === 'submitAudit' && last?.result === 'refused';
}

/** What a release that nobody must look at is doing instead. */
function whyNot(state: ReleaseState, plan: ReleasePlan, now: number): string {
  if (isPaused(state)) return 'this one is paused: `resume` lifts that';
  if (waitingGate(state, plan, now) !== null) return 'this one waits for an approval';
  if (state.freeze !== null) return 'this one is frozen: `unfreeze` lifts that';
  return 'this one goes on by itself';
}

/** The state after a command. A repeated commandId changes nothing; a refusal is recorded too. */
export function steer(state: ReleaseState, plan: ReleasePlan, command: Command, now: number): Steered {
  const repeated = state.commands.some(({ id }) => id === command.commandId);
  if (repeated && command.via !== 'cancel') return admit(state, plan, command, now);
  const result = admit(state, plan, command, now);
  const entry = {
    id: command.commandId,
    verb: command.verb,
    accepted: result.accepted,
    message: result.message,
    at: now,
  };
  const told = tell(result.state, {
    at: now,
    what: result.accepted ? whatOf(command) : `${command.verb} refused`,
    why: result.accepted ? command.reason : result.message,
    by: command.by,
    via: command.via,
    ...(result.accepted ? {} : { refused: true as const }),
  });
  const commands = newest([...told.commands, entry], MAX_COMMANDS, (known) => !known.accepted);
  return { ...result, state: { ...told, commands } };
}

/** The state after a Signal that is no command: whoever sent it gets no answer, and must find it in the story. */
export function misread(state: ReleaseState, verb: Verb, why: string, now: number): ReleaseState {
  return tell(ignore(state, why), {
    at: now,
    what: `${verb} refused`,
    why,
    by: 'someone unnamed',
    via: 'signal',
    refused: true,
  });
}

/** How a command is told: what it overrides is not hidden behind its name. */
function whatOf({ verb, full, adopt, override }: Command): string {
  if (override && verb === 'unfreeze') return 'override of freeze and window';
  if (full && verb === 'promote') return 'promote to 100 %';
  return adopt && verb === 'resume' ? 'adopt' : verb;
}
