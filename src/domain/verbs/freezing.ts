/** freeze and unfreeze: no stage begins until it is lifted, over, or overridden by someone who says why. */
import { accepted, type Handler, paste, refused } from './steered.js';

/** A freeze may last this long, milliseconds: WeChat's own deadline comes long before. */
const LONGEST_MS = 366 * 24 * 3_600_000;

export const freeze: Handler = (state, _plan, { by, reason, until, forMs }, now) => {
  const end = until ?? (forMs === undefined ? null : now + forMs);
  const example = paste({ for: '2d' });
  if (end === null) return refused(state, `freeze has no end; send until or for, such as ${example}`);
  if (end <= now) return refused(state, `freeze would be over already; send for example ${example}`);
  if (end - now > LONGEST_MS) return refused(state, `freeze would last more than a year; send ${example}`);
  if (reason === 'no reason given') return refused(state, `freeze needs a reason, such as ${example}`);
  if (state.freeze?.until === end && state.freeze.reason === reason && state.override === null)
    return accepted(state, `frozen already, until ${new Date(end).toISOString()}`);
  const next = { ...state, freeze: { reason, by, at: now, until: end }, override: null };
  return accepted(next, `no stage begins until ${new Date(end).toISOString()}`);
};

export const unfreeze: Handler = (state, plan, { by, reason, override }, now) => {
  if (override) {
    if (state.freeze === null && plan.rollout.windows === null)
      return refused(state, 'there is neither a freeze nor a window to override');
    return accepted(
      { ...state, override: { by, reason, at: now } },
      'the next stage may begin in spite of freeze and window',
    );
  }
  if (state.freeze === null) return refused(state, 'it is not frozen');
  return accepted({ ...state, freeze: null }, 'lifted');
};
