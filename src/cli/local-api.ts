/** The HTTP API in this process, for `up`: with the tokens of the configuration, or one of this machine's own. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openApi } from '../api/open.js';
import { logTo } from '../api/terminal.js';
import type { WorkerConfig } from '../config/worker-config.js';
import type { Environment } from '../credentials/references.js';
import { newKeyPair } from '../identity/keys.js';
import { newToken, tokenHash } from '../identity/tokens.js';
import type { Temporal } from '../releases/connection.js';
import type { Closers } from '../servers/closers.js';
import { CliError, systemCode } from './errors.js';

export interface PreparedApi {
  /** For worker and API: what the API vouches for, this worker believes. */
  config: WorkerConfig;
  env: Environment;
  /** Where the token is; null when the configuration has its own. */
  tokenFile: string | null;
}

/** The variable that holds the key of this process; nothing else knows it. */
const KEY = 'WEAPP_UP_API_KEY';

/**
 * Completes a configuration for an API beside its worker: a key of this process unless there is one, and a token in the
 * data folder that only its owner can read, the same at every start.
 */
export async function prepareApi(
  { config, env }: { config: WorkerConfig; env: Environment },
  { folder, owner }: { folder: string; owner: string },
): Promise<PreparedApi> {
  const { privateKey, publicKey } = newKeyPair();
  const { api } = config;
  const keyed = api.signingKey === undefined;
  const tokenFile = api.tokens.length > 0 ? null : join(folder, 'api-token');
  const own =
    tokenFile === null
      ? []
      : [
          {
            name: owner,
            hash: tokenHash(await tokenIn(folder, tokenFile)),
            roles: ['admin' as const],
            apps: ['*'],
          },
        ];
  return {
    env: keyed ? { ...env, [KEY]: privateKey } : env,
    tokenFile,
    config: {
      ...config,
      api: {
        ...api,
        tokens: [...api.tokens, ...own],
        ...(keyed ? { signingKey: `env:${KEY}`, publicKey: [...api.publicKey, publicKey] } : {}),
      },
    },
  };
}

async function tokenIn(folder: string, file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  }
  const token = newToken();
  await mkdir(folder, { recursive: true });
  await writeFile(file, `${token}\n`, { mode: 0o600 });
  return token;
}

/** Starts it on this machine's loopback address, and answers its own. @throws CliError when the port is taken */
export async function startLocalApi(
  { config, env }: PreparedApi,
  temporal: Temporal,
  {
    port,
    log: write,
    closers,
    webUi,
  }: {
    port: number;
    log: (line: string) => void;
    closers: Closers;
    webUi: (run: { workflowId: string; runId: string }) => Promise<string | null>;
  },
): Promise<string> {
  const log = await logTo({ env, err: write }, config, 'warn');
  const { server } = await openApi({ config, env, log, closers }, { temporal, webUi });
  try {
    return await server.listen({ port, host: '127.0.0.1' });
  } catch (error) {
    if (systemCode(error) !== 'EADDRINUSE') throw error;
    throw new CliError(
      `port ${port} is taken; another \`weapp-rollout up\` or API may run`,
      'give --api-port another number, or leave the API out with --no-api',
    );
  }
}
