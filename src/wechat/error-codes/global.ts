import type { ErrorCodeRow } from './row.js';
import { permanent, permission } from './row.js';

const SAME_TOKEN_TWICE =
  'The token is refreshed once by itself; when that does not help, check where tokens come from.';
const OUR_REQUEST = 'The request was built wrongly, or something between here and WeChat changes it.';
const REAUTHORISE = "Ask the Mini Program's administrator to authorise the third-party platform again.";

/** Codes that any call of the API may answer with (WeChat's table of global error codes). */
export const globalCodes = {
  [-1]: {
    meaning: 'WeChat is busy, or failed inside; the request may or may not have been carried out',
    remedy:
      'Read before repeating. When it stays for submit_audit, upload the template again and commit anew: for one Mini Program it can be lasting.',
    action: 'unknownOutcome',
  },
  40001: {
    meaning: 'the access token is wrong or not the latest',
    remedy: SAME_TOKEN_TWICE,
    action: 'refreshToken',
  },
  40013: permanent(
    'the appid is not valid',
    'Check the appid of the Mini Program in the plan, and that of the platform where tokens are made.',
  ),
  40014: { meaning: 'the access token is not valid', remedy: SAME_TOKEN_TWICE, action: 'refreshToken' },
  40097: permanent('an argument is not valid', 'Check the values of the plan that went into this call.'),
  40125: permanent("the platform's appid or secret is wrong", 'Correct the secret where tokens are made.'),
  40164: permission(
    "this machine's address is not on the allow-list",
    'Add the address it goes out with to the IP allow-list of the third-party platform.',
  ),
  41001: permanent('the access token is missing', OUR_REQUEST),
  41002: permanent('the appid is missing', OUR_REQUEST),
  42001: { meaning: 'the access token has expired', remedy: SAME_TOKEN_TWICE, action: 'refreshToken' },
  42006: {
    meaning: 'the component access token has expired',
    remedy: SAME_TOKEN_TWICE,
    action: 'refreshToken',
  },
  42007: permission(
    'the authorization is no longer valid, for example after a changed password',
    REAUTHORISE,
  ),
  43001: permanent('this call must be a GET', OUR_REQUEST),
  43002: permanent('this call must be a POST', OUR_REQUEST),
  43003: permanent('this call must use HTTPS', 'Check the base address of the API.'),
  44002: permanent('the POST had no body; an empty one is {}', OUR_REQUEST),
  45002: permanent('a text is too long', 'Shorten the texts of the plan.'),
  45009: {
    meaning: 'the daily limit of calls is used up',
    remedy: 'Wait for the next day (China time), or have the limit reset or raised.',
    action: 'quota',
    retryAfterMs: 'nextDay',
  },
  45011: {
    meaning: 'too many calls in this minute',
    remedy: 'It is tried again in a minute; poll less often.',
    action: 'retryAfter',
    retryAfterMs: 60_000,
  },
  45035: permission("this machine's address is not allowed to call", 'Add it to the IP allow-list.'),
  47001: permanent('the body could not be parsed, or a field has the wrong type', OUR_REQUEST),
  48001: permission(
    'the Mini Program has not granted this call: permission set 18 (development and data analysis) is missing',
    `${REAUTHORISE} Permission set 18 must be ticked.`,
  ),
  48004: permission(
    'WeChat has blocked this call of permission set 18 for breaking rules',
    'Look for the notice on mp.weixin.qq.com, or ask WeChat.',
  ),
  48006: {
    meaning: 'the limit of quota resets is used up',
    remedy: 'Ten resets a month are allowed; wait for the limits to come back.',
    action: 'quota',
  },
  50002: permission(
    'the account is limited: frozen or closed',
    "Let the Mini Program's administrator repair it.",
  ),
} as const satisfies Record<number, ErrorCodeRow>;
