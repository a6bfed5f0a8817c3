/** Limits of calls, and what WeChat remembers of one call. */
import { z } from 'zod';
import { credentialEndpoint, eitherEndpoint } from '../endpoint.js';
import { ownCodes } from '../error-codes.js';
import { acknowledgement, answerFields, orNothing, text, wholeNumber } from '../fields.js';
import { withoutCredentials } from '../secrets.js';
import { component_appid, secret } from './platform.js';

/** Resets the daily limits of the account whose token it is. Ten times a month (48006). */
export const clearQuota = eitherEndpoint({
  name: 'clear_quota',
  method: 'POST',
  path: '/cgi-bin/clear_quota',
  kind: 'write',
  in: 'body',
  request: z.strictObject({
    appid: z
      .string()
      .min(1)
      .describe("The appid of whose token it is: the Mini Program's, or the platform's."),
  }),
  response: acknowledgement,
  errors: ownCodes(-1, 40013, 48006),
  doc: "Reset the daily limits of a Mini Program's calls, or of the platform's own; ten times a month.",
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

/** What is left of one call's daily limit, for the account whose token it is. */
export const quotaGet = eitherEndpoint({
  name: 'quota_get',
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
const remembered = orNothing(text.transform(withoutCredentials).pipe(z.string()));

/** What WeChat remembers of a failed call, for 7 days and for the account that made it. Credentials are taken out of what it kept. */
export const ridGet = eitherEndpoint({
  name: 'rid_get',
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
      invoke_time: orNothing(wholeNumber).describe('Seconds since the epoch.'),
      cost_in_ms: orNothing(wholeNumber).describe('Milliseconds.'),
      request_url: remembered.describe('The query it came with.'),
      request_body: remembered,
      response_body: remembered,
      client_ip: orNothing(text),
    }),
  }),
  errors: ownCodes(-1, 76001, 76002, 76003, 76004),
  doc: 'Read what WeChat remembers of a failed call, by the rid in its error.',
});
