/** Which step of the state machine serves which row of the catalogue. */
import {
  type Endpoint as CatalogueRow,
  type EndpointName,
  endpointNames,
  endpoints,
} from '../wechat/catalogue.js';
import { getAuditStatus, getLatestAuditStatus, queryQuota, submitAudit, undoCodeAudit } from './audit.js';
import { commit, getCategory, getPage } from './commit.js';
import { getGrayReleasePlan, grayRelease, revertGrayRelease } from './gray.js';
import type { Step } from './machine.js';
import { getHistoryVersion, getVersionInfo, release, revertCodeRelease } from './versions.js';

export { type EndpointName, endpointNames };

const STEPS: Record<EndpointName, Step> = {
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
};

/** One call as the simulator serves it. */
export interface Served {
  name: EndpointName;
  method: 'GET' | 'POST';
  step: Step;
}

/** The call at a path with that query, or undefined. */
export function servedAt(path: string, query: URLSearchParams): Served | undefined {
  const rows = endpointNames.map((name): [EndpointName, CatalogueRow] => [name, endpoints[name]]);
  const candidates = rows.filter(
    ([, row]) =>
      row.path === path &&
      Object.entries(row.fixedQuery ?? {}).every(([key, value]) => query.get(key) === value),
  );
  // get_history_version shares its path with revertcoderelease and is told apart by its fixed query.
  const [name, row] =
    candidates.find(([, { fixedQuery }]) => fixedQuery !== undefined) ?? candidates[0] ?? [];
  return name === undefined || row === undefined
    ? undefined
    : { name, method: row.method, step: STEPS[name] };
}
