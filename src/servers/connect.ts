import { type ClientConnectConfig, loadClientConnectConfig } from '@temporalio/envconfig';
import type { Environment } from './folders.js';

/** Where a client or worker connects to. */
export interface ConnectConfig {
  /** `host:port`, for messages. */
  readonly address: string;
  readonly namespace: string;
  /** For `Connection.connect` and `NativeConnection.connect` alike. */
  readonly connectionOptions: ClientConnectConfig['connectionOptions'] & { readonly address: string };
}

/** The settings that name a server cannot be read. The message names them and what is wrong. */
export class ConnectConfigError extends Error {
  override readonly name = 'ConnectConfigError';
}

/** Where a Temporal server listens when nobody says otherwise. */
export const DEFAULT_ADDRESS = 'localhost:7233';

/**
 * Reads `TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE` and their siblings, or a profile of Temporal's own configuration
 * file: the same names and rules as the `temporal` command line's.
 * @throws {ConnectConfigError} when a named profile does not exist or a file cannot be read
 */
export function loadConnectConfig(env: Environment = process.env): ConnectConfig {
  const { connectionOptions, namespace } = load(env);
  const address = connectionOptions.address || DEFAULT_ADDRESS;
  return { address, namespace: namespace || 'default', connectionOptions: { ...connectionOptions, address } };
}

/**
 * Whether the environment or a profile names a server. Then that one is used, and none is started.
 * @throws {ConnectConfigError} as `loadConnectConfig`: a profile that cannot be read is not "no server"
 */
export function isConfigured(env: Environment = process.env): boolean {
  return Boolean(load(env).connectionOptions.address);
}

/** What to tell someone whose server does not answer. */
export function describeUnreachable(address: string, error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error);
  return [
    `No Temporal server answers at ${address}: ${reason.split('\n')[0]}`,
    'What helps:',
    '  weapp-rollout up                 starts one on this machine, with a worker; leave it running',
    '  TEMPORAL_ADDRESS=host:port       names one that runs elsewhere (TEMPORAL_NAMESPACE, TEMPORAL_API_KEY and',
    "                                   TEMPORAL_TLS_* as for Temporal's own command line)",
  ].join('\n');
}

function load(env: Environment): ClientConnectConfig {
  const given: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    // `TEMPORAL_ADDRESS=` in a .env or compose file means "not set"; envconfig would take the empty text for a value.
    if (value !== undefined && value !== '') given[name] = value;
  }
  try {
    return loadClientConnectConfig({ overrideEnvVars: given });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const file = given.TEMPORAL_CONFIG_FILE ?? "Temporal's configuration file";
    throw new ConnectConfigError(`${reason} (from the TEMPORAL_* variables and ${file})`);
  }
}
