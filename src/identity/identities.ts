/** Whom a worker knows: names with their public keys, and whether a signature is one of theirs. */
import { type KeyObject, verify } from 'node:crypto';
import { fingerprint, publicLine, readPublicKey } from './keys.js';
import { type Statement, statementFault, statementText } from './statement.js';

/** Whether a decision is proven to be of whom it names; `why` is for people, with the remedy when it is not. */
export interface Authentication {
  ok: boolean;
  why: string;
}

/** A name and its keys, as `identity check` shows them. */
export interface KnownIdentity {
  name: string;
  /** One for each key, in the configuration's order. */
  fingerprints: string[];
}

export interface Identities {
  /** Takes anything at all and never throws. */
  authenticate(statement: Readonly<Record<keyof Statement, unknown>>, signature: unknown): Authentication;
  list(): KnownIdentity[];
  /** Fingerprints of the HTTP API's keys, which count for every name. */
  vouchers(): string[];
}

/** Identities that a worker cannot start with. The message names each entry and what to do, and shows no key. */
export class IdentityError extends Error {
  override readonly name = 'IdentityError';
}

/** A signature of Ed25519 is 64 bytes (RFC 8032). */
const SIGNATURE = /^[A-Za-z0-9+/]{86}==$/;
const REFERENCE = /^(env|file):/;

/**
 * Reads the keys of a configuration: each is a public key, or a reference that `read` resolves.
 * A key may be of one name only: two names of one person would be two approvers. `vouchers` are the keys of the HTTP API,
 * which knows people by their tokens and signs in their name; such a key can be nobody's own.
 * @throws IdentityError that names all that is wrong
 */
export async function openIdentities(
  configured: Readonly<Record<string, readonly string[]>>,
  read: (reference: string) => Promise<string>,
  vouchers: readonly string[] = [],
): Promise<Identities> {
  /** By key; null is the API. */
  const owners = new Map<string, string | null>();
  const problems: string[] = [];
  const keysOf = async (
    path: string,
    owner: string | null,
    entries: readonly string[],
  ): Promise<KeyObject[]> => {
    const keys: KeyObject[] = [];
    for (const [index, entry] of entries.entries())
      try {
        const key = readPublicKey(REFERENCE.test(entry) ? await read(entry) : entry);
        const other = owners.get(publicLine(key));
        if (other !== undefined) throw new IdentityError(whyTwice(owner, other));
        owners.set(publicLine(key), owner);
        keys.push(key);
      } catch (error) {
        problems.push(`${path}${entries.length > 1 ? `.${index}` : ''}: ${messageOf(error)}`);
      }
    return keys;
  };
  const known = new Map<string, KeyObject[]>();
  for (const [name, entries] of Object.entries(configured))
    known.set(name, await keysOf(`identities.${name}`, name, entries));
  const api = await keysOf('api.publicKey', null, vouchers);
  if (problems.length > 0)
    throw new IdentityError(
      `the identities cannot be used: ${problems.join('; ')}\n\`weapp-rollout identity new NAME\` makes a key and prints its line`,
    );
  return identitiesOf(known, api);
}

function whyTwice(owner: string | null, other: string | null): string {
  if (owner === other) return 'this key is there already';
  if (owner !== null && other !== null) return `it is the key of ${other} too; each name needs its own`;
  return `it is the key of ${owner ?? other} too; with the API's key one decides as anybody, so it can be nobody's own`;
}

/** A worker that knows nobody. */
export const NO_IDENTITIES: Identities = identitiesOf(new Map(), []);

function identitiesOf(
  known: ReadonlyMap<string, readonly KeyObject[]>,
  api: readonly KeyObject[],
): Identities {
  return {
    authenticate(given, signature) {
      const fault = statementFault(given);
      if (fault !== null) return no(`what was signed cannot be told: ${fault}`);
      // Checked just above; a type guard would have to name the seven fields once more.
      const statement = given as Statement;
      const who = JSON.stringify(statement.by.slice(0, 100));
      if (signature === undefined || signature === null || signature === '')
        return no(`it is not signed: only says that it is by ${who}. Sign it with \`--key FILE\``);
      if (typeof signature !== 'string' || !SIGNATURE.test(signature))
        return no('its signature is malformed: must be 88 characters of base64. Sign it with `--key FILE`');
      const text = Buffer.from(statementText(statement));
      const bytes = Buffer.from(signature, 'base64');
      const signer = (keys: readonly KeyObject[]) => keys.find((key) => verify(null, text, key, bytes));
      const keys = known.get(statement.by);
      const own = signer(keys ?? []);
      if (own !== undefined) return { ok: true, why: `signed with key ${fingerprint(own)} of ${who}` };
      const voucher = signer(api);
      if (voucher !== undefined)
        return { ok: true, why: `by token: the API vouches for ${who}, with key ${fingerprint(voucher)}` };
      const norOfApi = api.length > 0 ? ', and the signature is not of the API' : '';
      if (keys === undefined)
        return no(
          `this worker knows no key of ${who}${norOfApi}. Add the public key to identities in its configuration`,
        );
      return no(
        `its signature is not of ${who} for this release, gate, verb and command${norOfApi && ', nor of the API'}. Sign it anew, with the key that this worker knows`,
      );
    },
    list: () => [...known].map(([name, keys]) => ({ name, fingerprints: keys.map(fingerprint) })),
    vouchers: () => api.map(fingerprint),
  };
}

function no(why: string): Authentication {
  return { ok: false, why };
}

/** Errors of other rooms have their remedy on a second line. */
function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.replace(/\n/g, '. ') : String(error);
}
