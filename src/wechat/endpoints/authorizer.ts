/** The Mini Programs that have authorised the third-party platform. */
import { z } from 'zod';
import { credentialEndpoint, eitherEndpoint } from '../endpoint.js';
import { ownCodes } from '../error-codes.js';
import { acknowledgement, listOf, orElse, orNothing, text, wholeNumber } from '../fields.js';
import { component_appid, componentToken, functions } from './platform.js';

/** Entries that one api_get_authorizer_list may ask for. */
export const AUTHORIZERS_MAX = 500;

const authorizer_appid = z.string().min(1).describe("The Mini Program's appid.");

/** A number in an object of its own, as WeChat writes its kinds. */
const kind = orNothing(z.looseObject({ id: wholeNumber }));

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
      nick_name: orElse(text, ''),
      user_name: text.describe('The original id, gh_….'),
      service_type_info: kind,
      verify_type_info: kind,
      principal_name: orNothing(text),
      MiniProgramInfo: orNothing(z.looseObject({})).describe('Only for Mini Programs: network, categories.'),
      account_status: orNothing(wholeNumber).describe('1 ok, 14 closed, 16 banned, 18 warned, 19 frozen.'),
    }),
    authorization_info: z.looseObject({
      authorizer_appid: text,
      authorizer_refresh_token: orNothing(text),
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

// The older pages take the platform's token and name both appids in the body; the newest take the account's own, and
// name only the option.
const option = {
  component_appid: component_appid
    .optional()
    .describe("The appid of the third-party platform; needed with the platform's token."),
  authorizer_appid: authorizer_appid
    .optional()
    .describe("The Mini Program's appid; needed with the platform's token."),
  option_name: z.string().min(1).describe('Such as `location_report`.'),
};

/** One setting of an authorised account. */
export const getAuthorizerOption = eitherEndpoint({
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
export const setAuthorizerOption = eitherEndpoint({
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
