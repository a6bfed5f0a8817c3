/** The calls of a third-party platform that tokens are made of, as the rest of this room needs them. */

/** How one call is bounded. */
export interface CallLimits {
  signal?: AbortSignal;
}

/** A component access token as WeChat gives it. */
export interface ComponentTokenAnswer {
  token: string;
  expiresInMs: number;
}

/** The two tokens of one Mini Program. */
export interface AuthorizerTokens {
  accessToken: string;
  expiresInMs: number;
  /** May be a new one at any time. */
  refreshToken: string;
}

/** What an authorization code is good for. */
export interface Authorization extends AuthorizerTokens {
  app: string;
  permissionSets: readonly number[];
}

export interface AuthorizerInfo {
  /** `gh_…`. */
  originalId: string;
  nickName: string;
  permissionSets: readonly number[];
  /** The current one; null when the answer has none. */
  refreshToken: string | null;
}

export interface ListedAuthorizer {
  app: string;
  refreshToken: string;
  /** Milliseconds since the epoch. */
  authorizedAt: number;
}

/** Every call throws WechatError; none of them, nor its text, holds a secret. */
export interface PlatformCalls {
  /** api_start_push_ticket: from now on WeChat pushes a ticket every ten minutes. */
  startTickets(limits?: CallLimits): Promise<void>;
  /** api_component_token. */
  componentToken(ticket: string, limits?: CallLimits): Promise<ComponentTokenAnswer>;
  /** api_authorizer_token. The refresh token used stays good for five minutes beside a new one. */
  authorizerToken(app: string, refreshToken: string, limits?: CallLimits): Promise<AuthorizerTokens>;
  /** api_query_auth. An authorization code can be used once. */
  queryAuth(authorizationCode: string, limits?: CallLimits): Promise<Authorization>;
  /** api_get_authorizer_info. */
  authorizerInfo(app: string, limits?: CallLimits): Promise<AuthorizerInfo>;
  /** api_get_authorizer_list, `count` at most 500. */
  authorizerList(
    page: { offset: number; count: number },
    limits?: CallLimits,
  ): Promise<{ total: number; list: readonly ListedAuthorizer[] }>;
}
