/** Who has the version while a way back does not go on, and what is left to do by hand. */
import type { Blocked } from './attention.js';
import { EFFECTS } from './effects.js';
import type { ReleasePlan } from './plan.js';
import type { ReleaseState } from './state.js';
import type { WayBack } from './status.js';

/** The version that users go back to. */
export function versionBefore({ target, baseline }: ReleaseState): string {
  return target?.version ?? baseline?.online?.version ?? 'the version before';
}

/** Closing the app hurts everyone, so no release ever does it by itself. */
const BY_HAND =
  'as a last resort a person can close the app to everyone: weapp-rollout wechat change_visitstatus --app APP --action close';

/** A way back that is stuck, as a person who is woken by it must read it. */
export function stuckWayBack(state: ReleaseState, plan: ReleasePlan, blocked: Blocked): Blocked {
  const { ladder, wayBack } = state;
  const who =
    ladder.everOnline || wayBack.choice?.way === 'revertCode'
      ? 'everyone has'
      : ladder.percentage > 0
        ? `${ladder.percentage} % of users have`
        : 'some users may have';
  const { reason, remedy } = blocked;
  return {
    reason: `${reason}; ${who} ${plan.version} and should have ${versionBefore(state)}`,
    remedy: `${remedy}; then \`retry\` chooses the way back anew. If nothing helps, ${BY_HAND.replace('APP', plan.app)}`,
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
