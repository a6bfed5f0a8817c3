/** change_visitstatus and getvisitstatus: whether users can open the Mini Program at all. */
import { refuse } from '../state/errors.js';
import { codeOf, read, type Step } from '../state/machine.js';

/** change_visitstatus. A closed Mini Program is served to nobody: it has no launches and no errors. */
export const changeVisitStatus: Step = ({ app, switches }, params) => {
  const { action } = params;
  if (action !== 'open' && action !== 'close') return refuse(codeOf(switches.visitBadAction));
  const open = action === 'open';
  if (open === app.open || app.online === null) {
    return switches.visitUnchanged === 'ok' ? read() : refuse(codeOf(switches.visitUnchanged));
  }
  return { answer: {}, app: { ...app, open }, effect: { version: app.online.code.userVersion } };
};

/** getvisitstatus: 1 serving, 0 suspended. */
export const getVisitStatus: Step = ({ app }) => read({ status: app.open ? 1 : 0 });
