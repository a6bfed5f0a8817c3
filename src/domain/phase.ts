/** The phases of a release and how one leads to another: a table, tested row by row. */
import type { Phase } from './status.js';

/** What can move a release from one phase to the next. */
export type PhaseEvent =
  /** The version is the trial version; the audit may begin. */
  | 'committed'
  /** The plan rests on an audit that passed before. */
  | 'approvedBefore'
  /** A rejected, or strange, trial version is uploaded or tried out anew. */
  | 'recommit'
  /** WeChat approved the audit. */
  | 'approved'
  /** The first grayrelease is about to be sent: from here on users may have the version. */
  | 'rolloutStarted'
  /** A staged release that someone else began with our audit is gone again: nobody has the version. */
  | 'handedBack'
  /** Everyone has the version. */
  | 'completed'
  /** Users must be taken back. */
  | 'takeBack'
  /** Nothing further will be done. */
  | 'ended';

export const TRANSITIONS: Record<Phase, Partial<Record<PhaseEvent, Phase>>> = {
  preparing: { committed: 'auditing', approvedBefore: 'ready', ended: 'closed' },
  auditing: { approved: 'ready', recommit: 'preparing', ended: 'closed' },
  // Someone may release our audit to everyone by hand before we begin.
  ready: { rolloutStarted: 'rolling', completed: 'baking', takeBack: 'reverting', ended: 'closed' },
  rolling: { handedBack: 'ready', completed: 'baking', takeBack: 'reverting', ended: 'closed' },
  baking: { takeBack: 'reverting', ended: 'closed' },
  reverting: { ended: 'closed' },
  closed: {},
};

/** The phase after an event. Throws on a move that the table does not know: that is a bug, not an input. */
export function nextPhase(phase: Phase, event: PhaseEvent): Phase {
  const next = TRANSITIONS[phase][event];
  if (next === undefined) throw new Error(`no way from phase ${phase} by ${event}`);
  return next;
}
