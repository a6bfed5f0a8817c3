/** Secrets at rest: AES-256-GCM, with the key's id beside the text and the row's place bound into it. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { DatabaseError } from './errors.js';

/** A key as the configuration names it, already read. */
export interface CipherKey {
  /** Stands in every text encrypted with it. Letters, digits, `.`, `_`, `-`. */
  id: string;
  /** 32 bytes in base64. */
  key: string;
}

/** Where a text is stored. It is authenticated with it, so that it cannot be moved to another row or column. */
export interface Place {
  table: string;
  column: string;
  /** The row's primary key. */
  row: readonly string[];
}

export interface Cipher {
  /** Encrypts with the first key. @throws DatabaseError `key` when there is none */
  seal(plain: string, place: Place): string;
  /**
   * Decrypts with the key it was encrypted with.
   * @throws DatabaseError `key` when that key is missing, `damaged` when the text was changed or stood elsewhere
   */
  open(sealed: string, place: Place): string;
  /** What every text encrypted with the first key begins with; null without a key. */
  readonly currentPrefix: string | null;
}

const VERSION = 'v1';
const KEY_ID = /^[\w.-]{1,64}$/;
const KEY_BYTES = 32;
// What GCM is made for (NIST SP 800-38D).
const IV_BYTES = 12;
const TAG_BYTES = 16;
const HOW = 'Make one with `openssl rand -base64 32`.';

/**
 * A cipher of these keys: the first encrypts, all decrypt.
 * @throws DatabaseError `key` when one is malformed; the text names its id only
 */
export function createCipher(keys: readonly CipherKey[]): Cipher {
  const byId = new Map(keys.map(({ id, key }) => [checkedId(id), bytesOf(id, key)]));
  if (byId.size < keys.length) throw trouble('two keys have the same id', 'Give every key its own id.');
  const [first] = keys;
  return {
    seal(plain, place) {
      const key = first === undefined ? undefined : byId.get(first.id);
      if (first === undefined || key === undefined)
        throw trouble('no key is configured to encrypt with', `Add one to database.keys. ${HOW}`);
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
      cipher.setAAD(aad(first.id, place));
      const text = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return [VERSION, first.id, ...[iv, cipher.getAuthTag(), text].map(encode)].join(':');
    },
    open(sealed, place) {
      const [version, id = '', iv = '', tag = '', text, ...more] = sealed.split(':');
      const whole = version === VERSION && KEY_ID.test(id) && text !== undefined && more.length === 0;
      if (!whole) throw damaged(place);
      const key = byId.get(id);
      if (key === undefined)
        throw trouble(
          `${nameOf(place)} is encrypted with the key ${id}, which is not configured`,
          `Add the key ${id} to database.keys again; it may stand after the first.`,
        );
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, decode(iv), { authTagLength: TAG_BYTES });
        decipher.setAAD(aad(id, place));
        decipher.setAuthTag(decode(tag));
        return Buffer.concat([decipher.update(decode(text)), decipher.final()]).toString('utf8');
      } catch {
        throw damaged(place);
      }
    },
    currentPrefix: first === undefined ? null : `${VERSION}:${first.id}:`,
  };
}

/** As `open`, for what can be had anew: null for a damaged text. @throws DatabaseError `key` */
export function openIfSound(cipher: Cipher, sealed: string, place: Place): string | null {
  try {
    return cipher.open(sealed, place);
  } catch (error) {
    if (error instanceof DatabaseError && error.trouble === 'damaged') return null;
    throw error;
  }
}

function checkedId(id: string): string {
  if (KEY_ID.test(id)) return id;
  throw trouble('the id of a key is malformed', 'Use letters, digits, `.`, `_` and `-`, 64 at most.');
}

function bytesOf(id: string, key: string): Buffer {
  const bytes = Buffer.from(key, 'base64');
  // Buffer passes over what is not base64, so the way back must lead to the same text.
  if (bytes.length === KEY_BYTES && bytes.toString('base64').replace(/=+$/, '') === key.replace(/=+$/, ''))
    return bytes;
  throw trouble(`the key ${id} is not ${KEY_BYTES} bytes in base64`, HOW);
}

// JSON keeps the pieces apart whatever is in them.
function aad(id: string, { table, column, row }: Place): Buffer {
  return Buffer.from(JSON.stringify([VERSION, id, table, column, ...row]));
}

const encode = (bytes: Buffer): string => bytes.toString('base64url');
const decode = (text: string): Buffer => Buffer.from(text, 'base64url');

/** A place as people are told of it. */
export const nameOf = ({ table, column, row }: Place): string => `${table}.${column} of ${row.join(', ')}`;

function trouble(what: string, remedy: string): DatabaseError {
  return new DatabaseError('key', what, remedy);
}

function damaged(place: Place): DatabaseError {
  return new DatabaseError(
    'damaged',
    `${nameOf(place)} cannot be decrypted: it was changed, or stood in another row, or the key of its id is another one by now`,
    'Restore the row from a backup, or take the tokens from WeChat again with `weapp-rollout apps import`.',
  );
}
