/** Limits of calls, and what WeChat remembers of one call. */
import { z } from 'zod';
import { credentialEndpoint, endpoint } from '../endpoint.js';
import { ownCodes } from '../error-codes.js';
import { acknowledgement, answerFields, orNothing, text, wholeNumber } from '../fields.js';
import { withoutCredentials } from '../secrets.js';
import { component_appid, secret } from './platform.js';

/** Resets the daily limits of one Mini Program. Ten times a month (48006). */
export const clearQuota = endpoint({
  name: 'clear_quota',
  permissionSet: null,
  method: 'POST',
  path: '/cgi-bin/clear_quota',
  kind: 'write',
  in: 'body',
  request: z.strictObject({ appid: z.string().min(1).describe("The Mini Program's appid.") }),
  response: acknowledgement,
  errors: ownCodes(-1, 40013, 48006),
  doc: "Reset the daily limits of a Mini Program's calls; ten times a month.",
});

/** Resets the daily limits of one Mini Program or of the platform's own calls, without any token. */
export const componentClearQuota = credentialEndpoint({
  name: 'component_clear_quota',
  method: 'POST',
  path: '/cgi-bin/component/clear_quota/v2',
  kind: 'write',
  in: 'body',
  token: 'none',
  request: z.strictObject({
    appid: z
      .string()
      .min(1)
      .optional()
      .describe("The Mini Program's appid; without it the platform's own calls are reset."),
    component_appid,
    appsecret: secret,
  }),
  response: acknowledgement,
  errors: ownCodes(-1, 40013, 40125, 41004, 48006),
  doc: "Reset the daily limits with the platform's secret instead of a token.",
});

const rate = orNothing(
  z.looseObject({
    call_count: wholeNumber.describe('Calls allowed in the time.'),
    refresh_second: wholeNumber.describe('The time, seconds.'),
  }),
);

/** What is left of one call's daily limit. */
export const quotaGet = endpoint({
  name: 'quota_get',
  permissionSet: null,
  method: 'POST',
  path: '/cgi-bin/openapi/quota/get',
  kind: 'read',
  in: 'body',
  request: z.strictObject({
    cgi_path: z
      .string()
      .regex(/^\/[^?#\s]+$/, 'must be a path such as /wxa/release, without host and query')
      .describe('The path of the call, such as `/wxa/release`.'),
  }),
  response: z.looseObject({
    ...answerFields,
    quota: z.looseObject({ daily_limit: wholeNumber, used: wholeNumber, remain: wholeNumber }),
    rate_limit: rate,
    component_rate_limit: rate,
  }),
  errors: ownCodes(-1, 76003, 76021, 76022),
  doc: 'Read how much of a call’s daily limit is left.',
});

// WeChat keeps the request as it came, token and all.
const remembered = text.transform(withoutCredentials).pipe(z.string()).optional();

/** What WeChat remembers of a failed call, for 7 days. Credentials are taken out of what it kept. */
export const ridGet = endpoint({
  name: 'rid_get',
  permissionSet: null,
  method: 'POST',
  path: '/cgi-bin/openapi/rid/get',
  kind: 'read',
  in: 'body',
  request: z.strictObject({
    rid: z.string().min(1).describe("The trace in an error's text, such as `61725984-6126f6f9-040f19c4`."),
  }),
  response: z.looseObject({
    ...answerFields,
    request: z.looseObject({
      invoke_time: wholeNumber.optional().describe('Seconds since the epoch.'),
      cost_in_ms: wholeNumber.optional().describe('Milliseconds.'),
      request_url: remembered.describe('The query it came with.'),
      request_body: remembered,
      response_body: remembered,
      client_ip: text.optional(),
    }),
  }),
  errors: ownCodes(-1, 76001, 76002, 76003, 76004),
  doc: 'Read what WeChat remembers of a failed call, by the rid in its error.',
});
