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
 * A key may be of one name only: two names of one person would be two approvers.
 * @throws IdentityError that names all that is wrong
 */
export async function openIdentities(
  configured: Readonly<Record<string, readonly string[]>>,
  read: (reference: string) => Promise<string>,
): Promise<Identities> {
  const known = new Map<string, KeyObject[]>();
  const owners = new Map<string, string>();
  const problems: string[] = [];
  for (const [name, entries] of Object.entries(configured)) {
    const keys: KeyObject[] = [];
    for (const [index, entry] of entries.entries()) {
      const place = `identities.${name}${entries.length > 1 ? `.${index}` : ''}`;
      try {
        const key = readPublicKey(REFERENCE.test(entry) ? await read(entry) : entry);
        const owner = owners.get(publicLine(key));
        if (owner !== undefined)
          throw new IdentityError(`it is the key of ${owner} too; each name needs its own`);
        owners.set(publicLine(key), name);
        keys.push(key);
      } catch (error) {
        problems.push(`${place}: ${messageOf(error)}`);
      }
    }
    known.set(name, keys);
  }
  if (problems.length > 0)
    throw new IdentityError(
      `the identities cannot be used: ${problems.join('; ')}\n\`weapp-rollout identity new NAME\` makes a key and prints its line`,
    );
  return identitiesOf(known);
}

/** A worker that knows nobody. */
export const NO_IDENTITIES: Identities = identitiesOf(new Map());

function identitiesOf(known: ReadonlyMap<string, readonly KeyObject[]>): Identities {
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
      const keys = known.get(statement.by);
      if (keys === undefined)
        return no(
          `this worker knows no key of ${who}. Add the public key to identities in its configuration`,
        );
      const text = Buffer.from(statementText(statement));
      const bytes = Buffer.from(signature, 'base64');
      const key = keys.find((candidate) => verify(null, text, candidate, bytes));
      if (key === undefined)
        return no(
          `its signature is not of ${who} for this release, gate, verb and command. Sign it anew, with the key that this worker knows`,
        );
      return { ok: true, why: `signed with key ${fingerprint(key)} of ${who}` };
    },
    list: () => [...known].map(([name, keys]) => ({ name, fingerprints: keys.map(fingerprint) })),
  };
}

function no(why: string): Authentication {
  return { ok: false, why };
}

/** Errors of other rooms have their remedy on a second line. */
function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.replace(/\n/g, '. ') : String(error);
}
