/** Why a call had no token that WeChat takes. */
import type { Endpoint } from './endpoint.js';
import { WechatError } from './errors.js';
import type { FailedCall } from './failures.js';
import { keepable } from './secrets.js';

/** WeChat refuses the token, and asking the provider again brought no better one. */
export function tokenRefused(
  call: FailedCall,
  code: number,
  errmsg: string,
  sameAgain: boolean,
): WechatError {
  const fresh = call.ofPlatform
    ? 'Put a fresh component_access_token where the platform’s token comes from (it lives for two hours).'
    : "Put a fresh authorizer_access_token where this Mini Program's token comes from (it lives for two hours).";
  return new WechatError({
    kind: 'credential',
    endpoint: call.endpoint,
    app: call.app,
    code,
    message: keepable(errmsg, call.tokens),
    meaning: sameAgain
      ? 'WeChat refuses the access token, and its source still gives the same one'
      : 'WeChat refuses the access token, and the fresh one as well',
    remedy: `${fresh} If another program refreshes tokens too, let one of them do it.`,
    action: 'refreshToken',
  });
}

/** The token provider failed with something of its own, which may hold secrets and is therefore not passed on. */
export function noToken(
  call: Pick<FailedCall, 'endpoint' | 'app' | 'ofPlatform'>,
  message: string,
): WechatError {
  return new WechatError({
    kind: 'credential',
    endpoint: call.endpoint,
    app: call.app,
    message,
    meaning: 'no access token could be had',
    remedy: call.ofPlatform
      ? "Check where the platform's tokens come from."
      : "Check where this Mini Program's tokens come from.",
    action: 'permission',
  });
}

/** The call is the platform's own, and the token provider knows only Mini Programs. */
export function noPlatformToken(
  call: Pick<FailedCall, 'endpoint' | 'app'>,
  { token }: Pick<Endpoint, 'token'>,
): WechatError {
  const sources = 'tokens.platform, tokens.http.platformAddress or tokens.component';
  return new WechatError({
    kind: 'credential',
    endpoint: call.endpoint,
    app: call.app,
    message: 'the token provider has no component_access_token',
    meaning:
      token === 'either'
        ? 'no Mini Program is named, so this call is made by the third-party platform itself'
        : 'this call is made by the third-party platform itself',
    remedy:
      token === 'either'
        ? `Name the Mini Program whose token makes the call, or configure ${sources}.`
        : `Configure ${sources}, or leave this call to whoever holds the component token.`,
    action: 'permission',
  });
}
