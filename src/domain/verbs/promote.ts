/** promote: this soak or hold ends now; everything else that must hold still holds. */
import { waitingGate } from '../gates.js';
import { isPaused } from '../state.js';
import { accepted, type Handler, paste, refused } from './steered.js';

export const promote: Handler = (state, plan, command, now) => {
  const { ladder } = state;
  if (ladder.stage < 0) return refused(state, 'no stage is running yet');
  if (ladder.completingSince !== null) return refused(state, 'everyone gets it already; the bake comes next');
  if (command.expect !== ladder.percentage) {
    const json = paste({ expect: ladder.percentage, ...(command.full ? { full: true } : {}) });
    const sent = command.expect === undefined ? 'it names no stage' : `it expects ${command.expect} %`;
    return refused(state, `${ladder.percentage} % is running and ${sent}; send ${json}`);
  }
  const still =
    state.attention !== null
      ? 'what needs a person is settled and health confirms'
      : isPaused(state)
        ? 'the pause is lifted and health confirms'
        : waitingGate(state, plan, now) !== null
          ? 'who is asked has approved and health confirms'
          : 'health confirms';
  if (ladder.promoted && (ladder.full || command.full !== true))
    return accepted(state, `promoted already; it goes on once ${still}`);
  const next = { ...ladder, promoted: true, full: ladder.full || command.full === true };
  return accepted({ ...state, confirmation: null, ladder: next }, `taken; it goes on once ${still}`);
};
