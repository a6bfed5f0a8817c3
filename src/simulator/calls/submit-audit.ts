/** submit_audit: everything that must be right before an audit begins. */

import { type ErrCode, refuse } from '../state/errors.js';
import type { Params, Scene, Step } from '../state/machine.js';
import { asFlag, asText, BAD, isObject } from '../state/params.js';
import type { Experience } from '../state/state.js';
import { newAudit, ownAudits, runningAudit } from './audit.js';
import { complaintAboutItems } from './audit-items.js';
import { inThisMonth } from './audit-quota.js';
import { complaintAboutPreview } from './media.js';
import { complaintAboutPrivacy } from './privacy.js';

/** submit_audit. Order of the checks is ours: what has to be done first is refused first. */
export const submitAudit: Step = (scene, params) => {
  const { app, now, config } = scene;
  const { experience } = app;
  const platform = inThisMonth(scene.platform, now);
  if (!config.thirdParty) return refuse(86000);
  if (!config.initialized) return refuse(86002);
  if (experience === null) return refuse(85086);
  // An audit that somebody else submitted holds the slot too.
  if (runningAudit(app) !== undefined) return refuse(85009);
  if (now < experience.scannedAt) return refuse(61039);
  const complaint = complaintAboutContent(scene, experience, params);
  if (complaint !== undefined) return refuse(complaint);
  if (platform.auditsUsed >= scene.world.quotas.audit.limit) return refuse(85085);

  const { code } = experience;
  const auditId = platform.lastAuditId + 1;
  const script = config.audit[Math.min(ownAudits(app).length, config.audit.length - 1)] ?? 'never';
  return {
    answer: { auditid: auditId },
    app: { ...app, audits: [...app.audits, newAudit(auditId, code, script, now)] },
    platform: { ...platform, lastAuditId: auditId, auditsUsed: platform.auditsUsed + 1 },
    effect: { version: code.userVersion, auditid: auditId },
  };
};

/** What is wrong with the code or with what is said of it, or undefined. */
function complaintAboutContent(scene: Scene, experience: Experience, params: Params): ErrCode | undefined {
  const { app, config } = scene;
  return (
    complaintAboutItems(params.item_list, experience.code.pages, app.categories) ??
    complaintAboutDescription(scene, params) ??
    complaintAboutPreview(scene, params.preview_info) ??
    complaintAboutUgc(scene, params.ugc_declare) ??
    declaredPrivacy(scene, experience, params.privacy_api_not_use) ??
    config.refuseAudit
  );
}

/** feedback_info and feedback_stuff are not looked at: their media come from another service, and WeChat ignores most. */
function complaintAboutDescription({ switches }: Scene, params: Params): ErrCode | undefined {
  const description = asText(params.version_desc);
  if (description === BAD) return 47001;
  return [...(description ?? '')].length > switches.versionDescMax ? 85051 : undefined;
}

/** ugc_declare is asked for with the first submission alone. Scene 0 says that users make no content. */
function complaintAboutUgc({ app, config }: Scene, declaration: unknown): ErrCode | undefined {
  const absent = declaration === undefined || declaration === null;
  if (!absent && !isObject(declaration)) return 47001;
  if (!config.ugc || ownAudits(app).length > 0) return undefined;
  const scenes = isObject(declaration) ? declaration.scene : undefined;
  return Array.isArray(scenes) && scenes.length > 0 ? undefined : 85094;
}

function declaredPrivacy(scene: Scene, experience: Experience, notUsed: unknown): ErrCode | undefined {
  const flag = asFlag(notUsed);
  return flag === BAD ? 47001 : complaintAboutPrivacy(scene, experience, flag ?? false);
}
