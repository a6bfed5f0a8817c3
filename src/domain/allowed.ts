/** What a person may send right now, each with a payload that works as it stands. */
import { ADMISSION, VERB_EXAMPLE, VERB_HELP, VERBS, type Verb } from './commands.js';
import { isAdoptable } from './drift-policy.js';
import { approvalOf, isStageOver, waitingGate } from './gates.js';
import type { ReleasePlan } from './plan.js';
import { isPaused, type ReleaseState } from './state.js';
import type { AllowedCommand } from './status.js';
import { refusalOf } from './steer.js';

const WHO = { by: 'you', reason: 'why' };

/** The commands that would be taken at `now`. */
export function allowedCommands(state: ReleaseState, plan: ReleasePlan, now: number): AllowedCommand[] {
  if (state.phase === 'closed') return [];
  return VERBS.flatMap((verb) => {
    if (ADMISSION[verb][state.phase] === 'no' || !isUseful(verb, state, plan, now)) return [];
    const json = payloadOf(verb, state, plan, now);
    // The approver in the example is a real one, and whether the name must be signed is told by the answer.
    return refusalOf(state, plan, verb, json, now) === null ? [{ verb, json, does: VERB_HELP[verb] }] : [];
  });
}

/** What would change nothing is not offered. */
function isUseful(verb: Verb, state: ReleaseState, plan: ReleasePlan, now: number): boolean {
  switch (verb) {
    case 'pause':
      return !state.pauses.some(({ kind }) => kind === 'human');
    case 'abort':
      return state.ending === null;
    case 'freeze':
      return state.freeze === null;
    case 'promote':
      // Once a stage is over, what it waits for is not promote's to end.
      return (
        !state.ladder.promoted &&
        !isGone(state) &&
        (state.phase !== 'rolling' || !isStageOver(state, plan, now))
      );
    case 'refuse':
      return !Object.values(state.gates).some(({ refused }) => refused);
    default:
      return true;
  }
}

/** Nobody has our version any more: there is nothing to go on with. */
function isGone({ guard: { observed } }: ReleaseState): boolean {
  return observed.kind === 'cancelled' || observed.kind === 'otherVersion';
}

function payloadOf(verb: Verb, state: ReleaseState, plan: ReleasePlan, now: number): Record<string, unknown> {
  switch (verb) {
    case 'promote':
      return { expect: state.ladder.percentage, ...WHO };
    case 'resume':
      return resumePayload(state);
    case 'approve':
    case 'refuse': {
      const gate = waitingGate(state, plan, now);
      const approval = gate === null ? null : approvalOf(plan, gate);
      const given = gate === null ? [] : (state.gates[gate]?.approvals ?? []);
      const left = approval?.approvers.filter((name) => !given.some(({ by }) => by === name)) ?? [];
      // Who started it is no example: it may not be enough.
      const one = left.find((name) => name !== state.startedBy) ?? left[0];
      return { gate, ...WHO, by: one ?? WHO.by };
    }
    case 'rollback':
      return { version: state.baseline?.online?.version ?? '1.3.0', ...WHO };
    case 'resubmit':
      return { items: (state.audit.body ?? plan.audit.body).item_list ?? null, ...WHO };
    default:
      return { ...VERB_EXAMPLE[verb], ...WHO };
  }
}

function resumePayload(state: ReleaseState): Record<string, unknown> {
  const plain = state.pauses.some(({ kind }) => kind === 'human' || kind === 'approval');
  const metric = state.pauses.find(({ kind }) => kind === 'metric')?.metric;
  if (!plain && metric !== undefined) return { metric, ...WHO };
  return (!plain || !isPaused(state)) && isAdoptable(state) ? { adopt: true, ...WHO } : WHO;
}
