/** The Mini Programs that have authorised the third-party platform. */
import { z } from 'zod';
import { credentialEndpoint, platformEndpoint } from '../endpoint.js';
import { ownCodes } from '../error-codes.js';
import { acknowledgement, listOf, text, wholeNumber } from '../fields.js';
import { component_appid, componentToken, functions } from './platform.js';

/** Entries that one api_get_authorizer_list may ask for. */
export const AUTHORIZERS_MAX = 500;

const authorizer_appid = z.string().min(1).describe("The Mini Program's appid.");

/** A number in an object of its own, as WeChat writes its kinds. */
const kind = z.looseObject({ id: wholeNumber }).optional();

/** Who a Mini Program is, what it granted, and its refresh token. */
export const getAuthorizerInfo = credentialEndpoint({
  ...componentToken,
  name: 'api_get_authorizer_info',
  method: 'POST',
  path: '/cgi-bin/component/api_get_authorizer_info',
  kind: 'read',
  in: 'body',
  token: 'component',
  errcode: 'onFailure',
  request: z.strictObject({ component_appid, authorizer_appid }),
  response: z.looseObject({
    authorizer_info: z.looseObject({
      nick_name: text.default(''),
      user_name: text.describe('The original id, gh_….'),
      service_type_info: kind,
      verify_type_info: kind,
      principal_name: text.optional(),
      MiniProgramInfo: z.looseObject({}).optional().describe('Only for Mini Programs: network, categories.'),
      account_status: wholeNumber.optional().describe('1 ok, 14 closed, 16 banned, 18 warned, 19 frozen.'),
    }),
    authorization_info: z.looseObject({
      authorizer_appid: text,
      authorizer_refresh_token: text.optional(),
      func_info: functions,
    }),
  }),
  errors: ownCodes(-1, 40013, 61003),
  doc: 'Read who a Mini Program is and which permission sets it granted.',
});

/** The Mini Programs that have authorised the platform, page by page. It may still hold one that has left (61003). */
export const getAuthorizerList = credentialEndpoint({
  ...componentToken,
  name: 'api_get_authorizer_list',
  method: 'POST',
  path: '/cgi-bin/component/api_get_authorizer_list',
  kind: 'read',
  in: 'body',
  token: 'component',
  errcode: 'onFailure',
  request: z.strictObject({
    component_appid,
    offset: z.int().nonnegative().describe('Entries to skip.'),
    count: z.int().min(1).max(AUTHORIZERS_MAX).describe('Entries to answer.'),
  }),
  response: z.looseObject({
    total_count: wholeNumber,
    list: listOf(
      z.looseObject({
        authorizer_appid: text,
        refresh_token: text,
        auth_time: wholeNumber.describe('Seconds since the epoch.'),
      }),
    ),
  }),
  errors: ownCodes(-1, 40170),
  doc: 'List the Mini Programs that have authorised the platform, with their refresh tokens.',
});

// The older pages name both appids in the body, the newest only the option.
const option = {
  component_appid: component_appid.optional(),
  authorizer_appid: authorizer_appid.optional(),
  option_name: z.string().min(1).describe('Such as `location_report`.'),
};

/** One setting of an authorised account. */
export const getAuthorizerOption = platformEndpoint({
  ...componentToken,
  name: 'get_authorizer_option',
  method: 'POST',
  path: '/cgi-bin/component/get_authorizer_option',
  kind: 'read',
  in: 'body',
  errcode: 'onFailure',
  request: z.strictObject(option),
  response: z.looseObject({ option_name: text, option_value: text }),
  errors: ownCodes(-1, 40013, 41018, 61003, 61012),
  doc: 'Read one setting of an authorised account.',
});

/** Changes one setting of an authorised account. */
export const setAuthorizerOption = platformEndpoint({
  ...componentToken,
  name: 'set_authorizer_option',
  method: 'POST',
  path: '/cgi-bin/component/set_authorizer_option',
  kind: 'write',
  in: 'body',
  request: z.strictObject({ ...option, option_value: z.string().describe('The new value.') }),
  response: acknowledgement,
  errors: ownCodes(-1, 40013, 41018, 61003, 61012, 61013),
  doc: 'Change one setting of an authorised account.',
});
