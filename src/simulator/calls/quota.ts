/** Daily limits of calls, their resets, and what WeChat remembers of a refused call. */
import { endpointNames, endpoints } from '../../wechat/catalogue.js';
import type { Endpoint, TokenKind } from '../../wechat/endpoint.js';
import { refuse } from '../state/errors.js';
import { isRefusal, type Outcome, type PlatformScene, type PlatformStep, read } from '../state/machine.js';
import { asText, BAD } from '../state/params.js';
import { chinaMonth, toSeconds } from '../state/time.js';
import { RID_LIFE_MS } from '../state/traces.js';
import { complaintAboutComponent, grantOf } from './authorizations.js';
import { complaintAboutSecret } from './platform-tokens.js';

/** Resets that an account has a month, with a token and without one together (pages of clear_quota and its v2). */
const CLEARS_A_MONTH = 10;

/** What quota/get says where the world sets no limit: calls a day, and calls a minute. Numbers as seen in the field. */
const USUAL_PER_DAY = 1_000_000;
const USUAL_PER_MINUTE = 4_200_000;

/** clear_quota: the limits of the account whose token it is. The platform's older path has component_appid. */
export const clearQuota: PlatformStep = (scene, params) => {
  const account = accountOf(scene);
  const appid = asText(params.appid ?? params.component_appid);
  if (appid === BAD) return refuse(47001);
  return account === null || appid !== account ? refuse(40013) : cleared(scene, account);
};

/** clear_quota/v2: by the platform's secret; without an appid the limits of the platform itself. */
export const componentClearQuota: PlatformStep = (scene, params) => {
  const complaint = complaintAboutComponent(scene, params) ?? complaintAboutSecret(scene, params.appsecret);
  if (complaint !== undefined) return complaint;
  const { component } = scene.caller;
  const appid = asText(params.appid) ?? component;
  if (appid === BAD) return refuse(47001);
  if (appid === null || appid === component)
    return component === null ? refuse(40013) : cleared(scene, component);
  const grant = grantOf(scene, appid);
  return isRefusal(grant) ? refuse(40013) : cleared(scene, grant.appid);
};

/** openapi/quota/get: the calls of a path today, by whose token this is. */
export const quotaGet: PlatformStep = (scene, params) => {
  const account = accountOf(scene);
  const path = asText(params.cgi_path);
  if (path === BAD) return refuse(47001);
  // So the page: a host before it, or no slash, is 76003; calls of /sns/ cannot be asked for.
  if (path === undefined || !path.startsWith('/')) return refuse(76003);
  if (/(^|\/)sns\//.test(path)) return refuse(76022);
  const kinds = endpointNames.filter((name) => endpoints[name].path === path).map(kindOf);
  if (kinds.length === 0) return refuse(76021);
  const mine = scene.caller.app === null ? 'component' : 'authorizer';
  if (account === null || !kinds.some((kind) => kind === mine || kind === 'either')) return refuse(76022);

  const { usedToday, perDay, perMinute } = scene.calls.usage(account, path, scene.now);
  const limit = perDay ?? USUAL_PER_DAY;
  const rate = { call_count: perMinute ?? USUAL_PER_MINUTE, refresh_second: 60 };
  return read({
    quota: { daily_limit: limit, used: usedToday, remain: Math.max(0, limit - usedToday) },
    rate_limit: rate,
    ...(scene.caller.app === null ? {} : { component_rate_limit: rate }),
  });
};

/** openapi/rid/get: a refused call, for the account that made it, for seven days. */
export const ridGet: PlatformStep = (scene, params) => {
  const rid = asText(params.rid);
  if (rid === BAD || rid === undefined || !/^[0-9a-f]{8}(-[0-9a-f]{8}){2}$/.test(rid)) return refuse(76002);
  const trace = scene.traces.find(rid);
  if (trace === undefined) return refuse(76001);
  if (trace.account !== accountOf(scene)) return refuse(76003);
  if (scene.now - trace.at > RID_LIFE_MS) return refuse(76004);
  return read({
    request: {
      invoke_time: toSeconds(trace.at),
      cost_in_ms: trace.costMs,
      request_url: trace.url,
      request_body: trace.body,
      response_body: trace.answer,
      client_ip: trace.ip,
    },
  });
};

function accountOf({ caller }: PlatformScene): string | null {
  return caller.app ?? caller.component;
}

function cleared({ platform, now }: PlatformScene, account: string): Outcome {
  const { credentials } = platform;
  const thisMonth = credentials.clears.filter(({ at }) => chinaMonth(at) === chinaMonth(now));
  if (thisMonth.filter((clear) => clear.account === account).length >= CLEARS_A_MONTH) return refuse(48006);
  const clears = [...thisMonth, { account, at: now }];
  return {
    answer: {},
    platform: { ...platform, credentials: { ...credentials, clears } },
    clearsCalls: account,
    effect: { about: account },
  };
}

/** Whose quota a call uses. */
function kindOf(name: (typeof endpointNames)[number]): TokenKind {
  const { token }: Endpoint = endpoints[name];
  return token === 'none' ? 'component' : token;
}
