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
  40013: permanent('the appid is not valid', 'Check the appid in the plan.'),
  40014: { meaning: 'the access token is not valid', remedy: SAME_TOKEN_TWICE, action: 'refreshToken' },
  40097: permanent('an argument is not valid', 'Check the values of the plan that went into this call.'),
  40125: permanent("the platform's app secret is wrong", 'Correct the secret where tokens are made.'),
  40164: permission(
    "this machine's address is not on the allow-list",
    'Add the address it goes out with to the IP allow-list of the third-party platform.',
  ),
  41001: permanent('the access token is missing', OUR_REQUEST),
  41002: permanent('the appid is missing', OUR_REQUEST),
  42001: { meaning: 'the access token has expired', remedy: SAME_TOKEN_TWICE, action: 'refreshToken' },
  42006: permanent('the component access token has expired', 'Check where tokens are made.'),
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
  61003: permission(
    'the Mini Program is not authorised to this third-party platform (permission set 18 is needed)',
    REAUTHORISE,
  ),
  61004: permission(
    "this machine's address is not registered",
    'Add the address it goes out with to the IP allow-list of the third-party platform.',
  ),
  61005: permanent("the platform's verify ticket has expired", 'Check that tickets are received and stored.'),
  61006: permanent(
    "the platform's verify ticket is not valid",
    'Check that tickets are received and stored.',
  ),
  61007: permission(
    'the authorization does not contain permission set 18 (development and data analysis)',
    `${REAUTHORISE} Permission set 18 must be ticked; right after authorising it can take minutes to count.`,
  ),
  61014: permanent(
    'a token of the wrong kind: this call wants the authorizer token, or that one the component token',
    "Configure the Mini Program's authorizer access token.",
  ),
  61016: permission(
    'permission set 18 of the Mini Program waits for confirmation by the platform',
    "Confirm it in the open platform's console.",
  ),
  61023: permission('the refresh token is not valid', REAUTHORISE),
} as const satisfies Record<number, ErrorCodeRow>;
