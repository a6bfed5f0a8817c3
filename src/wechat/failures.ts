import type { z } from 'zod';
import type { EndpointName } from './catalogue.js';
import type { Endpoint } from './endpoint.js';
import { type ErrorCodeRow, lookUpCode } from './error-codes.js';
import { type TransportFault, WechatError } from './errors.js';
import { keepable } from './secrets.js';

/** The call that failed, and the tokens that must not show. */
export interface FailedCall {
  endpoint: EndpointName;
  kind: 'read' | 'write';
  app: string | null;
  /** Made with the platform's own token, whatever app it is about. */
  ofPlatform: boolean;
  tokens: readonly string[];
  /** The call carries credentials, so its answer is not kept. */
  secret: boolean;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const CHINA_OFFSET_MS = 8 * 60 * MINUTE_MS;

/** Milliseconds until daily limits reset: midnight in China (UTC+8, no summer time), and a minute more. */
function untilNextDay(now: number): number {
  return DAY_MS - ((now + CHINA_OFFSET_MS) % DAY_MS) + MINUTE_MS;
}

function wait(row: ErrorCodeRow, now: number): { retryAfterMs?: number } {
  if (row.retryAfterMs === undefined) return {};
  return { retryAfterMs: row.retryAfterMs === 'nextDay' ? untilNextDay(now) : row.retryAfterMs };
}

function keptAnswer(call: FailedCall, answer: string): string {
  return call.secret ? '(not kept: answers of this call carry credentials)' : keepable(answer, call.tokens);
}

/** WeChat answered an error code. `now` is milliseconds since the epoch. */
export function refused(
  call: FailedCall,
  code: number,
  errmsg: string,
  answer: string,
  now: number,
): WechatError {
  const row = lookUpCode(code);
  return new WechatError({
    kind: 'api',
    endpoint: call.endpoint,
    app: call.app,
    code,
    message: keepable(errmsg, call.tokens),
    meaning: row.meaning,
    remedy: row.remedy,
    action: row.action,
    ...wait(row, now),
    answer: keptAnswer(call, answer),
  });
}

/** The caller wants the token in a field that WeChat does not document for the call. */
export function unknownTokenField(
  call: FailedCall,
  row: Pick<Endpoint, 'tokenField' | 'otherTokenFields'>,
  field: string,
): WechatError {
  const known = [row.tokenField, ...row.otherTokenFields].join(' or ');
  const message = `tokenField: ${field} is not documented for this call; it takes ${known}`;
  return new WechatError({
    kind: 'invalidRequest',
    endpoint: call.endpoint,
    app: call.app,
    message,
    meaning: 'the request breaks a documented limit and was not sent',
    remedy: 'Correct the values named.',
    action: 'permanent',
    issues: [{ path: 'tokenField', message }],
  });
}

/** What a schema found, in one line. */
export function describeIssues(error: z.ZodError): string {
  return error.issues
    .map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`))
    .join('; ');
}

/** The catalogue does not allow this request. */
export function invalidRequest(endpoint: EndpointName, app: string | null, error: z.ZodError): WechatError {
  return new WechatError({
    kind: 'invalidRequest',
    endpoint,
    app,
    message: describeIssues(error),
    meaning: 'the request breaks a documented limit and was not sent',
    remedy: 'Correct the values named.',
    action: 'permanent',
    issues: error.issues.map(({ path, message }) => ({ path: path.join('.'), message })),
  });
}

const READ_FIRST = {
  read: 'Read again.',
  write: 'It may have been carried out: read before writing again.',
} as const;

/** An answer that cannot be understood: nobody knows what happened. */
export function invalidAnswer(call: FailedCall, message: string, answer: string): WechatError {
  return new WechatError({
    kind: 'invalidAnswer',
    endpoint: call.endpoint,
    app: call.app,
    message: keepable(message, call.tokens),
    meaning: 'the answer is not one that WeChat documents',
    remedy: `${READ_FIRST[call.kind]} When it stays, look at the answer: a proxy may be in the way.`,
    action: 'unknownOutcome',
    answer: keptAnswer(call, answer),
  });
}

/** What the transport saw. `detail` is a status or a system's error code, never a message. */
export interface TransportFinding {
  fault: TransportFault;
  sent: boolean;
  detail: string;
  status?: number;
}

/** The request found no way, or its answer did not. */
export function transportFailure(call: FailedCall, finding: TransportFinding): WechatError {
  const { fault, sent, detail, status } = finding;
  return new WechatError({
    kind: 'transport',
    endpoint: call.endpoint,
    app: call.app,
    message: detail,
    ...judge(call, finding),
    fault,
    sent,
    ...(status === undefined ? {} : { status }),
  });
}

const RETRY_UNSENT_MS = 5_000;

function judge(
  { kind }: FailedCall,
  { fault, sent, status }: TransportFinding,
): Pick<WechatError['failure'], 'meaning' | 'remedy' | 'action' | 'retryAfterMs'> {
  const base = 'Check the base address of the API and what lies between here and WeChat.';
  if (fault === 'tls') {
    return { meaning: "the server's certificate is not trusted", remedy: base, action: 'permanent' };
  }
  if (fault === 'redirect') {
    return { meaning: 'a redirect was answered, which is never followed', remedy: base, action: 'permanent' };
  }
  if (!sent) {
    const meaning =
      fault === 'aborted' ? 'the call was given up before it was sent' : 'no connection; nothing was sent';
    return {
      meaning,
      remedy: `It can be tried again. ${base}`,
      action: 'retryAfter',
      retryAfterMs: RETRY_UNSENT_MS,
    };
  }
  if (status === 429) {
    const meaning = 'something before WeChat refused the call because of too many';
    return {
      meaning,
      remedy: 'It is tried again in a minute.',
      action: 'retryAfter',
      retryAfterMs: MINUTE_MS,
    };
  }
  // 408 is a server's word for a request that came in late or in part: nobody knows what was done with it.
  if (status !== undefined && status < 500 && status !== 408) {
    return { meaning: 'the request was refused by HTTP status', remedy: base, action: 'permanent' };
  }
  return { meaning: UNKNOWN[fault], remedy: READ_FIRST[kind], action: 'unknownOutcome' };
}

const UNKNOWN: Readonly<Record<TransportFault, string>> = {
  notSent: 'no connection',
  tls: "the server's certificate is not trusted",
  redirect: 'a redirect was answered',
  aborted: 'the call was given up before its answer came',
  timeout: 'no answer in time',
  connection: 'the connection broke before the answer came',
  brokenAnswer: 'the answer broke off or was too large',
  http: 'the server failed',
};
