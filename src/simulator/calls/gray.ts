/** The gray plan: percentages that only rise, a cancel, and an end that comes by itself on the 15th day. */

import { refuse } from '../state/errors.js';
import { codeOf, type Happening, type Outcome, read, type Scene, type Step } from '../state/machine.js';
import { asFlag, asNumber, BAD } from '../state/params.js';
import { putOnline } from '../state/publish.js';
import type { AppState, GrayPlan } from '../state/state.js';
import { GRAY_LIMIT_MS, toSeconds } from '../state/time.js';
import { approvedAudit, withAudit } from './audit.js';

/** The plan that still holds users: running, paused, or at 100 % with its version not online yet. */
export function openPlan(app: AppState): GrayPlan | undefined {
  const plan = app.gray;
  if (plan === null || plan.status === 4) return undefined;
  return plan.status === 3 && plan.published ? undefined : plan;
}

/** grayrelease: begins a plan for the last approved audit, or raises the one that runs. */
export const grayRelease: Step = (scene, params) => {
  const percentage = asNumber(params.gray_percentage);
  const debuger = asFlag(params.support_debuger_first);
  const experiencer = asFlag(params.support_experiencer_first);
  if (percentage === BAD || debuger === BAD || experiencer === BAD) return refuse(47001);
  if (!scene.config.initialized) return refuse(86002);
  if (percentage === undefined) return refuse(40097);
  if (!Number.isInteger(percentage) || percentage < 0 || percentage > 100) return refuse(85081);
  if (percentage === 0 && debuger !== true && experiencer !== true) return refuse(40097);
  if (scene.app.online === null) return refuse(85079);

  const plan = scene.app.gray;
  if (plan !== null && (plan.status === 1 || plan.status === 2)) {
    if (percentage <= plan.percentage) return refuse(85082);
    if (plan.status === 2 && scene.switches.grayWhilePaused === '85081') return refuse(85081);
    // Flags that are not sent again stay as they were.
    const flags = {
      supportDebuger: debuger ?? plan.supportDebuger,
      supportExperiencer: experiencer ?? plan.supportExperiencer,
    };
    return served(scene, raised(scene, { ...plan, ...flags }), percentage);
  }

  const audit = approvedAudit(scene);
  if (audit === undefined) return refuse(85080);
  // Its own plan is at 100 % already; no percentage is higher.
  if (plan?.status === 3 && plan.auditId === audit.auditId) return refuse(85082);
  if (audit.released) return refuse(85080);
  if (audit.grayCancelled && scene.switches.auditAfterCancelledGray === '85080') return refuse(85080);
  const begun: GrayPlan = {
    status: 1,
    auditId: audit.auditId,
    code: audit.code,
    createdAt: scene.now,
    percentage,
    supportDebuger: debuger ?? false,
    supportExperiencer: experiencer ?? false,
    onlineAt: null,
    published: false,
  };
  return served(scene, begun, percentage);
};

/** getgrayreleaseplan. */
export const getGrayReleasePlan: Step = ({ app, switches }) => {
  const plan = app.gray;
  if (plan === null && switches.planNever === 'omitted') return read();
  return read({
    gray_release_plan: {
      status: plan?.status ?? 0,
      create_timestamp: plan === null ? 0 : toSeconds(plan.createdAt),
      gray_percentage: plan?.percentage ?? 0,
      support_debuger_first: plan?.supportDebuger ?? false,
      support_experiencer_first: plan?.supportExperiencer ?? false,
      default_finish_timestamp: plan === null ? 0 : toSeconds(plan.createdAt) + toSeconds(GRAY_LIMIT_MS),
    },
  });
};

/** revertgrayrelease: all users back on the last full version. */
export const revertGrayRelease: Step = ({ app, switches }) => {
  const plan = openPlan(app);
  if (plan === undefined) {
    return switches.revertGrayWithoutPlan === 'ok' ? read() : refuse(codeOf(switches.revertGrayWithoutPlan));
  }
  const cancelled = cancelPlan(app, plan);
  return {
    answer: {},
    app: switches.planAfterRevert === 'none' ? { ...cancelled, gray: null } : cancelled,
    effect: { version: plan.code.userVersion, auditid: plan.auditId },
  };
};

/** The app after its plan was deleted, by a call or in the console. */
export function cancelPlan(app: AppState, plan: GrayPlan): AppState {
  const deleted: GrayPlan = { ...plan, status: 4, onlineAt: null };
  return { ...withAudit(app, plan.auditId, { grayCancelled: true }), gray: deleted, grayCancelled: true };
}

/** The app after its plan ended with everyone on the new version, which is online at that moment. */
export function completePlan(app: AppState, plan: GrayPlan, at: number): AppState {
  const finished: GrayPlan = { ...plan, status: 3, percentage: 100, onlineAt: null, published: true };
  return putOnline({ ...app, gray: finished }, plan.code, at);
}

/** The plan at a new percentage; at 100 it is finished, and its version is online now, later or never. */
export function planAt(scene: Scene, plan: GrayPlan, percentage: number): AppState {
  const { app, now, switches, config, world } = scene;
  if (percentage < 100) return { ...app, gray: { ...plan, percentage } };
  const delayMs = (config.fullReleaseSeconds ?? world.fullReleaseSeconds) * 1000;
  if (switches.grayHundred === 'online' && delayMs === 0) return completePlan(app, plan, now);
  const onlineAt = switches.grayHundred === 'online' ? now + delayMs : null;
  return { ...app, gray: { ...plan, status: 3, percentage, onlineAt } };
}

/** Completes what is due by `now`: the 15th day, or the delay after 100 %. */
export function completeDue(app: AppState, now: number): { app: AppState; happened: Happening[] } {
  const plan = openPlan(app);
  if (plan === undefined) return { app, happened: [] };
  const at = plan.status === 3 ? plan.onlineAt : plan.createdAt + GRAY_LIMIT_MS;
  if (at === null || at > now) return { app, happened: [] };
  const what = plan.status === 3 ? 'online' : 'grayFinishedByDeadline';
  const happening = { at, what, version: plan.code.userVersion, percentage: 100, auditid: plan.auditId };
  return { app: completePlan(app, plan, at), happened: [happening] };
}

function raised(scene: Scene, plan: GrayPlan): GrayPlan {
  const resumed = plan.status === 2 && scene.switches.grayWhilePaused === 'resumes';
  const renewed = scene.switches.createTimestampOnRaise === 'renewed';
  return { ...plan, status: resumed ? 1 : plan.status, createdAt: renewed ? scene.now : plan.createdAt };
}

function served(scene: Scene, plan: GrayPlan, percentage: number): Outcome {
  return {
    answer: {},
    app: planAt(scene, plan, percentage),
    effect: { version: plan.code.userVersion, percentage, auditid: plan.auditId },
  };
}
