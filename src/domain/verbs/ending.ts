/** abort, rollback and giveUp: the release ends before its plan does. */
import { close } from '../settle.js';
import { mayRunGray, type ReleaseState, type Target } from '../state.js';
import { accepted, type Handler, paste, refused } from './steered.js';

export const abort: Handler = (state, _plan, command, now) => {
  if (state.ending !== null) return accepted(state, 'already ending');
  const { reason, by, withdrawAudit } = command;
  return accepted(
    { ...state, ending: { reason, by, at: now, withdrawAudit: withdrawAudit === true } },
    state.phase === 'rolling' || state.phase === 'baking' ? 'users are taken back' : 'the release ends',
  );
};

export const rollback: Handler = (state, plan, command, now) => {
  if (command.version === undefined && command.appVersion === undefined)
    return refused(state, `it names no version; send for example ${paste({ version: before(state) })}`);
  const target = targetOf(state, command);
  if (target === null) {
    const sent = command.version ?? `number ${command.appVersion}`;
    return refused(
      state,
      `${sent} was not in WeChat's list when the release began; it listed ${listed(state).join(', ') || 'nothing'}`,
    );
  }
  if (target.version === plan.version)
    return refused(state, `${plan.version} is the version of this release`);
  const ended = abort(state, plan, command, now);
  return { ...ended, state: { ...ended.state, target }, message: `everyone goes back to ${target.version}` };
};

const before = (state: ReleaseState): string => state.baseline?.online?.version ?? '1.3.0';

function listed({ baseline }: ReleaseState): string[] {
  const names = (baseline?.history ?? []).map(({ version }) => version);
  return [...new Set([...(baseline?.online ? [baseline.online.version] : []), ...names])];
}

/** The version that was online before, or one that was listed then. */
function targetOf(
  { baseline }: ReleaseState,
  { version, appVersion }: { version?: string; appVersion?: number },
): Target | null {
  const entry = baseline?.history.find((known) =>
    appVersion !== undefined ? known.appVersion === appVersion : known.version === version,
  );
  if (entry !== undefined && (version === undefined || version === entry.version))
    return { version: entry.version, appVersion: appVersion ?? null };
  const online = baseline?.online?.version;
  return version !== undefined && version === online && appVersion === undefined
    ? { version, appVersion: null }
    : null;
}

export const giveUp: Handler = (state, _plan, command, now) => {
  if (mayRunGray(state))
    return refused(
      state,
      'a staged release may be running; abort takes users back, or cancel it in the console',
    );
  const why = state.attention?.reason ?? '';
  return accepted(
    close(state, 'failed', `given up by ${command.by}: ${command.reason} (${why})`, now),
    'closed as failed',
  );
};
