/** Who has the version while a way back does not go on, and what is left to do by hand. */
import type { Blocked } from './attention.js';
import type { ReleasePlan } from './plan.js';
import type { ReleaseState } from './state.js';
import { percentText, perhapsOf } from './unproven.js';

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
        ? `${percentText(ladder.percentage, perhapsOf(state))} of users have`
        : 'some users may have';
  const { reason, remedy } = blocked;
  return {
    reason: `${reason}; ${who} ${plan.version} and should have ${versionBefore(state)}`,
    remedy: `${remedy}; then \`retry\` chooses the way back anew. If nothing helps, ${BY_HAND.replace('APP', plan.app)}`,
  };
}
