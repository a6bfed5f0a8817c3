/** Requests that are too long, or no HTTP at all. WeChat's clients get JSON for those too. */
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { messageOf } from '../state/errors.js';
import { refusal } from './refusal.js';
import { type Answer, json } from './wire.js';

/** Bytes of a body that are read. */
export const BODY_LIMIT = 12 * 1024 * 1024;

/** How long a sender may take to hear that its bytes are no request, before it is cut off. */
const GOODBYE_MS = 1_000;

/** The answer of WeChat's API to a body over the limit: HTTP 413. `at`: milliseconds since the epoch. */
export function tooLarge(at: number): Answer {
  return refusal(45002, `${messageOf(45002)}, the limit is ${BODY_LIMIT} bytes`, at, 413);
}

/** The answer of the simulator's other paths to a body over the limit. */
export function tooLargeElsewhere(): Answer {
  return json({ error: `send at most ${BODY_LIMIT} bytes`, problems: [] }, 413);
}

/** Node's code for what is wrong with the bytes → HTTP status and errcode. */
const FAULTS: Readonly<Record<string, readonly [number, 45002 | -1]>> = {
  HPE_HEADER_OVERFLOW: [431, 45002],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 45002],
  ERR_HTTP_REQUEST_TIMEOUT: [408, -1],
};

/** Answers on the bare connection, where Node would answer without a body, and closes it. */
export function answerUnreadable({ code = '' }: NodeJS.ErrnoException, socket: Duplex, at: number): void {
  if (code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, errcode] = FAULTS[code] ?? [400, 47001];
  const { type, body } = refusal(errcode, messageOf(errcode), at, status);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    `Content-Type: ${type}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${String(body)}`);
  // What is still coming is thrown away: closed with bytes unread, a connection loses the answer.
  socket.resume();
  setTimeout(() => socket.destroy(), GOODBYE_MS).unref();
}
