/** The token provider that the configuration asks for. */
import type { WorkerConfig } from '../config/worker-config.js';
import type { CallRecord } from '../wechat/client.js';
import { httpTokens } from './http.js';
import { openPlatform } from './open.js';
import type { TokenProvider } from './provider.js';
import type { Environment } from './references.js';
import { staticTokens } from './static.js';

/** A provider, and the end of what it has open. */
export interface OpenTokens {
  tokens: TokenProvider;
  close(): Promise<void>;
}

/**
 * What stands under `tokens`: references of single apps go first, then the one kind for all others. Close it when
 * nobody asks for tokens any more.
 * @param onCall is told of each request to WeChat for a token that is made here
 * @throws SecretReferenceError, DatabaseError; both carry a remedy and no secret
 */
export async function createTokens(
  config: Pick<WorkerConfig, 'tokens' | 'component' | 'database' | 'wechat'>,
  env: Environment,
  onCall?: (record: CallRecord) => void,
): Promise<OpenTokens> {
  const { apps, default: reference, platform: own, http, component } = config.tokens;
  const fixed = staticTokens({
    apps,
    ...(reference === undefined ? {} : { default: reference }),
    ...(own === undefined ? {} : { platform: own }),
    env,
  });
  if (http !== undefined) {
    const { cacheFor, ...rest } = http;
    const center = httpTokens({ ...rest, cacheForMs: cacheFor, env });
    return { tokens: firstFixed(apps, fixed, center), close: async () => {} };
  }
  if (component === undefined) return { tokens: fixed, close: async () => {} };
  const platform = await openPlatform(config, env, undefined, onCall);
  return { tokens: firstFixed(apps, fixed, platform.tokens), close: platform.close };
}

function firstFixed(
  apps: Readonly<Record<string, string>>,
  fixed: TokenProvider,
  others: TokenProvider,
): TokenProvider {
  return {
    // The configuration allows one source of the platform's token.
    ...fixed,
    ...others,
    get: (app, options) => (Object.hasOwn(apps, app) ? fixed : others).get(app, options),
  };
}
