/** Which step of the state machine serves which row of the catalogue. */
import {
  type Endpoint as CatalogueRow,
  type EndpointName,
  type EndpointToken,
  endpointNames,
  endpoints,
} from '../../wechat/catalogue.js';
import type { PlatformStep, Step } from '../state/machine.js';
import { getAuditStatus, getLatestAuditStatus, undoCodeAudit } from './audit.js';
import { queryQuota } from './audit-quota.js';
import {
  getAuthorizerInfo,
  getAuthorizerList,
  getAuthorizerOption,
  setAuthorizerOption,
} from './authorizations.js';
import { commit, getCategory, getPage } from './commit.js';
import { jserrList } from './errors-list.js';
import { getGrayReleasePlan, grayRelease, revertGrayRelease } from './gray.js';
import {
  qrcodeJumpAdd,
  qrcodeJumpDelete,
  qrcodeJumpDownload,
  qrcodeJumpGet,
  qrcodeJumpPublish,
} from './jump.js';
import { uploadMedia } from './media.js';
import {
  authorizerToken,
  componentToken,
  createPreAuthCode,
  queryAuth,
  startPushTicket,
} from './platform-tokens.js';
import { getCodePrivacyInfo } from './privacy.js';
import { getQrcode } from './qrcode.js';
import { clearQuota, componentClearQuota, quotaGet, ridGet } from './quota.js';
import { speedupAudit } from './speedup.js';
import { submitAudit } from './submit-audit.js';
import { getSupportVersion, setSupportVersion } from './support-version.js';
import { addToTemplate, deleteTemplate, getTemplateDraftList, getTemplateList } from './templates.js';
import { getHistoryVersion, getVersionInfo, release, revertCodeRelease } from './versions.js';
import { changeVisitStatus, getVisitStatus } from './visit.js';

export { type EndpointName, endpointNames };

type NameWith<Token> = {
  [Name in EndpointName]: EndpointToken<Name> extends Token ? Name : never;
}[EndpointName];

/** Calls on behalf of a Mini Program. */
const APP_STEPS: Record<NameWith<'authorizer'>, Step> = {
  commit,
  get_page: getPage,
  get_category: getCategory,
  submit_audit: submitAudit,
  get_auditstatus: getAuditStatus,
  get_latest_auditstatus: getLatestAuditStatus,
  undocodeaudit: undoCodeAudit,
  queryquota: queryQuota,
  grayrelease: grayRelease,
  getgrayreleaseplan: getGrayReleasePlan,
  revertgrayrelease: revertGrayRelease,
  release,
  revertcoderelease: revertCodeRelease,
  get_history_version: getHistoryVersion,
  getversioninfo: getVersionInfo,
  get_qrcode: getQrcode,
  get_code_privacy_info: getCodePrivacyInfo,
  uploadmedia: uploadMedia,
  speedupaudit: speedupAudit,
  change_visitstatus: changeVisitStatus,
  getvisitstatus: getVisitStatus,
  getweappsupportversion: getSupportVersion,
  setweappsupportversion: setSupportVersion,
  qrcodejumpadd: qrcodeJumpAdd,
  qrcodejumpget: qrcodeJumpGet,
  qrcodejumpdownload: qrcodeJumpDownload,
  qrcodejumpdelete: qrcodeJumpDelete,
  qrcodejumppublish: qrcodeJumpPublish,
  jserr_list: jserrList,
};

/** Calls of the platform itself, and those about the account whose token they come with. */
const PLATFORM_STEPS: Record<NameWith<'component' | 'either' | 'none'>, PlatformStep> = {
  api_start_push_ticket: startPushTicket,
  api_component_token: componentToken,
  api_create_preauthcode: createPreAuthCode,
  api_query_auth: queryAuth,
  api_authorizer_token: authorizerToken,
  api_get_authorizer_info: getAuthorizerInfo,
  api_get_authorizer_list: getAuthorizerList,
  get_authorizer_option: getAuthorizerOption,
  set_authorizer_option: setAuthorizerOption,
  clear_quota: clearQuota,
  component_clear_quota: componentClearQuota,
  quota_get: quotaGet,
  rid_get: ridGet,
  gettemplatedraftlist: getTemplateDraftList,
  addtotemplate: addToTemplate,
  gettemplatelist: getTemplateList,
  deletetemplate: deleteTemplate,
};

/** Paths that WeChat had before and that SDKs still call. */
const OLDER_PATHS: Readonly<Record<string, string>> = {
  '/cgi-bin/component/api_get_authorizer_option': '/cgi-bin/component/get_authorizer_option',
  '/cgi-bin/component/api_set_authorizer_option': '/cgi-bin/component/set_authorizer_option',
  '/cgi-bin/component/clear_quota': '/cgi-bin/clear_quota',
};

/** One call as the simulator serves it. */
export type Served = {
  name: EndpointName;
  row: CatalogueRow;
} & ({ of: 'app'; step: Step } | { of: 'platform'; step: PlatformStep });

/** The call at a path with that query, or undefined. */
export function servedAt(path: string, query: URLSearchParams): Served | undefined {
  const known = Object.hasOwn(OLDER_PATHS, path) ? OLDER_PATHS[path] : path;
  const candidates = endpointNames.filter((name) => {
    const row: CatalogueRow = endpoints[name];
    const fixed = Object.entries(row.fixedQuery ?? {});
    return row.path === known && fixed.every(([key, value]) => query.get(key) === value);
  });
  // get_history_version shares its path with revertcoderelease and is told apart by its fixed query.
  const name = candidates.find((one) => 'fixedQuery' in endpoints[one]) ?? candidates[0];
  return name === undefined ? undefined : serve(name);
}

/** A call by its name. */
export function serve(name: EndpointName): Served {
  const row: CatalogueRow = endpoints[name];
  const served = { name, row };
  return has(PLATFORM_STEPS, name)
    ? { ...served, of: 'platform', step: PLATFORM_STEPS[name] }
    : { ...served, of: 'app', step: APP_STEPS[name] };
}

function has<Known extends EndpointName>(steps: Record<Known, unknown>, name: EndpointName): name is Known {
  return Object.hasOwn(steps, name);
}
