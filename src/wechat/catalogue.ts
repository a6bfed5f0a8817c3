/**
 * Every call of WeChat's API that we make, once, as data: the client sends by it, the simulator answers
 * by it, the documentation is written from it.
 */
import type { z } from 'zod';
import * as audit from './endpoints/audit.js';
import * as authorizer from './endpoints/authorizer.js';
import * as code from './endpoints/code.js';
import * as gray from './endpoints/gray.js';
import * as health from './endpoints/health.js';
import * as jump from './endpoints/jump.js';
import * as media from './endpoints/media.js';
import * as platform from './endpoints/platform.js';
import * as quota from './endpoints/quota.js';
import * as supportVersion from './endpoints/support-version.js';
import * as template from './endpoints/template.js';
import * as version from './endpoints/version.js';
import * as visit from './endpoints/visit.js';

export type { Endpoint } from './endpoint.js';
export { AUDIT_STATUS, type AuditStatus, auditItem } from './endpoints/audit.js';
export { USER_VERSION_MAX } from './endpoints/code.js';
export { GRAY_PLAN_STATUS, type GrayPlanStatus } from './endpoints/gray.js';
export { VISIT_STATUS, type VisitStatus } from './endpoints/visit.js';

/** The catalogue, by name. */
export const endpoints = {
  commit: code.commit,
  get_page: code.getPage,
  get_qrcode: code.getQrcode,
  get_category: code.getCategory,
  get_code_privacy_info: code.getCodePrivacyInfo,
  uploadmedia: media.uploadMedia,
  submit_audit: audit.submitAudit,
  get_auditstatus: audit.getAuditStatus,
  get_latest_auditstatus: audit.getLatestAuditStatus,
  undocodeaudit: audit.undoCodeAudit,
  speedupaudit: audit.speedupAudit,
  queryquota: audit.queryQuota,
  grayrelease: gray.grayRelease,
  getgrayreleaseplan: gray.getGrayReleasePlan,
  revertgrayrelease: gray.revertGrayRelease,
  release: version.release,
  revertcoderelease: version.revertCodeRelease,
  get_history_version: version.getHistoryVersion,
  getversioninfo: version.getVersionInfo,
  change_visitstatus: visit.changeVisitStatus,
  getvisitstatus: visit.getVisitStatus,
  getweappsupportversion: supportVersion.getSupportVersion,
  setweappsupportversion: supportVersion.setSupportVersion,
  qrcodejumpadd: jump.qrcodeJumpAdd,
  qrcodejumpget: jump.qrcodeJumpGet,
  qrcodejumpdownload: jump.qrcodeJumpDownload,
  qrcodejumpdelete: jump.qrcodeJumpDelete,
  qrcodejumppublish: jump.qrcodeJumpPublish,
  jserr_list: health.jserrList,
  gettemplatedraftlist: template.getTemplateDraftList,
  addtotemplate: template.addToTemplate,
  gettemplatelist: template.getTemplateList,
  deletetemplate: template.deleteTemplate,
  api_start_push_ticket: platform.startPushTicket,
  api_component_token: platform.apiComponentToken,
  api_create_preauthcode: platform.createPreauthcode,
  api_query_auth: platform.queryAuth,
  api_authorizer_token: platform.authorizerToken,
  api_get_authorizer_info: authorizer.getAuthorizerInfo,
  api_get_authorizer_list: authorizer.getAuthorizerList,
  get_authorizer_option: authorizer.getAuthorizerOption,
  set_authorizer_option: authorizer.setAuthorizerOption,
  clear_quota: quota.clearQuota,
  component_clear_quota: quota.componentClearQuota,
  quota_get: quota.quotaGet,
  rid_get: quota.ridGet,
} as const;

/** The name of a call. */
export type EndpointName = keyof typeof endpoints;

/** What a caller passes to a call. */
export type EndpointRequest<Name extends EndpointName> = z.input<(typeof endpoints)[Name]['request']>;

/** Whose token a call takes. */
export type EndpointToken<Name extends EndpointName> = (typeof endpoints)[Name]['token'];

/** What a successful call answers, in WeChat's spelling with the variants made one. */
export type EndpointResponse<Name extends EndpointName> = z.output<(typeof endpoints)[Name]['response']>;

/** Every name, in the catalogue's order. */
export const endpointNames = Object.keys(endpoints) as EndpointName[];
