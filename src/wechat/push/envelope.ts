/** A push on the wire: the query that signs it and the XML around Encrypt. Both ways: the simulator sends, we receive. */
import { decryptMessage, encryptMessage, msgSignature, sameSignature, urlSignature, utf8 } from './crypto.js';
import { PushError } from './fault.js';
import { readXml, writeXml } from './xml.js';

/** What a third-party platform enters in WeChat's console, on both sides. */
export interface PushSecrets {
  /** 消息校验Token. */
  token: string;
  /** 消息加解密Key: EncodingAESKeys of 43 characters. The first encrypts, all decrypt: current, then previous. */
  keys: readonly string[];
  componentAppid: string;
}

/** A push as it is POSTed: add `query` to the address, send `body` as text/xml. */
export interface PushRequest {
  query: Record<string, string>;
  body: string;
}

export interface EncryptPushOptions {
  /** Milliseconds since the epoch. */
  now: number;
  /** The original id (gh_…) of the app an event is for; without it, the push is one for the platform itself. */
  toUserName?: string;
  /** Who the event is about, as WeChat adds it to the query of an app's events. */
  openid?: string;
  /** Digits; fresh for each push. Default: at random. */
  nonce?: string;
  /** 16 bytes, for tests. */
  random?: Uint8Array;
}

/** Encrypts and signs the XML of an event (see buildEvent) as WeChat sends it. @throws PushError badKey */
export function encryptPush(message: string, secrets: PushSecrets, options: EncryptPushOptions): PushRequest {
  const { token, keys, componentAppid } = secrets;
  const { toUserName, openid, random } = options;
  const timestamp = String(Math.floor(options.now / 1_000));
  const nonce = options.nonce ?? String(Math.floor(Math.random() * 2 ** 31));
  const encrypt = encryptMessage(message, keys[0] ?? '', componentAppid, random);
  return {
    query: {
      signature: urlSignature(token, timestamp, nonce),
      timestamp,
      nonce,
      ...(openid === undefined ? {} : { openid }),
      encrypt_type: 'aes',
      msg_signature: msgSignature(token, timestamp, nonce, encrypt),
    },
    body: writeXml({
      ...(toUserName === undefined ? { AppId: componentAppid } : { ToUserName: toUserName }),
      Encrypt: encrypt,
    }),
  };
}

/** How far the sender's clock and ours may be apart, either way, and how long a push can be repeated. Milliseconds. */
export const PUSH_WINDOW_MS = 10 * 60_000;

/** A push that is WeChat's. */
export interface OpenedPush {
  /** The XML of the event. */
  message: string;
  /** What makes this push the same as another one; see the comment in openPush. */
  signature: string;
}

/**
 * Checks and decrypts a push, cheapest checks first: query, outer XML, timestamp, msg_signature, then Encrypt and its
 * tail. `query` as a parser of query strings gives it: fields that were sent twice are arrays.
 * @throws PushError
 */
export function openPush(
  query: Readonly<Record<string, unknown>>,
  body: Uint8Array,
  secrets: PushSecrets,
  now: number,
): OpenedPush {
  if (query.encrypt_type !== 'aes') throw new PushError('notEncrypted');
  // Ten digits and nothing else: the signature is over texts put together without a separator, and a freer form would
  // let digits wander between nonce and timestamp.
  const timestamp = field(query, 'timestamp', /^\d{10}$/);
  const nonce = field(query, 'nonce', /^[\w-]{1,128}$/);
  const given = field(query, 'msg_signature', /^[0-9a-fA-F]{40}$/).toLowerCase();
  const encrypt = readXml(utf8(body)).get('Encrypt');
  if (encrypt === undefined || encrypt === '') throw new PushError('notEncrypted');
  if (Math.abs(now - Number(timestamp) * 1_000) > PUSH_WINDOW_MS) throw new PushError('staleTimestamp');
  const expected = msgSignature(secrets.token, timestamp, nonce, encrypt);
  if (!sameSignature(given, expected)) throw new PushError('badSignature');
  const message = decryptMessage(encrypt, secrets.keys, secrets.componentAppid);
  return { message, signature: expected };
}

function field(query: Readonly<Record<string, unknown>>, name: string, form: RegExp): string {
  const value = Object.hasOwn(query, name) ? query[name] : undefined;
  if (typeof value !== 'string' || !form.test(value)) throw new PushError('badQuery');
  return value;
}
