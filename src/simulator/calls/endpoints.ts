/** Which step of the state machine serves which row of the catalogue. */
import {
  type Endpoint as CatalogueRow,
  type EndpointName,
  type EndpointToken,
  endpointNames,
  endpoints,
} from '../../wechat/catalogue.js';
import type { PlatformStep, Step } from '../state/machine.js';
import { getAuditStatus, getLatestAuditStatus, queryQuota, submitAudit, undoCodeAudit } from './audit.js';
import { commit, getCategory, getPage } from './commit.js';
import { getGrayReleasePlan, grayRelease, revertGrayRelease } from './gray.js';
import { getHistoryVersion, getVersionInfo, release, revertCodeRelease } from './versions.js';

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
};

/** Calls of the platform itself. */
const PLATFORM_STEPS: Record<NameWith<'component' | 'none'>, PlatformStep> = {};

/** One call as the simulator serves it. */
export type Served = { name: EndpointName; row: CatalogueRow } & (
  | { of: 'app'; step: Step }
  | { of: 'platform'; step: PlatformStep }
);

/** The call at a path with that query, or undefined. */
export function servedAt(path: string, query: URLSearchParams): Served | undefined {
  const candidates = endpointNames.filter((name) => {
    const row: CatalogueRow = endpoints[name];
    const fixed = Object.entries(row.fixedQuery ?? {});
    return row.path === path && fixed.every(([key, value]) => query.get(key) === value);
  });
  // get_history_version shares its path with revertcoderelease and is told apart by its fixed query.
  const name = candidates.find((one) => 'fixedQuery' in endpoints[one]) ?? candidates[0];
  return name === undefined ? undefined : serve(name);
}

function serve(name: EndpointName): Served {
  const row: CatalogueRow = endpoints[name];
  return has(PLATFORM_STEPS, name)
    ? { name, row, of: 'platform', step: PLATFORM_STEPS[name] }
    : { name, row, of: 'app', step: APP_STEPS[name] };
}

function has<Known extends EndpointName>(steps: Record<Known, unknown>, name: EndpointName): name is Known {
  return Object.hasOwn(steps, name);
}
