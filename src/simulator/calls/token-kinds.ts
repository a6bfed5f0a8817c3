/** Calls that take a Mini Program's token and the platform's alike, each for its own account (their pages say so). */
import type { EndpointName } from '../../wechat/catalogue.js';

const EITHER: readonly string[] = [
  'clear_quota',
  'quota_get',
  'rid_get',
  'get_authorizer_option',
  'set_authorizer_option',
] satisfies EndpointName[];

/** Whether a call takes either kind of token. */
export function takesEither(name: EndpointName): boolean {
  return EITHER.includes(name);
}
