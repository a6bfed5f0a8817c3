/** Where secrets lie: `env:NAME` is an environment variable, `file:/path` a file that holds nothing else. */
import { readFile } from 'node:fs/promises';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A reference that leads to nothing. Both texts name the place, never what is in it. */
export class SecretReferenceError extends Error {
  override readonly name = 'SecretReferenceError';

  constructor(
    /** What is wrong, in one clause. */
    readonly what: string,
    readonly remedy: string,
  ) {
    super(`${what}\n${remedy}`);
  }
}

// Narrow, because what matches is named in errors: a secret pasted here by mistake must not match.
const REFERENCE = /^(env(?=:[A-Za-z_]\w*$)|file(?=:.*\/)):(.+)$/;

/**
 * The secret a reference leads to, without surrounding white space. Read anew at each call.
 * @param subject what it is, for the remedy: `its authorizer_access_token`
 * @throws SecretReferenceError when it is malformed, or leads to nothing
 */
export async function readSecret(
  reference: string,
  env: Environment,
  subject = 'the secret',
  signal?: AbortSignal,
): Promise<string> {
  const [, kind, place = ''] = REFERENCE.exec(reference) ?? [];
  if (kind === 'env') return fromVariable(place, env, subject);
  if (kind === 'file') return fromFile(place, subject, signal);
  throw new SecretReferenceError('its reference is neither env:NAME nor file:/path', 'Write one of these.');
}

function fromVariable(name: string, env: Environment, subject: string): string {
  const value = Object.hasOwn(env, name) ? env[name] : undefined;
  const secret = value?.trim() ?? '';
  if (secret !== '') return secret;
  throw new SecretReferenceError(
    `the environment variable ${name} ${value === undefined ? 'is not set' : 'is empty'}`,
    `Set ${name} to ${subject}.`,
  );
}

async function fromFile(path: string, subject: string, signal: AbortSignal | undefined): Promise<string> {
  const remedy = `Put ${subject} into ${path}.`;
  const options = { encoding: 'utf8', ...(signal === undefined ? {} : { signal }) } as const;
  const content = await readFile(path, options).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new SecretReferenceError(`the file ${path} cannot be read: ${code}`, remedy);
  });
  const secret = content.trim();
  if (secret === '') throw new SecretReferenceError(`the file ${path} is empty`, remedy);
  return secret;
}
