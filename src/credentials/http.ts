/** Tokens of a platform's own token center, over HTTP. */
import { askBounded, isHeaderValue, NoAnswerError } from '../http/bounded.js';
import { valueAt } from '../http/json-path.js';
import type { WechatError } from '../wechat/errors.js';
import { assertAppid, type CredentialTrouble, credentialError, RETRY_MS } from './failures.js';
import type { TokenProvider } from './provider.js';
import { type Environment, readSecret, SecretReferenceError } from './references.js';
import { createFlights, unlessAborted } from './waiting.js';

/** How a token center is asked. */
export interface HttpTokenOptions {
  /** An http or https URL with `{{app}}` where the appid goes, behind the host. */
  address: string;
  /** The URL that answers the platform's own token. */
  platformAddress?: string | undefined;
  method: 'GET' | 'POST';
  /** One header; its value is a reference. */
  header?: { name: string; value: string } | undefined;
  /** Where the token stands in the JSON answer: `data.access_token`. A number is a place in a list. */
  jsonPath: string;
  /** How long an answered token is used without asking again, milliseconds. */
  cacheForMs: number;
  env: Environment;
  /** Milliseconds. Default: the process's monotonic clock. */
  now?: () => number;
  /** For one answer, milliseconds. */
  timeoutMs?: number;
}

/** Whose token: a Mini Program's, by appid, or the platform's. */
type Owner = string | null;

const TIMEOUT_MS = 5_000;
const ANSWER_MAX_BYTES = 64 * 1024;
/** WeChat's tokens have 512 characters at most, by its documents. */
const TOKEN_MAX = 2_048;

type Asking = Parameters<TokenProvider['get']>[1];

interface Cached {
  token: string;
  until: number;
}

/**
 * Asks the center once for all who wait for the same token, and keeps its answer for a while. A rejected token is asked
 * for once more; when the center still gives the same, that one is answered and the client reports it.
 * Throws WechatError of kind `credential` with the center's host and path, never its query, header or answer.
 */
export function httpTokens(options: HttpTokenOptions): TokenProvider {
  const now = options.now ?? (() => performance.now());
  const cache = new Map<Owner, Cached>();
  const flights = createFlights<Owner, string>();

  function asked(owner: Owner, url: string): Promise<string> {
    return flights.join(owner, async () => {
      const token = await ask(options, owner, url);
      cache.set(owner, { token, until: now() + options.cacheForMs });
      return token;
    });
  }

  async function tokenOf(owner: Owner, url: string, { rejected, signal }: Asking = {}): Promise<string> {
    const cached = cache.get(owner);
    if (cached !== undefined && cached.token !== rejected && now() < cached.until) return cached.token;
    const joined = flights.has(owner);
    const token = await unlessAborted(signal, asked(owner, url));
    // What was under way already may have been answered before WeChat refused it.
    return joined && token === rejected ? unlessAborted(signal, asked(owner, url)) : token;
  }

  const { address, platformAddress } = options;
  return {
    async get(app, asking) {
      assertAppid(app);
      return tokenOf(app, address.replaceAll('{{app}}', encodeURIComponent(app)), asking);
    },
    ...(platformAddress === undefined
      ? {}
      : { component: (asking) => tokenOf(null, platformAddress, asking) }),
  };
}

async function ask(options: HttpTokenOptions, app: Owner, url: string): Promise<string> {
  const { host, pathname } = new URL(url);
  const fail = (trouble: Pick<CredentialTrouble, 'message' | 'remedy' | 'action'>): WechatError =>
    credentialError({
      app,
      ...trouble,
      message: `the token center at ${host}${pathname}: ${trouble.message}`,
      ...(trouble.action === 'retryAfter' ? { retryAfterMs: RETRY_MS } : {}),
    });
  const headers = await headersOf(options, fail);
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const response = await askBounded({
    url,
    method: options.method,
    headers,
    timeoutMs,
    maxBytes: ANSWER_MAX_BYTES,
  }).catch((error: unknown) => {
    const message = error instanceof NoAnswerError ? error.message : 'no answer';
    throw fail({ message, remedy: 'It is tried again; check that it runs.', action: 'retryAfter' });
  });
  const { status } = response;
  if (status < 200 || status >= 300) throw fail(refusal(status, app));
  return tokenIn(response.text, options.jsonPath, fail);
}

async function headersOf(
  { header, env }: HttpTokenOptions,
  fail: (trouble: Pick<CredentialTrouble, 'message' | 'remedy'>) => WechatError,
): Promise<Record<string, string>> {
  const own = { Accept: 'application/json', 'User-Agent': 'weapp-rollout' };
  if (header === undefined) return own;
  try {
    const value = await readSecret(header.value, env, `the value of the header ${header.name}`);
    if (isHeaderValue(value)) return { ...own, [header.name]: value };
  } catch (error) {
    if (!(error instanceof SecretReferenceError)) throw error;
    throw fail({ message: error.what, remedy: error.remedy });
  }
  const remedy = 'Put it there on one line.';
  throw fail({ message: `the value of the header ${header.name} has characters no header may have`, remedy });
}

function refusal(status: number, app: Owner): Pick<CredentialTrouble, 'message' | 'remedy' | 'action'> {
  const message = `HTTP ${status}`;
  if (status >= 500 || status === 408 || status === 429)
    return { message, remedy: 'It is tried again; look at its log when it stays.', action: 'retryAfter' };
  if (status === 401 || status === 403)
    return { message, remedy: 'Check what tokens.http.header refers to: the center does not accept it.' };
  if (status < 400)
    return { message, remedy: 'Write the address it leads to; redirects are never followed.' };
  const remedy =
    app === null
      ? 'Check tokens.http.platformAddress.'
      : 'Check tokens.http.address, and that the center knows this Mini Program.';
  return { message, remedy };
}

function tokenIn(
  text: string,
  path: string,
  fail: (trouble: Pick<CredentialTrouble, 'message' | 'remedy' | 'action'>) => WechatError,
): string {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    const remedy = 'It is tried again; something between here and the center may have answered.';
    throw fail({ message: 'the answer is no JSON', remedy, action: 'retryAfter' });
  }
  const value = valueAt(answer, path);
  const token = typeof value === 'string' ? value.trim() : '';
  if (token !== '' && token.length <= TOKEN_MAX && !/[\s\p{Cc}]/u.test(token)) return token;
  throw fail({
    message: `there is no token at ${path} in the answer`,
    remedy: 'Correct tokens.http.jsonPath, or ask whoever runs the center.',
  });
}
