/** The way back as people see it. */
import { mayRunGray, type ReleaseState } from './state.js';
import type { WayBack } from './status.js';

/** Whether and how users can be taken back right now, as far as the last readings tell. */
export function wayBackOf(state: ReleaseState): WayBack {
  const { baseline, ladder, phase } = state;
  const before = state.target?.version ?? baseline?.online?.version ?? null;
  if (phase === 'closed') {
    const stays = state.outcome === 'released' && before !== null;
    return {
      way: 'none',
      text: stays
        ? `the release is closed; the console can still bring ${before} back`
        : 'nothing to take back',
    };
  }
  if (ladder.everOnline) {
    if (before === null)
      return {
        way: 'impossible',
        text: 'nothing was online before; change_visitstatus can close the app to everyone by hand',
      };
    return {
      way: 'revertcoderelease',
      text: `everyone back to ${before}; WeChat allows it once per version`,
    };
  }
  if (ladder.stage >= 0 || mayRunGray(state))
    return {
      way: 'revertgrayrelease',
      text: `the ${ladder.percentage} % go back to ${before ?? 'the version before'} at once`,
    };
  return { way: 'none', text: 'no user has this version yet' };
}
