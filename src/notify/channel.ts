/** What a channel is: it turns a message into one request, and reads from the answer what came of it. */
import type { ChannelKind } from '../domain/notifying/events.js';
import type { Announcement } from '../domain/notifying/notified.js';
import type { TextAnswer } from '../http/bounded.js';

/**
 * What came of one try. `again`: it was not sent as far as is known, and may be tried again; `afterMs`: as long as the
 * service asks for. `failed`: a person must mend it first. Reasons hold nothing of address and secret.
 */
export type Outcome =
  | { result: 'sent' }
  | { result: 'again'; reason: string; afterMs: number | null }
  | { result: 'failed'; reason: string; remedy: string };

/** Where a channel's messages go, its references resolved. */
export interface Target {
  /** An https address, or http on this machine. */
  url: string;
  secret: string | null;
}

/** What is posted; headers besides those of JSON. */
export interface Posted {
  url: string;
  body: string;
  headers?: Record<string, string>;
}

export interface ChannelWay {
  kind: ChannelKind;
  /** Hosts that need not be allowed: the service's own. */
  hosts: readonly string[];
  /** What is wrong with the address or the secret, for whoever set it; null when nothing is. */
  fault(target: Target): { reason: string; remedy: string } | null;
  /** @param now milliseconds since the epoch, for signatures */
  request(message: Announcement, target: Target, now: number): Posted;
  /** What the service answered. A text of 200 may still say that nothing was sent. */
  read(answer: TextAnswer): Outcome;
}

const MINUTE_MS = 60_000;
/** A service that asks for more is asked again all the same, milliseconds. */
const LONGEST_WAIT_MS = 15 * MINUTE_MS;

/** What every service means by a status that is not 2xx. */
export function readStatus({ status, headers }: TextAnswer): Outcome {
  const reason = `it answered HTTP ${status}`;
  if (status === 429 || status === 503)
    return { result: 'again', reason, afterMs: retryAfterMs(headers) ?? (status === 429 ? MINUTE_MS : null) };
  if (status >= 500 || status === 408 || status === 425) return { result: 'again', reason, afterMs: null };
  if (status >= 300 && status < 400)
    return {
      result: 'failed',
      reason: `${reason}: redirects are never followed`,
      remedy: 'name the address it leads to',
    };
  return {
    result: 'failed',
    reason,
    remedy: 'see whether the address is whole, and whether it still exists',
  };
}

/** How long a service wants to be left alone, milliseconds; null when it does not say, in seconds, how long. */
function retryAfterMs(headers: TextAnswer['headers']): number | null {
  const seconds = Number(headers['retry-after'] ?? headers['x-ogw-ratelimit-reset'] ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds * 1_000, LONGEST_WAIT_MS) : null;
}

/** A robot's answer: a code, and what it says to it. */
export interface CodeAnswer {
  code: number;
  message: string;
}

/** The code of a robot's answer under one of these names; null when there is none. */
export function codeOf(text: string, names: readonly string[]): CodeAnswer | null {
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json !== 'object' || json === null) return null;
    const fields = json as Record<string, unknown>;
    const code = names.map((name) => fields[name]).find((value) => typeof value === 'number');
    const message = [fields.errmsg, fields.msg].find((value) => typeof value === 'string') ?? '';
    return typeof code === 'number' ? { code, message: String(message) } : null;
  } catch {
    return null;
  }
}

/** A robot's codes that mean more than "no". */
export interface Codes {
  /** Too many messages: how long it wants to be left alone, milliseconds. */
  limits: Readonly<Record<number, number>>;
  /** Its own trouble: soon again. */
  busy: readonly number[];
  /** What a person does about it. */
  remedies: Readonly<Record<number, string>>;
}

/** What a person does when a service knows no such robot. */
export const ROBOT_GONE =
  'the robot does not exist any more, or its address is not whole: copy it anew from the group';

/** Of a robot: HTTP 200 says nothing, its code does. */
export function readCode(answer: TextAnswer, names: readonly string[], codes: Codes): Outcome {
  const read = codeOf(answer.text, names);
  if (read === null)
    return answer.status === 200
      ? {
          result: 'again',
          reason: `it answered ${answer.text.length} characters that say nothing of the message`,
          afterMs: null,
        }
      : readStatus(answer);
  const { code, message } = read;
  if (code === 0 && answer.status === 200) return { result: 'sent' };
  const reason = `it answered ${code} ${message}`.trim();
  const limit = codes.limits[code];
  if (limit !== undefined)
    return { result: 'again', reason, afterMs: Math.max(limit, retryAfterMs(answer.headers) ?? 0) };
  if (codes.busy.includes(code)) return { result: 'again', reason, afterMs: null };
  const remedy = codes.remedies[code] ?? 'see what its documentation says of this code';
  return { result: 'failed', reason, remedy };
}
