/** Who has the version while a way back does not go on, and what is left to do by hand. */
import type { Blocked } from './attention.js';
import { EFFECTS } from './effects.js';
import type { ReleasePlan } from './plan.js';
import { mayRunGray, type ReleaseState } from './state.js';
import type { WayBack } from './status.js';
import { percentText, perhapsOf } from './unproven.js';

/** The version that users go back to. */
export function versionBefore({ target, baseline }: ReleaseState): string {
  return target?.version ?? baseline?.online?.version ?? 'the version before';
}

/** Closing the app hurts everyone, so no release ever does it by itself. */
const BY_HAND =
  'As a last resort a person can close the app to everyone: weapp-rollout wechat change_visitstatus --app APP --action close';

/** Refusals of which a release knows more than WeChat's catalogue of errors does. */
const KNOWN: Record<string, string> = {
  87011: 'A staged release runs, which keeps WeChat from rolling back: look whose it is in the console',
  87012: 'WeChat will not roll this version back: go on with a corrected version',
};

/** What mends the cause; when to retry and what else is left is said once, for every cause. */
function mend({ reason, remedy }: Blocked): string {
  const code = Object.keys(KNOWN).find((known) => new RegExp(`\\b${known}\\b`).test(reason));
  if (code !== undefined) return KNOWN[code] ?? '';
  const own = remedy
    .split(/(?<=\.)\s+|;\s+|,\s+then\s+/)
    .map((part) => part.trim().replace(/\.$/, ''))
    .filter((part) => part !== '' && !/`retry`|change_visitstatus/.test(part));
  const text = own.join('; ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A way back that is stuck, as a person who is woken by it must read it. */
export function stuckWayBack(state: ReleaseState, plan: ReleasePlan, blocked: Blocked): Blocked {
  const { ladder, wayBack } = state;
  const everyone = ladder.everOnline || wayBack.choice?.way === 'revertCode';
  const who = everyone
    ? 'everyone has'
    : ladder.percentage > 0
      ? `${percentText(ladder.percentage, perhapsOf(state))} of users have`
      : 'some users may have';
  const free = mayRunGray(state)
    ? ''
    : ', or `giveUp` closes this release, which frees the app for a corrected one';
  const steps = [
    mend(blocked),
    `\`retry\` chooses the way back anew${free}`,
    BY_HAND.replace('APP', plan.app),
  ];
  return {
    reason: `${blocked.reason}; ${who} ${plan.version} and should have ${versionBefore(state)}`,
    remedy: steps.filter((step) => step !== '').join('. '),
  };
}

/** The way back that WeChat refused, until it is chosen anew; null while none is. */
export function refusedWayBack({ phase, attention }: ReleaseState): WayBack | null {
  const effect = attention?.step;
  if (phase !== 'reverting' || (effect !== 'revertGray' && effect !== 'revertCode')) return null;
  const { endpoint } = EFFECTS[effect];
  return {
    way: endpoint,
    text: `${endpoint} was tried and did not succeed; \`retry\` chooses the way back anew`,
  };
}
