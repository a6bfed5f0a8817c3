import type { ErrorCodeRow } from './row.js';
import { permanent, permission } from './row.js';

const REAUTHORISE = "Ask the Mini Program's administrator to authorise the third-party platform again.";
const TICKETS =
  'Check that tickets are received and stored; `weapp-rollout apps start-tickets` asks for them again.';
const PLATFORM = 'Check the appid of the platform where tokens are made.';

/** Codes of the third-party platform's own calls: tickets, tokens, authorizations. */
export const componentCodes = {
  40170: permanent('too many entries are asked for', 'Ask for at most 500 at a time.'),
  41004: permanent("the platform's secret is missing", 'Set component.secret where tokens are made.'),
  41018: permanent("the platform's appid is missing", PLATFORM),
  61000: permanent('the kind of third party is not valid', PLATFORM),
  61001: permanent("the platform's appid is of another kind of third party", PLATFORM),
  61003: permission(
    'the Mini Program is not authorised to this third-party platform (permission set 18 is needed)',
    REAUTHORISE,
  ),
  61004: permission(
    "this machine's address is not registered",
    'Add the address it goes out with to the IP allow-list of the third-party platform.',
  ),
  61005: permanent("the platform's verify ticket has expired", TICKETS),
  61006: permanent("the platform's verify ticket is not valid", TICKETS),
  61007: permission(
    'the authorization does not contain permission set 18 (development and data analysis)',
    `${REAUTHORISE} Permission set 18 must be ticked; right after authorising it can take minutes to count.`,
  ),
  61009: permanent('the authorization code is not valid', REAUTHORISE),
  61010: permanent('the authorization code has expired, or was used', REAUTHORISE),
  61011: permanent('there is no such third-party platform', PLATFORM),
  61012: permanent('there is no such option', 'Check option_name.'),
  61013: permanent('the option cannot have this value', 'Check option_value.'),
  61014: permanent(
    'a token of the wrong kind: this call wants the authorizer token, or that one the component token',
    "Calls for a Mini Program want its authorizer token; the template library and the platform's calls the component token.",
  ),
  61015: permanent(
    'a token of the wrong kind: this call wants the authorizer token',
    "Configure the Mini Program's authorizer access token.",
  ),
  61016: permission(
    'permission set 18 of the Mini Program waits for confirmation by the platform',
    "Confirm it in the open platform's console.",
  ),
  61017: permission('the permission set of this call is not granted', REAUTHORISE),
  61023: permission('the refresh token is not valid', REAUTHORISE),
  61028: permission(
    'the third-party platform is not published',
    "Publish it in the open platform's console; until then only accounts of its test list can be used.",
  ),
} as const satisfies Record<number, ErrorCodeRow>;
