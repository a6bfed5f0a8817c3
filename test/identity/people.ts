/** Approvers for tests: a release that asks, keys, and workers that know them. */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { type Identities, openIdentities } from '../../src/identity/identities.js';
import { newKeyPair, readPrivateKey } from '../../src/identity/keys.js';
import type { Statement } from '../../src/identity/statement.js';

export const STATEMENT: Statement = {
  workflowId: 'release:wx0123456789abcdef',
  version: '1.4.0',
  startedAt: 1_767_225_600_000,
  gate: 'stage:2',
  askedAt: 1_767_232_800_000,
  verb: 'approve',
  commandId: '6f1f0d8e',
  by: 'alice',
};

/** What a signature of STATEMENT must not serve for: what is different, and how. */
export const OTHER_THINGS: [string, Partial<Statement>][] = [
  ['another app', { workflowId: 'release:wxfedcba9876543210' }],
  ['another version', { version: '1.4.1' }],
  ['another release of this version', { startedAt: STATEMENT.startedAt + 1 }],
  ['another gate', { gate: 'stage:3' }],
  ['the same gate, asked again after a refusal', { askedAt: STATEMENT.askedAt + 1 }],
  ['the opposite', { verb: 'refuse' }],
  ['another command', { commandId: '6f1f0d8f' }],
  ['another person', { by: 'bob' }],
];

export interface Person {
  privateKey: KeyObject;
  publicKey: string;
}

export function person(): Person {
  const { privateKey, publicKey } = newKeyPair();
  return { privateKey: readPrivateKey(privateKey), publicKey };
}

/** The first key of RFC 8032 §7.1. */
export function rfcKey(): KeyObject {
  const seed = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';
  // PKCS #8 with Ed25519 in it (RFC 8410 §7).
  const der = Buffer.from(`302e020100300506032b657004220420${seed}`, 'hex');
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
}

/** A worker that knows these keys; references lead to `places`. */
export function knowing(
  configured: Record<string, string[]>,
  places: Record<string, string> = {},
  vouchers: string[] = [],
): Promise<Identities> {
  const read = async (reference: string) => {
    const found = places[reference];
    if (found === undefined) throw new Error(`${reference} is not set\nSet it to the public key.`);
    return found;
  };
  return openIdentities(configured, read, vouchers);
}
