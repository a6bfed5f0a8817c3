/** A call's failure, and a code's row, as a person reads them. */
import { ACTIONS } from '../../wechat/error-codes/actions.js';
import type { ErrorCodeRow } from '../../wechat/error-codes.js';
import type { WechatError } from '../../wechat/errors.js';
import { CliError } from '../errors.js';
import { EXIT } from '../exit-codes.js';
import { align } from '../render.js';
import { brief, safe } from '../words.js';

/** WeChat's failure as the command's: code, meaning, class, what can be done. */
export function toCallError({ failure }: WechatError): CliError {
  const { endpoint, app, code, message, meaning, action, remedy, retryAfterMs } = failure;
  const call = `${endpoint ?? 'the access token'} of ${safe(app ?? 'the platform')}`;
  const { words, does } = ACTIONS[action];
  const rows = [
    ['meaning', meaning],
    ['class', `${words}${retryAfterMs === undefined ? '' : ` (${brief(retryAfterMs)})`}`],
    ['', does],
    ['remedy', remedy],
  ];
  return new CliError(
    `${call}: ${code === undefined ? '' : `${code} `}${safe(message)}`,
    align(rows).join('\n'),
    failure.kind === 'invalidRequest' ? EXIT.usage : EXIT.tool,
  );
}

/** When a code's call can be made again, in words; null when the class does not tell. */
export function waitOf({ retryAfterMs }: Pick<ErrorCodeRow, 'retryAfterMs'>): string | null {
  if (retryAfterMs === undefined) return null;
  return retryAfterMs === 'nextDay' ? 'until midnight in China' : `after ${brief(retryAfterMs)}`;
}
