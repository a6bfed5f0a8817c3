/**
 * Signing and encryption of WeChat's pushes, as 消息推送 of the third-party platform defines it. Pure.
 *
 * key = base64(EncodingAESKey + "="), 32 bytes; AES-256-CBC with IV = key[0..16]; plain text = 16 random bytes, length of
 * the message (4 bytes, big endian), message, appid of the *platform* (also in events of an authorized app), padded
 * after PKCS#7 to blocks of 32 bytes.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { PushError } from './fault.js';

const RANDOM_BYTES = 16;
const LENGTH_BYTES = 4;
const AES_BLOCK = 16;
/** WeChat pads to its key's size, not to AES' block. */
const PADDING_BLOCK = 32;

/** The AES key of an EncodingAESKey (43 characters). @throws PushError badKey */
export function messageKey(encodingAesKey: string): Buffer {
  // The last two bits of the 43rd character belong to no byte; WeChat's own samples have them set.
  if (!/^[A-Za-z0-9+/]{43}$/.test(encodingAesKey)) throw new PushError('badKey');
  return Buffer.from(`${encodingAesKey}=`, 'base64');
}

const sha1 = (...parts: string[]): string => createHash('sha1').update(parts.join('')).digest('hex');

/** `msg_signature`: over the Token, the query's timestamp and nonce, and Encrypt. Hex in small letters. */
export function msgSignature(token: string, timestamp: string, nonce: string, encrypt: string): string {
  return sha1(...[token, timestamp, nonce, encrypt].sort());
}

/** The query's `signature`: says nothing about the body, so it is sent and never trusted. */
export function urlSignature(token: string, timestamp: string, nonce: string): string {
  return sha1(...[token, timestamp, nonce].sort());
}

/** Whether two signatures are the same; takes as long whatever they have in common. */
export function sameSignature(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/**
 * Encrypts one message for the platform `appid`. `random`: 16 bytes, fresh for each message; given only by tests.
 * @throws PushError badKey
 */
export function encryptMessage(
  message: string,
  encodingAesKey: string,
  appid: string,
  random: Uint8Array = randomBytes(RANDOM_BYTES),
): string {
  const key = messageKey(encodingAesKey);
  if (random.length !== RANDOM_BYTES) throw new RangeError(`random must be ${RANDOM_BYTES} bytes`);
  const text = Buffer.from(message);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(text.length);
  const plain = Buffer.concat([random, length, text, Buffer.from(appid)]);
  const padding = PADDING_BLOCK - (plain.length % PADDING_BLOCK);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, AES_BLOCK)).setAutoPadding(false);
  const padded = Buffer.concat([plain, Buffer.alloc(padding, padding)]);
  return Buffer.concat([cipher.update(padded), cipher.final()]).toString('base64');
}

/**
 * The message inside Encrypt, by the first of `encodingAesKeys` (current, then previous) that fits.
 * @throws PushError undecryptable; wrongAppId when it decrypts but its tail is not `appid`; notUtf8; badKey
 */
export function decryptMessage(encrypt: string, encodingAesKeys: readonly string[], appid: string): string {
  const sealed = fromBase64(encrypt);
  let elsewhere = false;
  for (const encodingAesKey of encodingAesKeys) {
    const opened = open(sealed, messageKey(encodingAesKey));
    if (opened === null) continue;
    if (opened.tail.equals(Buffer.from(appid))) return utf8(opened.message);
    elsewhere = true;
  }
  throw new PushError(elsewhere ? 'wrongAppId' : 'undecryptable');
}

/** Text from bytes. A byte order mark is left out. @throws PushError notUtf8 */
export function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new PushError('notUtf8');
  }
}

/** Node passes over what is not base64; here it is a fault. */
function fromBase64(text: string): Buffer {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) throw new PushError('undecryptable');
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length % AES_BLOCK !== 0) throw new PushError('undecryptable');
  return bytes;
}

function open(sealed: Buffer, key: Buffer): { message: Buffer; tail: Buffer } | null {
  const cipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, AES_BLOCK)).setAutoPadding(false);
  const plain = withoutPadding(Buffer.concat([cipher.update(sealed), cipher.final()]));
  const begin = RANDOM_BYTES + LENGTH_BYTES;
  if (plain === null || plain.length < begin) return null;
  const end = begin + plain.readUInt32BE(RANDOM_BYTES);
  if (end > plain.length) return null;
  return { message: plain.subarray(begin, end), tail: plain.subarray(end) };
}

function withoutPadding(padded: Buffer): Buffer | null {
  const count = padded.at(-1) ?? 0;
  if (count < 1 || count > PADDING_BLOCK || count > padded.length) return null;
  const end = padded.length - count;
  return padded.subarray(end).every((byte) => byte === count) ? padded.subarray(0, end) : null;
}
