/** Ed25519 keys as people hold them: a private key in a PEM file, a public key as PEM or as one line of base64. */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';

/** A key that cannot be used. The message says why in one clause and never shows the key. */
export class KeyError extends Error {
  override readonly name = 'KeyError';
}

/** A public key as SubjectPublicKeyInfo (RFC 8410): 12 bytes that say Ed25519, then 32 of the key. */
const SPKI_BYTES = 44;
const ONE_LINE = /^[A-Za-z0-9+/]{59}=$/;

/** A new pair: the private key as a PEM file's content, the public key as one line. */
export function newKeyPair(): { privateKey: string; publicKey: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: publicLine(publicKey),
  };
}

/** A public key as one line of base64, as a configuration holds it. */
export function publicLine(key: KeyObject): string {
  return spki(key).toString('base64');
}

/** Tells keys apart at a glance and in a history: the first 16 hexadecimal digits of a SHA-256. */
export function fingerprint(key: KeyObject): string {
  return createHash('sha256').update(spki(key)).digest('hex').slice(0, 16);
}

/** Reads a public key: PEM, or the same as one line of base64. @throws KeyError */
export function readPublicKey(text: string): KeyObject {
  const trimmed = text.trim();
  // Node would take the public half of it, and a private key would go on lying where everybody reads.
  if (isPrivate(trimmed))
    throw new KeyError(
      'it is a private key; only its owner may have it, and only the public key belongs here',
    );
  const oneLine = ONE_LINE.test(trimmed);
  if (!oneLine && !trimmed.startsWith('-----BEGIN PUBLIC KEY-----'))
    throw new KeyError(
      'it is no public key: neither PEM (-----BEGIN PUBLIC KEY-----) nor one line of base64 (MCowBQYDK2VwAyEA…)',
    );
  const key = attempt(
    () =>
      oneLine
        ? createPublicKey({ key: Buffer.from(trimmed, 'base64'), format: 'der', type: 'spki' })
        : createPublicKey(trimmed),
    'it is a damaged public key',
  );
  return ofEd25519(key);
}

/** Reads a private key: PEM, without a passphrase. @throws KeyError */
export function readPrivateKey(text: string): KeyObject {
  const trimmed = text.trim();
  if (trimmed.includes('ENCRYPTED'))
    throw new KeyError('it is locked with a passphrase; unlock it with `openssl pkey -in FILE -out FILE`');
  if (!isPrivate(trimmed))
    throw new KeyError('it is no private key: it must begin with -----BEGIN PRIVATE KEY-----');
  return ofEd25519(
    attempt(
      () => createPrivateKey(trimmed),
      'it is a damaged private key, or of a kind that is not read here',
    ),
  );
}

function isPrivate(text: string): boolean {
  // The second is how the one line of a private key begins: PKCS #8 with Ed25519 in it.
  return text.includes('PRIVATE KEY') || text.startsWith('MC4CAQAwBQYDK2Vw');
}

function ofEd25519(key: KeyObject): KeyObject {
  if (key.asymmetricKeyType === 'ed25519') return key;
  throw new KeyError(
    `it is a key for ${key.asymmetricKeyType ?? 'something else'}, and must be one for Ed25519`,
  );
}

function attempt(read: () => KeyObject, otherwise: string): KeyObject {
  try {
    return read();
  } catch (error) {
    throw new KeyError(otherwise, { cause: error });
  }
}

function spki(key: KeyObject): Buffer {
  const bytes = (key.type === 'private' ? createPublicKey(key) : key).export({ type: 'spki', format: 'der' });
  if (bytes.length !== SPKI_BYTES) throw new KeyError('it is not a key for Ed25519');
  return bytes;
}
