/** Tokens of the HTTP API: made once, shown once, and known afterwards by their hash. */
import { createHash, randomBytes } from 'node:crypto';

/** 32 random bytes as 43 characters of base64url, behind what tells people and scanners that it is a secret of ours. */
const TOKEN = /^wr_[A-Za-z0-9_-]{43}$/;

/** A new token. Whoever has it is whom the configuration says: never write it anywhere but to its owner. */
export function newToken(): string {
  return `wr_${randomBytes(32).toString('base64url')}`;
}

/** Whether a text can be a token at all; what cannot is not worth a hash. */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/**
 * What a configuration holds instead of a token. A plain SHA-256 is enough: a password is hashed slowly because it can be
 * guessed, and nobody guesses 256 random bits, however fast they hash.
 */
export function tokenHash(token: string): string {
  return `sha256:${createHash('sha256').update(token).digest('hex')}`;
}
