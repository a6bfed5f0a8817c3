/** Keys as people paste them, and what they are told when it was the wrong thing. */
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { KeyError, newKeyPair, publicLine, readPrivateKey, readPublicKey } from '../../src/identity/keys.js';

const RSA = generateKeyPairSync('rsa', { modulusLength: 1_024 });
const X25519 = generateKeyPairSync('x25519');

/** What a KeyError says; it never shows what it was given. */
function refusalOf(read: (text: string) => unknown, text: string): string {
  try {
    read(text);
  } catch (error) {
    if (!(error instanceof KeyError)) throw error;
    const middle = text.slice(40, 70).trim();
    if (middle !== '') expect(error.message).not.toContain(middle);
    return error.message;
  }
  throw new Error('expected a KeyError');
}

describe('a new key', () => {
  it('is another one each time, and reads back as what it is', () => {
    const [one, other] = [newKeyPair(), newKeyPair()];
    expect(one.publicKey).not.toBe(other.publicKey);
    expect(one.publicKey).toMatch(/^MCowBQYDK2VwAyEA[\w+/]{43}=$/);
    expect(one.privateKey).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    expect(publicLine(readPublicKey(one.publicKey))).toBe(one.publicKey);
    expect(publicLine(readPrivateKey(one.privateKey))).toBe(one.publicKey);
  });
});

describe('a public key', () => {
  it('may be PEM, and may have space around it', () => {
    const { publicKey } = newKeyPair();
    const pem = readPublicKey(publicKey).export({ type: 'spki', format: 'pem' }).toString();
    expect(publicLine(readPublicKey(`\n ${pem} \n`))).toBe(publicKey);
    expect(publicLine(readPublicKey(` ${publicKey}\n`))).toBe(publicKey);
  });

  const { privateKey, publicKey } = newKeyPair();
  const privateLine = readPrivateKey(privateKey).export({ type: 'pkcs8', format: 'der' }).toString('base64');
  it.each([
    ['a private key', privateKey, 'it is a private key'],
    ['a private key in one line', privateLine, 'it is a private key'],
    [
      'a private RSA key',
      RSA.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
      'it is a private key',
    ],
    ['an RSA key', RSA.publicKey.export({ type: 'spki', format: 'pem' }).toString(), 'it is a key for rsa'],
    [
      'a key of the same length for another purpose',
      X25519.publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
      'it is a key for x25519',
    ],
    ['a key of SSH', `ssh-ed25519 ${publicKey} alice@example`, 'it is no public key: neither PEM'],
    ['a line that was cut', publicKey.slice(0, -3), 'it is no public key'],
    ['a line of zeros', 'A'.repeat(59).concat('='), 'it is a damaged public key'],
    [
      'a damaged PEM',
      '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA\n-----END PUBLIC KEY-----',
      'it is a damaged public key',
    ],
    ['nothing', ' ', 'it is no public key'],
  ])('is not %s', (_what, text, why) => {
    expect(refusalOf(readPublicKey, text)).toContain(why);
  });
});

describe('a private key', () => {
  const { privateKey, publicKey } = newKeyPair();
  const locked = readPrivateKey(privateKey)
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
    .toString();
  it.each([
    ['locked', locked, 'it is locked with a passphrase'],
    ['public', publicKey, 'it is no private key'],
    [
      'PEM of a public key',
      createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString(),
      'it is no private key',
    ],
    ['of RSA', RSA.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 'it is a key for rsa'],
    [
      'of SSH',
      '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA\n-----END OPENSSH PRIVATE KEY-----',
      'it is a damaged private key, or of a kind',
    ],
    ['empty', '', 'it is no private key'],
  ])('that is %s is refused', (_what, text, why) => {
    expect(refusalOf(readPrivateKey, text)).toContain(why);
  });
});
