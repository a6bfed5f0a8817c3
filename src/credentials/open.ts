/** Opens what the configuration names: the database, and a platform that makes its own tokens. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkerConfig } from '../config/worker-config.js';
import { type AuditStore, createAuditStore } from '../database/audit-store.js';
import { type AuthorizerStore, createAuthorizerStore } from '../database/authorizer-store.js';
import { type Cipher, createCipher } from '../database/cipher.js';
import { type ComponentStore, createComponentStore } from '../database/component-store.js';
import { type Database, openDatabase } from '../database/connection.js';
import { createPushStore, type PushStore } from '../database/push-store.js';
import { reencrypt } from '../database/reencrypt.js';
import type { CallRecord } from '../wechat/client.js';
import type { AuthorizationEvents } from './authorization-events.js';
import { authorizerTokens } from './authorizer-tokens.js';
import { componentTokens } from './component-token.js';
import type { PlatformCalls } from './platform-calls.js';
import type { TokenProvider } from './provider.js';
import { type Environment, readSecret, SecretReferenceError } from './references.js';
import { storeEvents } from './store-events.js';
import { createGate } from './waiting.js';
import { wechatPlatform } from './wechat-platform.js';

/** What is kept in the database. */
export interface Store {
  readonly database: Database;
  readonly components: ComponentStore;
  readonly authorizers: AuthorizerStore;
  readonly pushes: PushStore;
  readonly audit: AuditStore;
  /** The appid of a `gh_…` original id; null when it is not known. */
  appOf(originalId: string): Promise<string | null>;
  close(): Promise<void>;
}

/** A third-party platform that makes its own tokens. */
export interface Platform {
  readonly component: string;
  readonly store: Store;
  readonly calls: PlatformCalls;
  readonly tokens: TokenProvider;
  readonly events: AuthorizationEvents;
  close(): Promise<void>;
}

type Configured = Pick<WorkerConfig, 'component' | 'database' | 'tokens' | 'wechat'>;

/** Time, for tests. */
export interface Clockwork {
  /** Milliseconds since the epoch. */
  now: () => number;
  sleep: (ms: number) => Promise<void>;
  /** Told of what fails and does no harm yet. Default: a warning of the process. */
  warn?: (text: string) => void;
}

const REAL: Clockwork = { now: Date.now, sleep: async (ms) => void (await sleep(ms)) };
const REFRESH_AHEAD_MS = 10 * 60_000;

/**
 * Opens the database and brings its tables up to date. Null when none is configured: neither database.url nor
 * DATABASE_URL.
 * @throws SecretReferenceError, DatabaseError; both carry a remedy and no secret
 */
export async function openStore(
  config: Configured,
  env: Environment,
  { now, warn = (text) => process.emitWarning(text) }: Pick<Clockwork, 'now' | 'warn'> = REAL,
): Promise<Store | null> {
  const reference = config.database.url ?? (env.DATABASE_URL ? 'env:DATABASE_URL' : null);
  if (reference === null) return null;
  const cipher = await cipherOf(config, env);
  const url = await readSecret(
    reference,
    env,
    'the address of PostgreSQL, postgres://user:password@host:5432/name',
  );
  const database = await openDatabase({ url, poolSize: config.database.poolSize });
  const authorizers = createAuthorizerStore(database, cipher, now);
  try {
    await reencrypt(database, cipher, warn);
  } catch (error) {
    await database.close();
    throw error;
  }
  return {
    database,
    authorizers,
    components: createComponentStore(database, cipher),
    pushes: createPushStore(database),
    audit: createAuditStore(database),
    appOf: authorizers.appOf,
    close: database.close,
  };
}

async function cipherOf({ database }: Configured, env: Environment): Promise<Cipher> {
  const keys = database.keys.map(async ({ id, key }) => ({
    id,
    key: await readSecret(
      key,
      env,
      `the key ${id}: 32 bytes in base64, as \`openssl rand -base64 32\` makes`,
    ),
  }));
  return createCipher(await Promise.all(keys));
}

/**
 * Opens everything that tokens of one's own need: component.appid, component.secret, a database and a key.
 * @param onCall is told of each request for a token
 * @throws SecretReferenceError, DatabaseError
 */
export async function openPlatform(
  config: Configured,
  env: Environment,
  clockwork: Clockwork = REAL,
  onCall?: (record: CallRecord) => void,
): Promise<Platform> {
  const appid = config.component?.appid;
  const secret = config.component?.secret;
  if (appid === undefined || secret === undefined)
    throw lacking(
      'component.appid and component.secret',
      'the third-party platform’s appid and a reference to its secret',
    );
  if (config.database.keys.length === 0) throw lacking('database.keys', 'a key for what is stored');
  const readAppsecret = () => readSecret(secret, env, 'the component_appsecret');
  // Once at the start, so that a missing one is known then and not hours later.
  await readAppsecret();
  const store = await openStore(config, env, clockwork);
  if (store === null) throw lacking('database.url', 'a reference to postgres://…, or set DATABASE_URL');

  // Two connections stay: one for the component's own token, one for everything that does not wait for WeChat.
  const gate = createGate(store.database.poolSize - 2);
  // The calls need the component's token, and it is made by one of the calls.
  const component: Required<Pick<TokenProvider, 'component'>> = {
    component: (options) => keeper.get(appid, options),
  };
  const calls = wechatPlatform({
    ...config.wechat,
    component: appid,
    secret: readAppsecret,
    ...(onCall === undefined ? {} : { onCall }),
    tokens: {
      ...component,
      get: (app) => Promise.reject(new TypeError(`no token of ${app} is needed here`)),
    },
  });
  const renewing = {
    ...clockwork,
    calls,
    refreshAheadMs: config.tokens.component?.refreshAhead ?? REFRESH_AHEAD_MS,
  };
  const keeper = componentTokens(store.components, renewing);
  const authorizers = authorizerTokens(store.authorizers, { ...renewing, component: appid, gate });
  return {
    component: appid,
    store,
    calls,
    tokens: { ...component, get: authorizers.get },
    events: storeEvents({ ...store, calls, gate, now: clockwork.now }),
    close: store.close,
  };
}

function lacking(field: string, what: string): SecretReferenceError {
  return new SecretReferenceError(
    `the configuration has no ${field}`,
    `Add ${field} (${what}) to the file that WEAPP_CONFIG names.`,
  );
}
