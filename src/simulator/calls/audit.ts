/** The audit: one slot per app, a quota that all apps of the platform share, verdicts that arrive by themselves. */

import { refuse } from '../state/errors.js';
import { codeOf, type Happening, read, type Scene, type Step } from '../state/machine.js';
import { asNumber, BAD, isObject } from '../state/params.js';
import type { AppState, Audit, Judgement, PlatformState } from '../state/state.js';
import { chinaDay, chinaMonth, toSeconds } from '../state/time.js';
import type { AuditScript } from '../world/world.js';
import { complaintAboutItems } from './audit-items.js';

/** The audit that is being worked on; a delayed one (4) still is. */
export function runningAudit(app: AppState): Audit | undefined {
  return app.audits.findLast(({ status }) => status === 2 || status === 4);
}

/** What release and grayrelease act on: the last approved audit, not the newest trial version. */
export function approvedAudit(app: AppState): Audit | undefined {
  return app.audits.findLast(({ status }) => status === 0);
}

/** The app with one of its audits changed. */
export function withAudit(app: AppState, auditId: number, change: Partial<Audit>): AppState {
  const audits = app.audits.map((audit) => (audit.auditId === auditId ? { ...audit, ...change } : audit));
  return { ...app, audits };
}

/** submit_audit. Order of the checks is ours: what has to be done first is refused first. */
export const submitAudit: Step = (scene, params) => {
  const { app, now, config } = scene;
  const platform = inThisMonth(scene.platform, now);
  if (!config.initialized) return refuse(86002);
  if (app.experience === null) return refuse(85086);
  if (runningAudit(app) !== undefined) return refuse(85009);
  if (now < app.experience.scannedAt) return refuse(61039);
  const { code } = app.experience;
  const complaint = complaintAboutItems(params.item_list, code.pages, config.categories);
  if (complaint !== undefined) return refuse(complaint);
  // Sent as a list by some clients; WeChat wants an object.
  if (params.preview_info !== undefined && params.preview_info !== null && !isObject(params.preview_info)) {
    return refuse(47001);
  }
  if (platform.auditsUsed >= scene.world.quotas.audit.limit) return refuse(85085);

  const auditId = platform.lastAuditId + 1;
  const script = config.audit[Math.min(app.audits.length, config.audit.length - 1)] ?? 'never';
  const audit: Audit = {
    auditId,
    code,
    submittedAt: now,
    status: 2,
    reason: '',
    screenshot: '',
    judgement: judgementOf(script, now),
    released: false,
    grayCancelled: false,
  };
  return {
    answer: { auditid: auditId },
    app: { ...app, audits: [...app.audits, audit] },
    platform: { ...platform, lastAuditId: auditId, auditsUsed: platform.auditsUsed + 1 },
    effect: { version: code.userVersion, auditid: auditId },
  };
};

/** get_auditstatus. */
export const getAuditStatus: Step = ({ app }, params) => {
  const auditId = asNumber(params.auditid);
  if (auditId === BAD) return refuse(47001);
  const audit = app.audits.find((known) => known.auditId === auditId);
  return audit === undefined ? refuse(85012) : read(statusFields(audit));
};

/** get_latest_auditstatus. The page's table says `screenshot`, its example `ScreenShot`: both are sent. */
export const getLatestAuditStatus: Step = ({ app }) => {
  const audit = app.audits.at(-1);
  if (audit === undefined) return refuse(85058);
  const { screenshot, ...fields } = statusFields(audit);
  return read({
    auditid: audit.auditId,
    ...fields,
    ...(screenshot === undefined ? {} : { screenshot, ScreenShot: screenshot }),
    user_version: audit.code.userVersion,
    user_desc: audit.code.userDesc,
    submit_audit_time: toSeconds(audit.submittedAt),
  });
};

/** undocodeaudit. */
export const undoCodeAudit: Step = (scene) => {
  const { app, now, switches } = scene;
  const audit = runningAudit(app);
  if (audit === undefined) {
    return switches.undoWithoutAudit === 'ok' ? read() : refuse(codeOf(switches.undoWithoutAudit));
  }
  const today = app.undoneAt.filter((at) => chinaDay(at) === chinaDay(now)).length;
  const thisMonth = app.undoneAt.filter((at) => chinaMonth(at) === chinaMonth(now)).length;
  if (today >= switches.undoQuotaPerDay || thisMonth >= switches.undoQuotaPerMonth) return refuse(87013);

  const undone = { ...app, undoneAt: [...app.undoneAt, now] };
  const platform = inThisMonth(scene.platform, now);
  const refund = switches.refundOnUndo ? 1 : 0;
  return {
    answer: {},
    app: withAudit(undone, audit.auditId, { status: 3, judgement: null }),
    platform: { ...platform, auditsUsed: Math.max(0, platform.auditsUsed - refund) },
    effect: { version: audit.code.userVersion, auditid: audit.auditId },
  };
};

/** queryquota: one pool for all apps of the platform. */
export const queryQuota: Step = ({ platform, world, now }) => {
  const { audit, speedup } = world.quotas;
  return read({
    rest: Math.max(0, audit.limit - inThisMonth(platform, now).auditsUsed),
    limit: audit.limit,
    speedup_rest: Math.max(0, speedup.limit - speedup.used),
    speedup_limit: speedup.limit,
  });
};

/** Gives the verdicts that are due by `now`. */
export function judgeDue(app: AppState, now: number): { app: AppState; happened: Happening[] } {
  const happened: Happening[] = [];
  let state = app;
  for (;;) {
    const audit = runningAudit(state);
    if (audit?.judgement === undefined || audit.judgement === null || audit.judgement.at > now) break;
    happened.push(happeningOf(audit, audit.judgement));
    state = judged(state, audit, audit.judgement);
  }
  return { app: state, happened };
}

/** The app after a verdict. */
export function judged(
  app: AppState,
  audit: Audit,
  { status, reason, screenshot, next }: Judgement,
): AppState {
  return withAudit(app, audit.auditId, { status, reason, screenshot, judgement: next ?? null });
}

/** A verdict as the ledger tells it. */
export function happeningOf(audit: Audit, { at, status }: Judgement): Happening {
  const what = { 0: 'auditApproved', 1: 'auditRejected', 4: 'auditDelayed' }[status];
  return { at, what, auditid: audit.auditId, version: audit.code.userVersion };
}

function judgementOf(script: AuditScript, now: number): Judgement | null {
  if (script === 'never') return null;
  if ('approveAfter' in script)
    return { at: now + script.approveAfter, status: 0, reason: '', screenshot: '' };
  if ('reject' in script) {
    const { after, reason, screenshot } = script.reject;
    return { at: now + after, status: 1, reason, screenshot };
  }
  const { after, reason, approveAfter } = script.delay;
  const delay: Judgement = { at: now + after, status: 4, reason, screenshot: '' };
  if (approveAfter === undefined) return delay;
  const at = Math.max(now + approveAfter, delay.at);
  return { ...delay, next: { at, status: 0, reason: '', screenshot: '' } };
}

/** reason comes with 1 and 4, screenshot with 1 only. */
function statusFields({ status, reason, screenshot }: Audit): {
  status: number;
  reason?: string;
  screenshot?: string;
} {
  if (status === 1) return { status, reason, screenshot };
  return status === 4 ? { status, reason } : { status };
}

function inThisMonth(platform: PlatformState, now: Scene['now']): PlatformState {
  const month = chinaMonth(now);
  return month === platform.auditMonth ? platform : { ...platform, auditMonth: month, auditsUsed: 0 };
}
