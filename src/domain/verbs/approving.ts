/** approve and refuse: for the gate that waits. Distinct approvers; a claimed name counts only if the plan allows it. */
import type { Command } from '../commands.js';
import { approvalOf, isAgreed, titleOf, waitingGate, waitsFor } from '../gates.js';
import { addPause } from '../pauses.js';
import type { Approval, ReleasePlan } from '../plan.js';
import { withGate } from '../settle-gates.js';
import { notice, type ReleaseState, type Signed, tell } from '../state.js';
import { andPaused } from './pausing.js';
import { accepted, type Handler, paste, refused, type Steered } from './steered.js';

/** Signatures that wait to be verified at once; more would be a storm. */
const MAX_SIGNED = 20;

export const approve: Handler = (state, plan, command, now) =>
  atGate(state, plan, command, now, (gate) => {
    if (state.gates[gate]?.approvals.some(({ by }) => by === command.by))
      return accepted(state, `${command.by} has approved already; ${waitsFor(state, plan, gate)}`);
    if (approvalOf(plan, gate)?.claimed !== true)
      return refused(
        state,
        `${command.by} is only a claimed name, and this gate counts signed approvals; sign it (weapp-rollout approve --key FILE), or let the plan say approval.claimed: true`,
      );
    const next = agreed(state, gate, command.by, false, now);
    return accepted(next, sayLeft(next, plan, gate));
  });

export const refuse: Handler = (state, plan, command, now) =>
  atGate(state, plan, command, now, (gate) =>
    state.gates[gate]?.refused
      ? accepted(state, 'refused already; approvals start again after resume')
      : accepted(
          disagreed(state, plan, gate, command, now),
          'refused: the release is paused; approvals start again after resume',
        ),
  );

function atGate(
  state: ReleaseState,
  plan: ReleasePlan,
  command: Command,
  now: number,
  act: (gate: string) => Steered,
): Steered {
  const gate = waitingGate(state, plan, now);
  const approval = gate === null ? null : approvalOf(plan, gate);
  if (gate === null || approval === null) return refused(state, `${command.verb}: no gate waits now`);
  if (command.gate !== undefined && command.gate !== gate)
    return refused(
      state,
      `${command.gate} does not wait, ${gate} does (${titleOf(plan, gate)}); send ${paste({ gate })}`,
    );
  if (!approval.approvers.includes(command.by))
    return refused(
      state,
      `${command.by} is not among the approvers of ${titleOf(plan, gate)}: ${approval.approvers.join(', ')}`,
    );
  // Four eyes: with a count of two or more somebody else has agreed in any case.
  if (command.verb === 'approve' && approval.count === 1 && command.by === state.startedBy)
    return refused(
      state,
      `${command.by} started this release and cannot be its only approver; ${others(approval, command.by)}`,
    );
  // It would be forgotten: after a refusal everyone is asked anew.
  if (command.verb === 'approve' && state.gates[gate]?.refused)
    return refused(
      state,
      `${titleOf(plan, gate)} was refused; it is asked for again after resume: ${paste({})}`,
    );
  if (command.signature === undefined) return act(gate);
  if (state.signed.length >= MAX_SIGNED)
    return refused(state, `${MAX_SIGNED} signatures wait to be verified; send it again in a minute`);
  const { verb, commandId, by, reason, signature } = command;
  const signed: Signed = {
    verb: verb === 'refuse' ? 'refuse' : 'approve',
    gate,
    askedAt: state.gates[gate]?.since ?? now,
    commandId,
    by,
    reason,
    signature,
    at: now,
  };
  const taken = `taken; its signature is being verified${verb === 'approve' ? andPaused(state) : ''}`;
  return accepted({ ...state, signed: [...state.signed, signed] }, taken);
}

function others({ approvers }: Approval, starter: string): string {
  const left = approvers.filter((name) => name !== starter);
  return left.length > 0
    ? `one of ${left.join(', ')} can`
    : 'the plan names nobody else, so abort is what is left';
}

function agreed(
  state: ReleaseState,
  gate: string,
  by: string,
  authenticated: boolean,
  now: number,
): ReleaseState {
  const reached = state.gates[gate] ?? { since: now, clock: null, approvals: [], timedOut: false };
  const approvals = [...reached.approvals.filter((entry) => entry.by !== by), { by, authenticated, at: now }];
  return withGate(state, gate, { ...reached, approvals });
}

function disagreed(
  state: ReleaseState,
  plan: ReleasePlan,
  gate: string,
  { by, reason }: Pick<Command, 'by' | 'reason'>,
  now: number,
): ReleaseState {
  const reached = state.gates[gate] ?? { since: now, clock: null, approvals: [], timedOut: false };
  const why = `${by} refused ${titleOf(plan, gate)}: ${reason}`;
  const again = withGate(state, gate, { ...reached, approvals: [], refused: true });
  return addPause(again, { kind: 'approval', reason: why, by, at: now }, now);
}

function sayLeft(state: ReleaseState, plan: ReleasePlan, gate: string): string {
  const left = isAgreed(state, plan, gate) ? 'approved' : `taken; ${waitsFor(state, plan, gate)}`;
  return left + andPaused(state);
}

/** What the verification of a signature came to. */
export interface Authenticated {
  commandId: string;
  ok: boolean;
  why: string;
}

/** A verified signature counts, if its gate still waits; one that is not what it says is told. */
export function applySignature(
  state: ReleaseState,
  plan: ReleasePlan,
  { commandId, ok, why }: Authenticated,
  now: number,
): ReleaseState {
  const signed = state.signed.find((entry) => entry.commandId === commandId);
  if (signed === undefined) return state;
  const left = { ...state, signed: state.signed.filter((entry) => entry !== signed) };
  const { verb, gate, by, reason } = signed;
  if (!ok) {
    const text = `${verb} by ${by} does not count: ${why}`;
    return tell(notice(left, text), { at: now, what: `${verb} refused`, why: text, by });
  }
  const asked = left.gates[gate];
  if (waitingGate(left, plan, now) !== gate || asked?.since !== signed.askedAt || asked.refused)
    return notice(left, `${verb} by ${by} came too late: ${gate} does not wait for it any more`);
  const told = (next: ReleaseState) =>
    tell(next, { at: now, what: `${verb} verified`, why: reason, by, authenticated: true });
  return verb === 'approve'
    ? told(agreed(left, gate, by, true, now))
    : told(disagreed(left, plan, gate, signed, now));
}
