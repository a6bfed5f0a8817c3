/** Which texts of a process are secrets: what its configuration refers to, what its environment says, the tokens it gets. */
import type { TokenProvider } from '../credentials/provider.js';
import { type Environment, readSecret } from '../credentials/references.js';
import type { Redactor } from './redactor.js';

/** Variables that hold a secret by their name. PLAN_* is what plans may refer to. */
const SECRET_NAME =
  /^PLAN_|^DATABASE_URL$|TOKEN|SECRET|PASSW|(API|AES|CLIENT|PRIVATE|ACCESS|MESSAGE|DATA|STORE)_?KEY/i;

/**
 * Learns the environment's secrets and everything the configuration refers to. What cannot be read is left out: whoever
 * needs it says so better.
 * @param config anything with references (`env:NAME`, `file:/path`) in it, however deep
 */
export async function learnSecrets(redactor: Redactor, config: unknown, env: Environment): Promise<void> {
  for (const [name, value] of Object.entries(env)) if (SECRET_NAME.test(name)) keepValue(redactor, value);
  const read = [...referencesIn(config)].map((reference) => readSecret(reference, env).catch(() => null));
  for (const secret of await Promise.all(read)) keepValue(redactor, secret);
}

function keepValue(redactor: Redactor, value: string | null | undefined): void {
  for (const secret of secretsOf(value ?? '')) redactor.keep(secret);
}

/** What a reference of a plan stands for, as it is resolved. */
export function learnValue(redactor: Redactor, value: string): void {
  for (const secret of secretsOf(value)) redactor.learn(secret);
}

/** An address is one secret, and the password or the key in it another. */
function secretsOf(value: string): string[] {
  if (!URL.canParse(value)) return [value];
  const { origin, username, password, searchParams, href } = new URL(value);
  // A host alone opens nothing, and hiding it would hide what a log is about.
  if (href === `${origin}/` && username === '' && password === '') return [];
  return [value, password, decoded(password), ...searchParams.values()];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function referencesIn(value: unknown, found = new Set<string>()): Set<string> {
  if (typeof value === 'string' && /^(env|file):/.test(value)) found.add(value);
  if (typeof value === 'object' && value !== null)
    for (const entry of Object.values(value)) referencesIn(entry, found);
  return found;
}

/** The provider, whose tokens are learnt as they are given out. */
export function learnTokens(tokens: TokenProvider, redactor: Redactor): TokenProvider {
  const learnt = async (token: Promise<string>): Promise<string> => {
    const given = await token;
    redactor.learn(given);
    return given;
  };
  return {
    get: (app, options) => learnt(tokens.get(app, options)),
    ...(tokens.component === undefined
      ? {}
      : {
          component: (options) =>
            learnt(tokens.component?.(options) ?? Promise.reject(new Error('no token'))),
        }),
  };
}
