/** What a fault makes of an answer, on WeChat's side and on Prometheus'. */
import { STATUS_CODES } from 'node:http';
import { type CallFault, faultErrcode } from '../control/faults.js';
import type { Reply } from './wire.js';

/**
 * The reply under a fault. `real`: what the call would have answered; `refusal`: how this side says an errcode,
 * with the words of the fault when it brings its own.
 */
export function disturbed(
  fault: CallFault,
  real: Reply,
  refusal: (errcode: number, errmsg: string | undefined) => Reply,
): Reply {
  if (real.kind !== 'answer') return real;
  const errcode = faultErrcode(fault);
  if (fault.landsAfterMs !== undefined) return { kind: 'drop' };
  if (errcode !== undefined) return refusal(errcode, fault.errmsg);
  switch (fault.kind) {
    case 'dropBeforeApplying':
    case 'dropAfterApplying':
      return { kind: 'drop' };
    case 'hang':
      return { kind: 'hang' };
    case 'slow':
      return { ...real, delayMs: fault.delayMs };
    case 'invalidJson':
      return { ...real, body: real.body.slice(0, real.body.length / 2) };
    case 'emptyBody':
      return { ...real, body: '' };
    default:
      return gatewayPage(fault.status ?? 502);
  }
}

/** What a proxy in front of a dead server answers. */
function gatewayPage(status: number): Reply {
  const title = `${status} ${STATUS_CODES[status] ?? 'Error'}`;
  const body = `<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`;
  return { kind: 'answer', status, type: 'text/html', body, delayMs: 0 };
}
