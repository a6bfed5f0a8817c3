import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios from 'axios';
import type { TransportFinding } from './failures.js';
import type { WireBody } from './wire.js';

/** One HTTP request, complete. */
export interface HttpRequest {
  method: 'GET' | 'POST';
  /** With the token in its query: it must not leave this file. */
  url: string;
  /** For POST. */
  body?: WireBody;
  timeoutMs: number;
  signal?: AbortSignal;
}

/** An HTTP answer, or what was seen instead. Never an error object: axios puts the URL in its own. */
export type HttpAnswer = { status: number; type: string; bytes: Uint8Array } | TransportFinding;

/** The largest answer that is read, bytes. The longest known ones (page and category lists) are far below. */
const ANSWER_MAX_BYTES = 4 * 1024 * 1024;

// A kept connection may be closed by the server just as a write goes out on it, and nobody could tell
// whether WeChat saw it. A handshake for each call costs less than that doubt.
const agents = {
  httpAgent: new HttpAgent({ keepAlive: false }),
  httpsAgent: new HttpsAgent({ keepAlive: false }),
};

/**
 * Sends one request, once: no redirects, no retries, a bound on time and size. Several of WeChat's writes
 * are GETs, so whatever repeats a request by itself would act twice. Never throws.
 */
export async function sendOnce(request: HttpRequest): Promise<HttpAnswer> {
  if (request.signal?.aborted) return { fault: 'aborted', sent: false, detail: 'aborted' };
  const timeout = AbortSignal.timeout(request.timeoutMs);
  try {
    const response = await axios.request<ArrayBuffer>({
      ...agents,
      method: request.method,
      url: request.url,
      data: request.body?.content,
      headers: {
        Accept: 'application/json, image/*',
        'User-Agent': 'weapp-rollout',
        ...(request.body === undefined ? {} : { 'Content-Type': request.body.type }),
      },
      // axios' own timeout only watches for silence; an answer that drips would hold a call for ever.
      signal: request.signal === undefined ? timeout : AbortSignal.any([request.signal, timeout]),
      maxRedirects: 0,
      maxContentLength: ANSWER_MAX_BYTES,
      responseType: 'arraybuffer',
      transformRequest: (data: unknown) => data,
      transformResponse: (data: unknown) => data,
      validateStatus: () => true,
    });
    return answered(response.status, String(response.headers['content-type'] ?? ''), response.data);
  } catch (error) {
    if (request.signal?.aborted) return { fault: 'aborted', sent: true, detail: 'aborted' };
    if (timeout.aborted)
      return { fault: 'timeout', sent: true, detail: `no answer within ${request.timeoutMs} ms` };
    return finding(error);
  }
}

function answered(status: number, type: string, body: ArrayBuffer): HttpAnswer {
  if (status >= 200 && status < 300) return { status, type, bytes: new Uint8Array(body) };
  const fault = status >= 300 && status < 400 ? 'redirect' : 'http';
  return { fault, sent: true, detail: `HTTP ${status}`, status };
}

const UNSENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ERR_INVALID_URL',
]);
const UNSENT_CALLS = new Set(['connect', 'getaddrinfo']);

const UNTRUSTED = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** Reads an error by its codes alone; what nobody knows counts as a broken connection, sent. */
function finding(error: unknown): TransportFinding {
  const code = property(error, 'code') ?? property(property(error, 'cause'), 'code');
  const call = property(error, 'syscall') ?? property(property(error, 'cause'), 'syscall');
  const detail = typeof code === 'string' ? code : 'unknown error';
  if (UNTRUSTED.has(detail)) return { fault: 'tls', sent: false, detail };
  if (UNSENT.has(detail) || (typeof call === 'string' && UNSENT_CALLS.has(call))) {
    return { fault: 'notSent', sent: false, detail };
  }
  if (detail === 'ERR_BAD_RESPONSE') return { fault: 'brokenAnswer', sent: true, detail };
  return { fault: 'connection', sent: true, detail };
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
