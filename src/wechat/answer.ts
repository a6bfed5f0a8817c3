import type { Endpoint } from './endpoint.js';
import { text, wholeNumber } from './fields.js';

/** An answer of WeChat's, or why the text is none. */
export type Reading = { code: number; errmsg: string; body: object } | { problem: string };

/**
 * Reads errcode and errmsg off an answer. The code may come as a number or a string, and cloud calls
 * spell it `errCode`. An answer without one is none, but for the token calls (`onFailure`), whose successes
 * leave it out: there the row's schema decides.
 */
export function readAnswer(answer: string, errcode: Endpoint['errcode'] = 'always'): Reading {
  const body = parseJson(answer);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return { problem: answer.trim() === '' ? 'the body is empty' : 'the body is no JSON object' };
  }
  const written: unknown = Reflect.get(body, 'errcode') ?? Reflect.get(body, 'errCode');
  if (written === undefined && errcode === 'onFailure') return { code: 0, errmsg: 'ok', body };
  const code = wholeNumber.safeParse(written);
  if (!code.success) return { problem: 'there is no errcode' };
  const errmsg = text.safeParse(Reflect.get(body, 'errmsg') ?? Reflect.get(body, 'errMsg'));
  return { code: code.data, errmsg: errmsg.success ? errmsg.data : '', body };
}

/** The value, or undefined for a text that is no JSON. */
function parseJson(answer: string): unknown {
  try {
    return JSON.parse(answer);
  } catch {
    return undefined;
  }
}
