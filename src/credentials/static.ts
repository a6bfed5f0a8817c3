import { readFile } from 'node:fs/promises';
import { WechatError } from '../wechat/errors.js';
import type { TokenProvider } from './provider.js';

/** Where tokens lie: `env:NAME` is an environment variable, `file:/path` a file that holds nothing else. */
export interface StaticTokenOptions {
  /** References by appid. */
  apps?: Readonly<Record<string, string>>;
  /** The reference for every other app. */
  default?: string;
  /** Where `env:` looks. Default: this process's environment. */
  env?: Readonly<Record<string, string | undefined>>;
}

// Narrow, because what matches is named in errors: a token pasted here by mistake must not match.
const REFERENCE = /^(env(?=:[A-Za-z_]\w*$)|file(?=:.*\/)):(.+)$/;

/**
 * Tokens somebody else keeps fresh, read anew for each call, so that a changed file counts at once.
 * Cannot make tokens: a rejected one that still lies there is answered again, and the client reports it.
 * `get` throws WechatError of kind `credential`, naming the app and the place, never the token.
 */
export function staticTokens(options: StaticTokenOptions): TokenProvider {
  const apps = new Map(Object.entries(options.apps ?? {}));
  const env = options.env ?? process.env;
  return {
    async get(app, { signal } = {}) {
      const reference = apps.get(app) ?? options.default;
      if (reference === undefined) {
        throw missing(
          app,
          'no token is configured for this Mini Program',
          'Add one by its appid, or a default.',
        );
      }
      const [, kind, place = ''] = REFERENCE.exec(reference) ?? [];
      if (kind === 'env') return fromVariable(app, place, env);
      if (kind === 'file') return fromFile(app, place, signal);
      throw missing(app, 'its token reference is neither env:NAME nor file:/path', 'Write one of these.');
    },
  };
}

function fromVariable(app: string, name: string, env: Readonly<Record<string, string | undefined>>): string {
  const value = Object.hasOwn(env, name) ? env[name] : undefined;
  const token = value?.trim() ?? '';
  if (token !== '') return token;
  const state = value === undefined ? 'is not set' : 'is empty';
  throw missing(
    app,
    `the environment variable ${name} ${state}`,
    `Set ${name} to its authorizer_access_token.`,
  );
}

async function fromFile(app: string, path: string, signal: AbortSignal | undefined): Promise<string> {
  const remedy = `Put its authorizer_access_token into ${path}.`;
  const content = await readFile(path, {
    encoding: 'utf8',
    ...(signal === undefined ? {} : { signal }),
  }).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw missing(app, `the file ${path} cannot be read: ${code}`, remedy);
  });
  const token = content.trim();
  if (token === '') throw missing(app, `the file ${path} is empty`, remedy);
  return token;
}

function missing(app: string, message: string, remedy: string): WechatError {
  return new WechatError({
    kind: 'credential',
    endpoint: null,
    app,
    message,
    meaning: 'there is no access token',
    remedy,
    action: 'permission',
  });
}
