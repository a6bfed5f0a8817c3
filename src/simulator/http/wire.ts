/** What comes in and goes out over HTTP, before and after anything is understood of it. */

/** A request that was read completely. */
export interface WireRequest {
  method: string;
  /** Without query; no trailing slash. */
  path: string;
  query: URLSearchParams;
  /** The Content-Type as sent; empty when there is none. */
  type: string;
  body: Uint8Array;
  /** The address it came from. */
  ip: string;
}

/** An answer. */
export interface Answer {
  kind: 'answer';
  status: number;
  type: string;
  body: string | Uint8Array;
  /** Offered as a file of this name. */
  filename?: string;
  /** The trace that its errmsg ends with. */
  rid?: string;
  delayMs: number;
}

/** What to do with a request: answer it (after `delayMs`), break the connection, or never answer. */
export type Reply = Answer | { kind: 'drop' } | { kind: 'hang' };

/** WeChat's own content type; `encoding` is not a standard parameter, and clients must live with it. */
export const WECHAT_JSON = 'application/json; encoding=utf-8';
export const PLAIN_JSON = 'application/json; charset=utf-8';

/** A JSON answer. */
export function json(body: unknown, status = 200, type = PLAIN_JSON): Answer {
  return { kind: 'answer', status, type, body: JSON.stringify(body), delayMs: 0 };
}

/** Splits a request target. Never throws: whatever cannot be decoded stays as it is. */
export function splitTarget(target: string): { path: string; query: URLSearchParams } {
  const local = target.replace(/^[a-z]+:\/\/[^/?#]*/i, '');
  const mark = local.indexOf('?');
  const path = (mark < 0 ? local : local.slice(0, mark)).replace(/\/{2,}/g, '/').replace(/(?<=.)\/$/, '');
  return { path, query: new URLSearchParams(mark < 0 ? '' : local.slice(mark + 1)) };
}

/** The body as text, or undefined when it is no UTF-8. A byte order mark is dropped. */
export function textOf(body: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return undefined;
  }
}

/** A body read as JSON. */
export type JsonBody = { kind: 'empty' | 'bad'; value?: undefined } | { kind: 'json'; value: unknown };

/** The body as JSON. The Content-Type is not asked: clients send any, or none. */
export function jsonOf(body: Uint8Array): JsonBody {
  const text = textOf(body);
  if (text === undefined) return { kind: 'bad' };
  if (text.trim() === '') return { kind: 'empty' };
  try {
    return { kind: 'json', value: JSON.parse(text) };
  } catch {
    return { kind: 'bad' };
  }
}
