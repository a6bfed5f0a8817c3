/** How WeChat says no: an errcode, and words that end with a trace, which rid/get can be asked for. */
import { randomBytes } from 'node:crypto';
import { toSeconds } from '../state/time.js';
import { type Answer, json, WECHAT_JSON } from './wire.js';

/** A refusal in WeChat's manner. `at`: milliseconds since the epoch; the HTTP status is 200 but for what could not be read. */
export function refusal(errcode: number, errmsg: string, at: number, status = 200): Answer {
  const rid = trace(at);
  return { ...json({ errcode, errmsg: `${errmsg} rid: ${rid}` }, status, WECHAT_JSON), rid };
}

/** WeChat's trace: three groups of eight hex digits, the first the seconds since the epoch. */
function trace(at: number): string {
  const seconds = (toSeconds(at) >>> 0).toString(16).padStart(8, '0');
  const rest = randomBytes(8).toString('hex');
  return `${seconds}-${rest.slice(0, 8)}-${rest.slice(8)}`;
}
