/** The platform's calls, made through the client by the catalogue's rows. */
import { type CallRecord, createWechatClient } from '../wechat/client.js';
import { credentialError, RETRY_MS } from './failures.js';
import type { CallLimits, PlatformCalls } from './platform-calls.js';
import type { TokenProvider } from './provider.js';

export interface WechatPlatformOptions {
  baseUrl: string;
  /** For one HTTP request, milliseconds. */
  timeoutMs: number;
  /** The third-party platform's appid. */
  component: string;
  /** Its component_appsecret, read when it is needed. */
  secret: () => Promise<string>;
  /** Gives component access tokens; asked only by calls that take one. */
  tokens: TokenProvider;
  onCall?: (record: CallRecord) => void;
}

/** One request holds a row of the database meanwhile. Milliseconds. */
const LONGEST_MS = 6_000;

export function wechatPlatform(options: WechatPlatformOptions): PlatformCalls {
  const { component: component_appid, secret, tokens, baseUrl, onCall } = options;
  const client = createWechatClient({
    baseUrl,
    tokens,
    timeoutMs: Math.min(options.timeoutMs, LONGEST_MS),
    ...(onCall === undefined ? {} : { onCall }),
  });
  return {
    async startTickets(limits) {
      const params = { component_appid, component_secret: await secret() };
      await client.call('api_start_push_ticket', { params, ...of(limits) });
    },
    async componentToken(ticket, limits) {
      const answer = await client.call('api_component_token', {
        params: {
          component_appid,
          component_appsecret: await secret(),
          component_verify_ticket: ticket,
        },
        ...of(limits),
      });
      return {
        token: some(answer.component_access_token, component_appid),
        expiresInMs: answer.expires_in * 1_000,
      };
    },
    async authorizerToken(app, refreshToken, limits) {
      const answer = await client.call('api_authorizer_token', {
        app,
        params: { component_appid, authorizer_appid: app, authorizer_refresh_token: refreshToken },
        ...of(limits),
      });
      return {
        accessToken: some(answer.authorizer_access_token, app),
        expiresInMs: answer.expires_in * 1_000,
        // One that stays away is the one that was used.
        refreshToken: answer.authorizer_refresh_token || refreshToken,
      };
    },
    async queryAuth(authorizationCode, limits) {
      const { authorization_info: granted } = await client.call('api_query_auth', {
        params: { component_appid, authorization_code: authorizationCode },
        ...of(limits),
      });
      return {
        app: granted.authorizer_appid,
        accessToken: some(granted.authorizer_access_token, granted.authorizer_appid),
        expiresInMs: granted.expires_in * 1_000,
        refreshToken: some(granted.authorizer_refresh_token, granted.authorizer_appid),
        permissionSets: granted.func_info.map(({ funcscope_category }) => funcscope_category.id),
      };
    },
    async authorizerInfo(app, limits) {
      const { authorizer_info: info, authorization_info: granted } = await client.call(
        'api_get_authorizer_info',
        { app, params: { component_appid, authorizer_appid: app }, ...of(limits) },
      );
      return {
        originalId: info.user_name,
        nickName: info.nick_name,
        permissionSets: granted.func_info.map(({ funcscope_category }) => funcscope_category.id),
        refreshToken: granted.authorizer_refresh_token || null,
      };
    },
    async authorizerList(page, limits) {
      const answer = await client.call('api_get_authorizer_list', {
        params: { component_appid, ...page },
        ...of(limits),
      });
      const list = answer.list.map(({ authorizer_appid, refresh_token, auth_time }) => ({
        app: authorizer_appid,
        refreshToken: refresh_token,
        authorizedAt: auth_time * 1_000,
      }));
      return { total: answer.total_count, list };
    },
  };
}

/** An empty token would be stored and sent for two hours. */
function some(token: string, app: string): string {
  if (token.trim() !== '') return token;
  throw credentialError({
    app,
    message: 'WeChat answered an empty token',
    remedy: 'It is tried again; something between here and WeChat may have answered.',
    action: 'retryAfter',
    retryAfterMs: RETRY_MS,
  });
}

function of(limits: CallLimits | undefined): { signal?: AbortSignal } {
  return limits?.signal === undefined ? {} : { signal: limits.signal };
}
