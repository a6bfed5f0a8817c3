/** The way back as people see it. */
import { mayRunGray, type ReleaseState } from './state.js';
import type { WayBack } from './status.js';
import { percentText, perhapsOf } from './unproven.js';

/** Whether and how users can be taken back right now, as far as the last readings tell. */
export function wayBackOf(state: ReleaseState): WayBack {
  const { baseline, ladder, phase } = state;
  const before = state.target?.version ?? baseline?.online?.version ?? null;
  if (phase === 'closed') {
    const stays = state.outcome === 'released' && before !== null;
    return none(
      stays ? `the release is closed; the console can still bring ${before} back` : 'nothing to take back',
    );
  }
  const gone = goneOf(state);
  if (gone !== null) return none(gone);
  const perhaps = perhapsOf(state);
  const completing = ladder.completingSince !== null;
  const everyone = ladder.everOnline || (phase === 'rolling' && state.guard.observed.kind === 'finished');
  if (before === null && (everyone || perhaps === 100))
    return {
      way: 'impossible',
      text: 'nothing was online before; change_visitstatus can close the app to everyone by hand',
    };
  const back = before ?? 'the version before';
  if (everyone)
    return { way: 'revertcoderelease', text: `everyone back to ${back}; WeChat allows it once per version` };
  const { observed } = state.guard;
  const raised = observed.kind === 'advanced' ? observed.plan?.percentage : undefined;
  const served = percentText(completing ? 100 : (raised ?? ladder.percentage), completing ? null : perhaps);
  if (completing || perhaps === 100)
    return {
      way: 'revertcoderelease',
      text: `the ${served} go back to ${back}: at once while the staged release runs, else as soon as it is online for everyone`,
    };
  if (ladder.stage >= 0 || mayRunGray(state))
    return { way: 'revertgrayrelease', text: `the ${served} go back to ${back} at once` };
  return none('no user has this version yet');
}

const none = (text: string): WayBack => ({ way: 'none', text });

/** Why there is nothing that we could take back; null when there may be. */
function goneOf({ phase, guard: { observed }, wayBack: { choice } }: ReleaseState): string | null {
  if (phase === 'reverting' && choice?.way === 'foreign') return `only a person can decide: ${choice.text}`;
  if (phase === 'reverting')
    return choice?.way === 'nothing' ? `nothing is left to take back: ${choice.text}` : null;
  if (phase !== 'rolling' && phase !== 'baking') return null;
  const { kind } = observed;
  return kind === 'cancelled' || kind === 'otherVersion' || kind === 'absent'
    ? `nothing to take back: ${observed.text}`
    : null;
}
