/**
 * The third-party platform's own credentials: ticket → component token → a Mini Program's token. All secret. The
 * answers of their successes carry no errcode; the token is sent as component_access_token, which every generation of
 * the documents takes (the newest prints access_token).
 */
import { z } from 'zod';
import { credentialEndpoint } from '../endpoint.js';
import { ownCodes } from '../error-codes.js';
import { acknowledgement, listOf, text, wholeNumber } from '../fields.js';

export const componentToken = {
  tokenField: 'component_access_token',
  otherTokenFields: ['access_token'],
} as const;

export const component_appid = z.string().min(1).describe('The appid of the third-party platform.');
export const secret = z.string().min(1).describe("The platform's secret.");
const seconds = wholeNumber.describe('Seconds from now.');

/** The grants of an authorization; 18 is what releases need. */
export const functions = listOf(
  z.looseObject({ funcscope_category: z.looseObject({ id: wholeNumber }) }),
).describe('The permission sets that were granted.');

/** Asks WeChat to push component_verify_ticket again, every 10 minutes. */
export const startPushTicket = credentialEndpoint({
  name: 'api_start_push_ticket',
  method: 'POST',
  path: '/cgi-bin/component/api_start_push_ticket',
  kind: 'write',
  in: 'body',
  token: 'none',
  request: z.strictObject({ component_appid, component_secret: secret }),
  response: acknowledgement,
  errors: ownCodes(-1, 40013),
  doc: 'Ask WeChat to push verify tickets again.',
});

const tokenCodes = [
  ...([-1, 40001, 40013, 40125, 41004, 45009, 47001, 48001, 61004, 61005, 61006, 61011] as const),
] as const;

/** Makes the platform's token from the newest ticket. It lives for two hours. */
export const apiComponentToken = credentialEndpoint({
  name: 'api_component_token',
  method: 'POST',
  path: '/cgi-bin/component/api_component_token',
  kind: 'write',
  in: 'body',
  token: 'none',
  errcode: 'onFailure',
  request: z.strictObject({
    component_appid,
    component_appsecret: secret,
    component_verify_ticket: z.string().min(1).describe('The newest ticket that WeChat has pushed.'),
  }),
  response: z.looseObject({ component_access_token: text, expires_in: seconds }),
  errors: ownCodes(...tokenCodes),
  doc: "Make the platform's own access token.",
});

/** Makes a code with which an administrator can be sent to WeChat's page of authorization. */
export const createPreauthcode = credentialEndpoint({
  ...componentToken,
  name: 'api_create_preauthcode',
  method: 'POST',
  path: '/cgi-bin/component/api_create_preauthcode',
  kind: 'write',
  in: 'body',
  token: 'component',
  errcode: 'onFailure',
  request: z.strictObject({ component_appid }),
  response: z.looseObject({ pre_auth_code: text, expires_in: seconds }),
  errors: ownCodes(...tokenCodes, 41001, 42001),
  doc: "Make a code that begins a Mini Program's authorization.",
});

/** Turns the code that an authorization ended with into the Mini Program's tokens. It works once. */
export const queryAuth = credentialEndpoint({
  ...componentToken,
  name: 'api_query_auth',
  method: 'POST',
  path: '/cgi-bin/component/api_query_auth',
  kind: 'write',
  in: 'body',
  token: 'component',
  errcode: 'onFailure',
  request: z.strictObject({
    component_appid,
    authorization_code: z.string().min(1).describe('From the authorized event.'),
  }),
  response: z.looseObject({
    authorization_info: z.looseObject({
      authorizer_appid: text,
      authorizer_access_token: text,
      expires_in: seconds,
      authorizer_refresh_token: text,
      func_info: functions,
    }),
  }),
  errors: ownCodes(-1, 40001, 40013, 61009, 61010),
  doc: "Turn an authorization code into a Mini Program's tokens.",
});

/** Makes a Mini Program's token. The refresh token that comes back must be stored each time: it may be a new one. */
export const authorizerToken = credentialEndpoint({
  ...componentToken,
  name: 'api_authorizer_token',
  method: 'POST',
  path: '/cgi-bin/component/api_authorizer_token',
  kind: 'write',
  in: 'body',
  token: 'component',
  errcode: 'onFailure',
  request: z.strictObject({
    component_appid,
    authorizer_appid: z.string().min(1).describe("The Mini Program's appid."),
    authorizer_refresh_token: z.string().min(1).describe('The one that came last.'),
  }),
  response: z.looseObject({
    authorizer_access_token: text,
    expires_in: seconds,
    authorizer_refresh_token: text,
  }),
  errors: ownCodes(-1, 40001, 40013, 61003, 61014, 61023),
  doc: "Make a Mini Program's access token from its refresh token.",
});
