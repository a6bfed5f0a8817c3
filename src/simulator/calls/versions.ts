/** The online version: release, the way back after it, and what getversioninfo tells. */

import { refuse } from '../state/errors.js';
import { codeOf, type Outcome, read, type Scene, type Step } from '../state/machine.js';
import { asNumber, BAD } from '../state/params.js';
import { putOnline } from '../state/publish.js';
import type { AppState, Published } from '../state/state.js';
import { toSeconds } from '../state/time.js';
import { approvedAudit, auditsInPlay } from './audit.js';
import { completePlan, openPlan } from './gray.js';

const LISTED = 5;

/** release: to everyone. Completes a running plan; else publishes the last approved audit, once. */
export const release: Step = (scene) => {
  const { app, now, switches } = scene;
  const plan = openPlan(app);
  if (plan !== undefined) {
    if (plan.status !== 3 && switches.releaseDuringGray !== 'completes') {
      return refuse(codeOf(switches.releaseDuringGray));
    }
    return released(app, completePlan(app, plan, now), plan.code.userVersion, plan.auditId);
  }
  const audit = approvedAudit(scene);
  const audits = auditsInPlay(scene);
  if (audit === undefined) return refuse(audits.length === 0 ? 85019 : 85020);
  const committed = app.experience?.code.appVersion ?? 0;
  if (committed > audit.code.appVersion && switches.releaseAfterNewCommit !== 'ok') return refuse(85020);
  if (audit.released) {
    if (audits.at(-1) !== audit) return refuse(85020);
    const isOnline = app.online?.code.appVersion === audit.code.appVersion;
    if (isOnline || switches.releaseAfterRevert !== 'ok') return refuse(85052);
  }
  return released(app, putOnline(app, audit.code, now), audit.code.userVersion, audit.auditId);
};

/** revertcoderelease: a GET with a side effect; with no parameters it acts at once. */
export const revertCodeRelease: Step = (scene, params) => {
  // A misspelt action must not take users back.
  if (params.action !== undefined && params.action !== null && params.action !== '') return refuse(40097);

  const { app, now, switches } = scene;
  const appVersion = params.app_version === '' ? undefined : asNumber(params.app_version);
  if (appVersion === BAD || (appVersion !== undefined && !Number.isInteger(appVersion))) return refuse(40097);
  if (openPlan(app) !== undefined) return refuse(87011);
  const { online } = app;
  if (online === null || online.reverted) return refuse(87012);
  if (online.afterCancelledGray && switches.revertAfterCancelledGray === '87012') return refuse(87012);
  const target =
    appVersion === undefined
      ? app.previous[0]
      : listed(app).find(({ code }) => code.appVersion === appVersion);
  if (target === undefined) return refuse(87012);
  return {
    answer: {},
    app: {
      ...app,
      online: { ...target, releasedAt: now, reverted: true, afterCancelledGray: false },
      // The version that was taken back is in neither place: it disappears.
      previous: app.previous.filter((version) => version !== target),
    },
    effect: { version: target.code.userVersion, from: online.code.userVersion },
  };
};

/** revertcoderelease?action=get_history_version: only reads. */
export const getHistoryVersion: Step = (scene) => read({ version_list: history(scene).map(historyRow) });

/** getversioninfo. */
export const getVersionInfo: Step = ({ app, switches }) => {
  const { experience, online } = app;
  const plan = openPlan(app);
  const shown =
    plan !== undefined && switches.versionInfoDuringGray === 'new'
      ? { code: plan.code, releasedAt: plan.createdAt }
      : online;
  const missing = switches.missingVersionInfo === 'empty' ? {} : undefined;
  const exp = experience === null ? missing : expInfo(experience.code);
  const rel = shown === null ? missing : releaseInfo(shown);
  return read({ ...(exp && { exp_info: exp }), ...(rel && { release_info: rel }) });
};

function released(before: AppState, after: AppState, version: string, auditid: number): Outcome {
  const from = before.online === null ? {} : { from: before.online.code.userVersion };
  return { answer: {}, app: after, effect: { version, percentage: 100, auditid, ...from } };
}

/** Versions that get_history_version knows: only what came online through the platform. */
function listed(app: AppState): Published[] {
  return app.previous.filter(({ byPlatform }) => byPlatform).slice(0, LISTED);
}

function history({ app, switches }: Scene): Published[] {
  if (!switches.historyListsOnline || app.online?.byPlatform !== true) return listed(app);
  return [app.online, ...listed(app)].slice(0, LISTED);
}

function historyRow({ code }: Published) {
  return {
    commit_time: toSeconds(code.committedAt),
    user_version: code.userVersion,
    user_desc: code.userDesc,
    app_version: code.appVersion,
  };
}

function expInfo(code: Published['code']) {
  return { exp_time: toSeconds(code.committedAt), exp_version: code.userVersion, exp_desc: code.userDesc };
}

function releaseInfo({ code, releasedAt }: Pick<Published, 'code' | 'releasedAt'>) {
  return {
    release_time: toSeconds(releasedAt),
    release_version: code.userVersion,
    release_desc: code.userDesc,
  };
}
