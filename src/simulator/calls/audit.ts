/** The audit: one slot per app, verdicts that arrive by themselves. submit-audit.ts begins one. */

import { refuse } from '../state/errors.js';
import { codeOf, type Happening, read, type Scene, type Step } from '../state/machine.js';
import { asNumber, BAD } from '../state/params.js';
import { type AppState, type Audit, type Code, type Judgement, newCode } from '../state/state.js';
import { chinaDay, chinaMonth, toSeconds } from '../state/time.js';
import type { AuditScript } from '../world/world.js';
import { inThisMonth } from './audit-quota.js';

/** The audit that is being worked on; a delayed one (4) still is. */
export function runningAudit(app: AppState): Audit | undefined {
  return app.audits.findLast(({ status }) => status === 2 || status === 4);
}

/** The audits that the platform submitted; its calls know no others. */
export function ownAudits(app: AppState): Audit[] {
  return app.audits.filter(({ foreign }) => !foreign);
}

/** The audits that release and grayrelease look at. */
export function auditsInPlay({ app, switches }: Scene): Audit[] {
  return switches.foreignApproved === 'released' ? app.audits : ownAudits(app);
}

/** What release and grayrelease act on: the last approved audit, not the newest trial version. */
export function approvedAudit(scene: Scene): Audit | undefined {
  return auditsInPlay(scene).findLast(({ status }) => status === 0);
}

/** The app with one of its audits changed. */
export function withAudit(app: AppState, auditId: number, change: Partial<Audit>): AppState {
  const audits = app.audits.map((audit) => (audit.auditId === auditId ? { ...audit, ...change } : audit));
  return { ...app, audits };
}

/** get_auditstatus. */
export const getAuditStatus: Step = ({ app, config }, params) => {
  if (!config.thirdParty) return refuse(86000);
  const auditId = asNumber(params.auditid);
  if (auditId === BAD) return refuse(47001);
  const audit = ownAudits(app).find((known) => known.auditId === auditId);
  return audit === undefined ? refuse(85012) : read(statusFields(audit));
};

/** get_latest_auditstatus. The page's table says `screenshot`, its example `ScreenShot`: both are sent. */
export const getLatestAuditStatus: Step = ({ app, config }) => {
  if (!config.thirdParty) return refuse(86000);
  const audit = ownAudits(app).at(-1);
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
  const running = runningAudit(app);
  const known = running?.foreign === true && switches.undoForeignAudit !== 'ok' ? undefined : running;
  if (known === undefined) {
    return switches.undoWithoutAudit === 'ok' ? read() : refuse(codeOf(switches.undoWithoutAudit));
  }
  const today = app.undoneAt.filter((at) => chinaDay(at) === chinaDay(now)).length;
  const thisMonth = app.undoneAt.filter((at) => chinaMonth(at) === chinaMonth(now)).length;
  if (today >= switches.undoQuotaPerDay || thisMonth >= switches.undoQuotaPerMonth) return refuse(87013);

  const undone = { ...app, undoneAt: [...app.undoneAt, now] };
  const platform = inThisMonth(scene.platform, now);
  // What somebody else submitted was never charged here.
  const refund = switches.refundOnUndo && !known.foreign ? 1 : 0;
  return {
    answer: {},
    app: withAudit(undone, known.auditId, { status: 3, judgement: null }),
    platform: { ...platform, auditsUsed: Math.max(0, platform.auditsUsed - refund) },
    effect: { version: known.code.userVersion, auditid: known.auditId },
  };
};

/** What somebody else submits for audit: the merchant in the console, or an earlier provider. */
export interface ForeignAudit {
  version: string;
  description?: string | undefined;
  /** How it will be judged; without it, as the world judges the app's first submission. */
  script?: AuditScript | undefined;
}

/** Numbers of audits that other platforms submitted begin here, so that ours stay in one row. */
const FOREIGN_AUDITS = 900_000_000;

/**
 * The app with an audit that somebody else submitted. It holds the app's one slot, so submit_audit is 85009, while
 * get_latest_auditstatus goes on as if it were not there (85058 when there is no other). No quota of ours is charged.
 */
export function submitForeignAudit(
  { app, now, config }: Scene,
  { version, description = '', script = config.audit[0] ?? 'never' }: ForeignAudit,
): { app: AppState; happening: Happening } | { problem: string } {
  if (runningAudit(app) !== undefined) {
    return { problem: 'an audit runs already, and an app has one slot; judge it or withdraw it first' };
  }
  const code = newCode(app, version, description, config.pages, now);
  const auditId = FOREIGN_AUDITS + app.audits.length + 1;
  const audit: Audit = { ...newAudit(auditId, code, script, now), foreign: true };
  return {
    app: { ...app, lastAppVersion: code.appVersion, audits: [...app.audits, audit] },
    happening: { at: now, what: 'foreignAuditSubmitted', version, auditid: auditId },
  };
}

/** An audit that begins. */
export function newAudit(auditId: number, code: Code, script: AuditScript, now: number): Audit {
  return {
    auditId,
    code,
    submittedAt: now,
    status: 2,
    reason: '',
    screenshot: '',
    judgement: judgementOf(script, now),
    released: false,
    grayCancelled: false,
    foreign: false,
    spedUp: false,
  };
}

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
export function happeningOf(audit: Audit, { at, status, reason, screenshot }: Judgement): Happening {
  const what = { 0: 'auditApproved', 1: 'auditRejected', 4: 'auditDelayed' }[status];
  const why = { ...(reason !== '' && { reason }), ...(screenshot !== '' && { screenshot }) };
  return { at, what, auditid: audit.auditId, version: audit.code.userVersion, ...why };
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
