/** The platform's credentials: ticket → component token → a Mini Program's token. */
import { type Refusal, refuse } from '../state/errors.js';
import {
  type Accepted,
  type EffectDetail,
  isRefusal,
  type PlatformScene,
  type PlatformStep,
  read,
} from '../state/machine.js';
import { asText, BAD } from '../state/params.js';
import { type Grant, LIFETIME_MS, stillGood, withRefreshToken } from '../state/platform.js';
import { toSeconds } from '../state/time.js';
import type { IssuedToken } from '../state/tokens.js';
import { complaintAboutComponent, grantOf, permissionSets } from './authorizations.js';

/** api_start_push_ticket. Its page calls the secret component_secret, every other page component_appsecret. */
export const startPushTicket: PlatformStep = (scene, params) => {
  const complaint =
    complaintAboutComponent(scene, params) ??
    complaintAboutSecret(scene, params.component_secret ?? params.component_appsecret);
  if (complaint !== undefined) return complaint;
  const { platform, caller } = scene;
  return {
    answer: {},
    platform: { ...platform, credentials: { ...platform.credentials, ticketsPushed: true } },
    effect: aboutPlatform(scene),
    ...(caller.component === null ? {} : { startsTickets: caller.component }),
  };
};

/** api_component_token: a new one at every call, as WeChat makes them. */
export const componentToken: PlatformStep = (scene, params) => {
  const complaint =
    complaintAboutComponent(scene, params) ?? complaintAboutSecret(scene, params.component_appsecret);
  if (complaint !== undefined) return complaint;
  const ticket = asText(params.component_verify_ticket);
  if (ticket === BAD) return refuse(47001);
  const known = scene.platform.credentials.tickets.find(({ value }) => value === ticket);
  if (known === undefined) return refuse(61006);
  if (known.expiresAt <= scene.now) return refuse(61005);
  const token = tokenFor(scene, null);
  return {
    answer: { component_access_token: token.value, expires_in: toSeconds(LIFETIME_MS.accessToken) },
    tokens: [token],
    effect: aboutPlatform(scene),
  };
};

/** api_create_preauthcode. */
export const createPreAuthCode: PlatformStep = (scene, params) => {
  const complaint = complaintAboutComponent(scene, params);
  if (complaint !== undefined) return complaint;
  const { platform, now, mint } = scene;
  const code = { value: mint('preAuthCode'), expiresAt: now + LIFETIME_MS.preAuthCode };
  const preAuthCodes = [...stillGood(platform.credentials.preAuthCodes, now), code];
  return {
    answer: { pre_auth_code: code.value, expires_in: toSeconds(LIFETIME_MS.preAuthCode) },
    platform: { ...platform, credentials: { ...platform.credentials, preAuthCodes } },
    effect: aboutPlatform(scene),
  };
};

/** api_query_auth: an authorization code, which works once, for tokens. */
export const queryAuth: PlatformStep = (scene, params) => {
  const complaint = complaintAboutComponent(scene, params);
  if (complaint !== undefined) return complaint;
  const { platform, now } = scene;
  const { authorizationCodes } = platform.credentials;
  const code = authorizationCodes.find(({ value }) => value === params.authorization_code);
  if (code === undefined) return refuse(61009);
  if (code.used || code.expiresAt <= now) return refuse(61010);
  const grant = grantOf(scene, code.app);
  if (isRefusal(grant)) return grant;
  const token = tokenFor(scene, code.app);
  const used = authorizationCodes.map((one) => (one === code ? { ...one, used: true } : one));
  return {
    answer: {
      authorization_info: {
        authorizer_appid: code.app,
        authorizer_access_token: token.value,
        expires_in: toSeconds(LIFETIME_MS.accessToken),
        authorizer_refresh_token: grant.refreshToken,
        func_info: permissionSets(grant),
      },
    },
    platform: { ...platform, credentials: { ...platform.credentials, authorizationCodes: used } },
    tokens: [token],
    effect: { about: code.app },
  };
};

/** api_authorizer_token: a new token, and the refresh token to keep from now on. */
export const authorizerToken: PlatformStep = (scene, params) => {
  const complaint = complaintAboutComponent(scene, params);
  if (complaint !== undefined) return complaint;
  const grant = grantOf(scene, params.authorizer_appid);
  if (isRefusal(grant)) return grant;
  const { now, switches, mint } = scene;
  const given = asText(params.authorizer_refresh_token);
  const known = [grant.refreshToken, ...stillGood(grant.oldRefreshTokens, now).map(({ value }) => value)];
  if (given === BAD) return refuse(47001);
  if (given === undefined || !known.includes(given)) return refuse(61023);

  const rotated: Grant | undefined =
    switches.rotateRefreshToken === 'onRefresh'
      ? withRefreshToken(grant, mint('refreshToken'), now, switches.tokenGraceSeconds * 1000)
      : undefined;
  const token = tokenFor(scene, grant.appid);
  const accepted: Accepted = {
    ...read({
      authorizer_access_token: token.value,
      expires_in: toSeconds(LIFETIME_MS.accessToken),
      authorizer_refresh_token: (rotated ?? grant).refreshToken,
    }),
    tokens: [token],
    effect: { about: grant.appid },
  };
  return rotated === undefined ? accepted : { ...accepted, grant: rotated };
};

function tokenFor({ caller, now, mint }: PlatformScene, app: string | null): IssuedToken {
  return {
    value: mint('accessToken'),
    owner: { app, component: caller.component },
    expiresAt: now + LIFETIME_MS.accessToken,
  };
}

function aboutPlatform({ caller }: PlatformScene): EffectDetail {
  return caller.component === null ? {} : { about: caller.component };
}

/** component_clear_quota asks for the secret too. */
export function complaintAboutSecret({ config }: PlatformScene, secret: unknown): Refusal | undefined {
  const given = asText(secret);
  if (given === BAD) return refuse(47001);
  if (given === undefined || given === '') return refuse(41004);
  return given === config?.secret ? undefined : refuse(40125);
}
