/** abort, rollback and giveUp: the release ends before its plan does. */
import { close, leftBehind } from '../settle.js';
import { mayRunGray, type ReleaseState, type Target } from '../state.js';
import { theirsOf } from '../users-have.js';
import { accepted, type Handler, paste, refused } from './steered.js';

export const abort: Handler = (state, _plan, command, now) => {
  if (state.ending !== null) return accepted(state, 'already ending');
  const { reason, by, withdrawAudit } = command;
  return accepted(
    { ...state, ending: { reason, by, at: now, withdrawAudit: withdrawAudit === true } },
    endsHow(state),
  );
};

function endsHow(state: ReleaseState): string {
  if (state.phase !== 'rolling' && state.phase !== 'baking') return 'the release ends';
  const theirs = theirsOf(state);
  if (theirs !== null) return `the release ends; ${theirs} is not ours and is left alone`;
  return state.guard.observed.kind === 'cancelled'
    ? 'the release ends; users are back already'
    : 'users are taken back';
}

export const rollback: Handler = (state, plan, command, now) => {
  if (command.version === undefined && command.appVersion === undefined)
    return refused(state, `it names no version; send for example ${paste({ version: before(state) })}`);
  const target = targetOf(state, command);
  if (target === null) {
    const sent = [
      command.version ?? [],
      command.appVersion === undefined ? [] : `number ${command.appVersion}`,
    ];
    const known = `it listed ${listed(state).join(', ') || 'nothing'}`;
    const named = `send for example ${paste({ version: before(state) })}`;
    return refused(
      state,
      `${sent.flat().join(', ')} was not in WeChat's list when the release began: ${known}; ${named}`,
    );
  }
  if (target.version === plan.version)
    return refused(state, `${plan.version} is the version of this release`);
  const ended = abort(state, plan, command, now);
  return { ...ended, state: { ...ended.state, target }, message: `everyone goes back to ${target.version}` };
};

const before = (state: ReleaseState): string => state.baseline?.online?.version ?? '1.3.0';

function listed({ baseline }: ReleaseState): string[] {
  const entries = (baseline?.history ?? []).map(({ version, appVersion }) => `${version} (${appVersion})`);
  return [...new Set([...(baseline?.online ? [baseline.online.version] : []), ...entries])];
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
  // What was online got its number in the list only when another version took its place; it is looked up there.
  return version !== undefined && version === baseline?.online?.version
    ? { version, appVersion: appVersion ?? null }
    : null;
}

export const giveUp: Handler = (state, plan, command, now) => {
  if (mayRunGray(state))
    return refused(
      state,
      'a staged release may be running; abort takes users back, or cancel it in the console',
    );
  const why = state.attention?.reason ?? '';
  return accepted(
    close(
      state,
      'failed',
      `given up by ${command.by}: ${command.reason} (${why}); ${leftBehind(state, plan)}`,
      now,
    ),
    'closed as failed',
  );
};
