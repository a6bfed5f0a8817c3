/**
 * Every call of WeChat's API that we make, once, as data: the client sends by it, the simulator answers
 * by it, the documentation is written from it.
 */
import type { z } from 'zod';
import * as audit from './endpoints/audit.js';
import * as code from './endpoints/code.js';
import * as gray from './endpoints/gray.js';
import * as version from './endpoints/version.js';

export type { Endpoint } from './endpoint.js';
export { AUDIT_STATUS, type AuditStatus, auditItem } from './endpoints/audit.js';
export { USER_VERSION_MAX } from './endpoints/code.js';
export { GRAY_PLAN_STATUS, type GrayPlanStatus } from './endpoints/gray.js';

/** The catalogue, by name. */
export const endpoints = {
  commit: code.commit,
  get_page: code.getPage,
  get_category: code.getCategory,
  submit_audit: audit.submitAudit,
  get_auditstatus: audit.getAuditStatus,
  get_latest_auditstatus: audit.getLatestAuditStatus,
  undocodeaudit: audit.undoCodeAudit,
  queryquota: audit.queryQuota,
  grayrelease: gray.grayRelease,
  getgrayreleaseplan: gray.getGrayReleasePlan,
  revertgrayrelease: gray.revertGrayRelease,
  release: version.release,
  revertcoderelease: version.revertCodeRelease,
  get_history_version: version.getHistoryVersion,
  getversioninfo: version.getVersionInfo,
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
