import { credentialError } from './failures.js';
import type { TokenProvider } from './provider.js';
import { type Environment, readSecret, SecretReferenceError } from './references.js';

/** Where tokens lie, by reference. */
export interface StaticTokenOptions {
  /** References by appid. */
  apps?: Readonly<Record<string, string>>;
  /** The reference for every other app. */
  default?: string;
  /** The reference to the platform's own token. */
  platform?: string;
  /** Where `env:` looks. Default: this process's environment. */
  env?: Environment;
}

/**
 * Tokens somebody else keeps fresh, read anew for each call, so that a changed file counts at once.
 * Cannot make tokens: a rejected one that still lies there is answered again, and the client reports it.
 * `get` and `component` throw WechatError of kind `credential`, naming the app and the place, never the token.
 */
export function staticTokens(options: StaticTokenOptions): TokenProvider {
  const apps = new Map(Object.entries(options.apps ?? {}));
  const { platform, env = process.env } = options;
  return {
    ...(platform === undefined
      ? {}
      : {
          component: ({ signal } = {}) => readToken(null, platform, env, signal),
        }),
    async get(app, { signal } = {}) {
      const reference = apps.get(app) ?? options.default;
      if (reference === undefined) {
        throw credentialError({
          app,
          message: 'no token is configured for this Mini Program',
          remedy: 'Add one by its appid, or a default.',
        });
      }
      return readToken(app, reference, env, signal);
    },
  };
}

async function readToken(
  /** null: the platform. */
  app: string | null,
  reference: string,
  env: Environment,
  signal: AbortSignal | undefined,
): Promise<string> {
  try {
    const subject = app === null ? "the platform's component_access_token" : 'its authorizer_access_token';
    return await readSecret(reference, env, subject, signal);
  } catch (error) {
    if (!(error instanceof SecretReferenceError)) throw error;
    const message = error.what.replace(/^its reference/, 'its token reference');
    throw credentialError({ app, message, remedy: error.remedy });
  }
}
