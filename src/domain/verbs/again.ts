/** retry and resubmit: the same step once more, or with what was corrected. */
import { submitAgain, tryOutAgain, uploadAgain } from '../anew.js';
import { uncovered } from '../attention.js';
import { liftPauses } from '../pauses.js';
import type { ReleaseState } from '../state.js';
import { accepted, type Handler, refused } from './steered.js';

export const retry: Handler = (state, plan, _command, now) => {
  const step = state.attention?.step;
  // What it covered needs a `retry` of its own.
  const next = uncovered(state);
  switch (step) {
    case 'drift': {
      const guard = {
        ...next.guard,
        observed: { kind: 'ours' } as const,
        generation: next.guard.generation + 1,
      };
      // Before the first stage, what others did is taken as it is: the release begins from there.
      const early = ['preparing', 'auditing', 'ready'].includes(state.phase);
      // What is still so is seen again, and told again.
      const fresh = liftPauses(next, ({ kind }) => kind === 'drift', now);
      const still =
        next.attention === null ? '' : `; then a person must look still: ${next.attention.reason}`;
      return accepted({ ...fresh, confirmation: null, guard, resurvey: early }, `reading again${still}`);
    }
    case 'trial':
      return accepted(
        uploadAgain(next),
        plan.source === 'template' ? 'uploading again' : 'looking at what is uploaded now',
      );
    case 'withdrawn':
      return accepted(submitAgain(next), 'submitting again');
    case 'foreignAudit':
      // What it was submitted with took the place of our upload.
      return accepted(uploadAgain(next), 'reading again, then uploading and submitting');
    case 'survey':
      return accepted({ ...next, resurvey: true }, 'reading again');
    case 'grayRelease':
      // Nothing of ours was sent yet: what stood in the way is looked at, and may be gone.
      return accepted({ ...next, resurvey: state.phase === 'ready' }, 'trying again');
    default:
      return state.phase === 'reverting'
        ? accepted(
            { ...next, wayBack: { ...next.wayBack, choice: null, loops: 0 } },
            'choosing the way back again',
          )
        : accepted(next, 'trying again');
  }
};

export const resubmit: Handler = (state, plan, { items, template }) => {
  if (template !== undefined && plan.source !== 'template')
    return refused(
      state,
      `the version is not made from a template (source: ${plan.source}); send items only`,
    );
  const { audit } = state;
  const body = items === undefined ? audit.body : { ...(audit.body ?? plan.audit.body), item_list: items };
  const corrected: ReleaseState = {
    ...state,
    // What someone did elsewhere is still to be looked at.
    attention: state.attention?.step === 'drift' ? state.attention : null,
    // Who agreed, agreed to something else.
    gates: {},
    audit: { ...audit, body, template: template ?? audit.template },
  };
  if (template !== undefined)
    return accepted(uploadAgain(corrected), `uploading template ${template} and submitting again`);
  // Whoever uploads may have corrected that too.
  if (plan.source === 'uploaded')
    return accepted(uploadAgain(corrected), 'looking at what is uploaded now, then submitting again');
  return plan.trial === null
    ? accepted(submitAgain(corrected), 'submitting again')
    : accepted(tryOutAgain(corrected), 'submitting again, once the trial version is approved');
};
