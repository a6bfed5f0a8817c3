/** The Mini Programs that have authorised a platform: who they are, what they granted, their settings. */
import { AUTHORIZERS_MAX } from '../../wechat/endpoints/authorizer.js';
import { type Refusal, refuse } from '../state/errors.js';
import { isRefusal, type Params, type PlatformScene, type PlatformStep, read } from '../state/machine.js';
import { asNumber, asText, BAD } from '../state/params.js';
import type { Grant } from '../state/platform.js';
import { toSeconds } from '../state/time.js';
import { originalIdOf } from '../world/components.js';

/** Settings and the values they take; the first is what an account begins with. */
const OPTIONS: ReadonlyMap<string, readonly string[]> = new Map([
  ['location_report', ['0', '1', '2']],
  ['voice_recognize', ['0', '1']],
  ['customer_service', ['0', '1']],
]);

/** What is wrong with component_appid, in the body or the query: it must be the one whose call this is. */
export function complaintAboutComponent({ caller }: PlatformScene, params: Params): Refusal | undefined {
  const named = asText(params.component_appid);
  if (named === BAD) return refuse(47001);
  if (named === undefined || named === '') return refuse(41018);
  return named === caller.component ? undefined : refuse(40013);
}

/** The authorization of a Mini Program, or the code that there is none. */
export function grantOf({ grants }: PlatformScene, appid: unknown): Grant | Refusal {
  const name = asText(appid);
  if (name === BAD) return refuse(47001);
  if (name === undefined || name === '') return refuse(40013);
  const grant = grants.get(name);
  return grant?.authorized === true ? grant : refuse(61003);
}

/** func_info, as api_query_auth and api_get_authorizer_info show it. */
export function permissionSets({ permissions }: Grant): Record<string, unknown>[] {
  return permissions.map((id) => ({ funcscope_category: { id } }));
}

/** api_get_authorizer_info. */
export const getAuthorizerInfo: PlatformStep = (scene, params) => {
  const complaint = complaintAboutComponent(scene, params);
  if (complaint !== undefined) return complaint;
  const grant = grantOf(scene, params.authorizer_appid);
  if (isRefusal(grant)) return grant;
  const { appid } = grant;
  const config = scene.world.apps[appid];
  return read({
    authorizer_info: {
      nick_name: config?.nickName ?? appid,
      head_img: '',
      // 0 and 0: an ordinary, verified account.
      service_type_info: { id: 0 },
      verify_type_info: { id: 0 },
      user_name: config?.originalId ?? originalIdOf(appid),
      alias: '',
      qrcode_url: '',
      business_info: { open_pay: 0, open_shake: 0, open_scan: 0, open_card: 0, open_store: 0 },
      principal_name: 'A company that exists only here',
      signature: '',
      MiniProgramInfo: {
        network: {
          RequestDomain: [],
          WsRequestDomain: [],
          UploadDomain: [],
          DownloadDomain: [],
          BizDomain: [],
          UDPDomain: [],
        },
        categories: (config?.categories ?? []).map(({ first_class, second_class }) => {
          return { first: first_class, second: second_class };
        }),
        visit_status: 0,
      },
      account_status: 1,
    },
    authorization_info: {
      authorizer_appid: appid,
      authorizer_refresh_token: grant.refreshToken,
      func_info: permissionSets(grant),
    },
  });
};

/** api_get_authorizer_list, page by page. */
export const getAuthorizerList: PlatformStep = (scene, params) => {
  const complaint = complaintAboutComponent(scene, params);
  if (complaint !== undefined) return complaint;
  const offset = asNumber(params.offset) ?? 0;
  const count = asNumber(params.count) ?? AUTHORIZERS_MAX;
  if (offset === BAD || count === BAD) return refuse(47001);
  if (count > AUTHORIZERS_MAX) return refuse(40170);
  if (![offset, count].every((value) => Number.isInteger(value) && value >= 0)) return refuse(40097);
  const { unauthorizedInList } = scene.switches;
  const listed = [...scene.grants.values()].filter(({ authorized }) => authorized || unauthorizedInList);
  return read({
    total_count: listed.length,
    list: listed.slice(offset, offset + count).map(({ appid, refreshToken, authorizedAt }) => {
      return { authorizer_appid: appid, refresh_token: refreshToken, auth_time: toSeconds(authorizedAt) };
    }),
  });
};

/** get_authorizer_option. */
export const getAuthorizerOption: PlatformStep = (scene, params) => {
  const setting = settingOf(scene, params);
  if (isRefusal(setting)) return setting;
  const { grant, name, values } = setting;
  return read({
    authorizer_appid: grant.appid,
    option_name: name,
    option_value: grant.options[name] ?? values[0],
  });
};

/** set_authorizer_option. */
export const setAuthorizerOption: PlatformStep = (scene, params) => {
  const setting = settingOf(scene, params);
  if (isRefusal(setting)) return setting;
  const { grant, name, values } = setting;
  const value = asText(params.option_value);
  if (value === BAD || value === undefined || !values.includes(value)) return refuse(61013);
  return {
    answer: {},
    grant: { ...grant, options: { ...grant.options, [name]: value } },
    effect: { about: grant.appid },
  };
};

/**
 * Whose setting, and which. The older pages take the platform's token and name both appids, the newest a Mini
 * Program's token and only the option.
 */
function settingOf(
  scene: PlatformScene,
  params: Params,
): { grant: Grant; name: string; values: readonly string[] } | Refusal {
  const { app } = scene.caller;
  const complaint = app === null ? complaintAboutComponent(scene, params) : undefined;
  if (complaint !== undefined) return complaint;
  const grant = grantOf(scene, app ?? params.authorizer_appid);
  if (isRefusal(grant)) return grant;
  const name = asText(params.option_name);
  const values = typeof name === 'string' ? OPTIONS.get(name) : undefined;
  if (typeof name !== 'string' || values === undefined) return refuse(61012);
  return { grant, name, values };
}
