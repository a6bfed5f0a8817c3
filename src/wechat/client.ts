import type { TokenProvider } from '../credentials/provider.js';
import { readAnswer } from './answer.js';
import {
  type EndpointName,
  type EndpointRequest,
  type EndpointResponse,
  type EndpointToken,
  endpoints,
} from './catalogue.js';
import type { Endpoint, TokenField } from './endpoint.js';
import { lookUpCode } from './error-codes.js';
import { WechatError, type WechatFailure } from './errors.js';
import * as failures from './failures.js';
import { secretsIn } from './secrets.js';
import { noPlatformToken, noToken, tokenRefused } from './token-failures.js';
import { sendOnce } from './transport.js';
import { toWire, type Wire } from './wire.js';

/** What a call is made with. */
export type CallOptions<Name extends EndpointName> = {
  params: EndpointRequest<Name>;
  signal?: AbortSignal;
  /** For one HTTP request, milliseconds. A call makes two at most: a refused token is replaced once. */
  timeoutMs?: number;
  /** Another query field for the token, where the catalogue's row allows it. */
  tokenField?: TokenField;
} & AppOf<Name>;

/**
 * The Mini Program's appid: needed for calls on its behalf. Where either token will do, it makes the call its own;
 * for calls of the platform it is only told in errors.
 */
export type AppOf<Name extends EndpointName> =
  EndpointToken<Name> extends 'authorizer' ? { app: string } : { app?: string };

/** One HTTP request, for logs and metrics. Holds no token. */
export interface CallRecord {
  endpoint: EndpointName;
  /** null for a call of the platform itself. */
  app: string | null;
  /** How long it took, milliseconds. */
  ms: number;
  /** `credential` when WeChat refused the token. */
  outcome: 'ok' | WechatFailure['kind'];
  /** WeChat's errcode, 0 for success; null when there was no answer to read one from. */
  code: number | null;
}

export interface WechatClientOptions {
  /** Default: WeChat's API. */
  baseUrl?: string;
  tokens: TokenProvider;
  /** For one HTTP request, milliseconds. Default 10 000. */
  timeoutMs?: number;
  onCall?: (record: CallRecord) => void;
  /** Milliseconds since the epoch; only tells how long a daily limit still lasts. */
  now?: () => number;
}

export interface WechatClient {
  /**
   * Makes one call of the catalogue and answers what WeChat answered, validated.
   * Throws WechatError only; `failure.action` says what can be done about it.
   */
  call<Name extends EndpointName>(name: Name, options: CallOptions<Name>): Promise<EndpointResponse<Name>>;
}

/** What one HTTP request came to. */
type Outcome =
  | { kind: 'ok'; code: number; answer: unknown }
  /** `error` is what it comes to when no other token can be had. */
  | { kind: 'tokenRefused'; code: number; errmsg: string; error: WechatError }
  | { kind: 'failed'; code: number | null; error: WechatError };

/** One request, but for its token. */
interface Sending {
  row: Endpoint;
  wire: Wire;
  tokenField: TokenField;
}

/** Makes a client. Throws TypeError when `baseUrl` is not a URL. */
export function createWechatClient(options: WechatClientOptions): WechatClient {
  const base = new URL(options.baseUrl ?? 'https://api.weixin.qq.com').href.replace(/\/+$/, '');
  const now = options.now ?? Date.now;
  const usualTimeoutMs = options.timeoutMs ?? 10_000;

  async function attempt(
    sending: Sending,
    call: failures.FailedCall,
    token: string | null,
  ): Promise<Outcome> {
    const { row, wire, tokenField } = sending;
    const query = new URLSearchParams({ ...wire.query, ...(token === null ? {} : { [tokenField]: token }) });
    const answer = await sendOnce({
      method: row.method,
      url: `${base}${row.path}${query.size === 0 ? '' : `?${query}`}`,
      ...(wire.body === undefined ? {} : { body: wire.body }),
      ...wire.limits,
    });
    if ('fault' in answer)
      return { kind: 'failed', code: null, error: failures.transportFailure(call, answer) };
    if (row.answers === 'image' && answer.type.startsWith('image/')) {
      const image = { contentType: answer.type, base64: Buffer.from(answer.bytes).toString('base64') };
      return validated(row, call, image, '(an image)');
    }
    const text = new TextDecoder().decode(answer.bytes);
    const reading = readAnswer(text, row.errcode);
    if ('problem' in reading) {
      return { kind: 'failed', code: null, error: failures.invalidAnswer(call, reading.problem, text) };
    }
    const { code, errmsg, body } = reading;
    if (code === 0) return validated(row, call, body, text);
    if (token !== null && lookUpCode(code).action === 'refreshToken')
      return { kind: 'tokenRefused', code, errmsg, error: tokenRefused(call, code, errmsg, false) };
    return { kind: 'failed', code, error: failures.refused(call, code, errmsg, text, now()) };
  }

  async function recorded(
    sending: Sending,
    call: failures.FailedCall,
    token: string | null,
  ): Promise<Outcome> {
    const started = performance.now();
    const outcome = await attempt(sending, call, token);
    tell(options.onCall, {
      endpoint: call.endpoint,
      app: call.app,
      ms: performance.now() - started,
      outcome: outcomeName(outcome),
      code: outcome.code,
    });
    return outcome;
  }

  /** A token, or a WechatError that names the call; errors of unknown making are not passed on. */
  async function tokenFor(
    call: failures.FailedCall,
    row: Endpoint,
    wanted: { rejected?: string; signal?: AbortSignal },
  ): Promise<string> {
    try {
      const token = call.ofPlatform
        ? await options.tokens.component?.(wanted)
        : await options.tokens.get(call.app ?? '', wanted);
      // A provider that knows only Mini Programs.
      if (token === undefined) throw noPlatformToken(call, row);
      if (token !== '') return token;
    } catch (error) {
      if (wanted.signal?.aborted) {
        throw failures.transportFailure(call, { fault: 'aborted', sent: false, detail: 'aborted' });
      }
      if (error instanceof WechatError) throw new WechatError({ ...error.failure, endpoint: call.endpoint });
      throw noToken(
        call,
        `the token provider failed with ${error instanceof Error ? error.name : 'a value'}`,
      );
    }
    throw noToken(call, 'the token provider answered an empty token');
  }

  /** With the provider's token; WeChat's first refusal of it is answered with another one. */
  async function withToken(
    sending: Sending,
    call: failures.FailedCall & { tokens: string[] },
    cancel: { signal?: AbortSignal },
  ): Promise<Outcome> {
    const first = await tokenFor(call, sending.row, cancel);
    call.tokens.push(first);
    const outcome = await recorded(sending, call, first);
    if (outcome.kind !== 'tokenRefused') return outcome;
    // Safe even for a write: WeChat looks at the token before it does anything.
    const fresh = await tokenFor(call, sending.row, { ...cancel, rejected: first });
    if (fresh === first) throw tokenRefused(call, outcome.code, outcome.errmsg, true);
    call.tokens.push(fresh);
    return recorded(sending, call, fresh);
  }

  return {
    async call<Name extends EndpointName>(name: Name, options: CallOptions<Name>) {
      const row: Endpoint = endpoints[name];
      const { app = null, params, signal, timeoutMs, tokenField = usualField(row, app) } = options;
      const request = row.request.safeParse(params);
      if (!request.success) throw failures.invalidRequest(name, app, request.error);
      const cancel = signal === undefined ? {} : { signal };
      const limits = { timeoutMs: timeoutMs ?? usualTimeoutMs, ...cancel };
      const sending = { row, wire: await toWire(row, request.data, limits), tokenField };

      const tokens = row.secret ? secretsIn(request.data) : [];
      const ofPlatform = isOfPlatform(row, app);
      const call = { endpoint: name, kind: row.kind, app, ofPlatform, tokens, secret: row.secret };
      if (![row.tokenField, ...row.otherTokenFields].includes(tokenField))
        throw failures.unknownTokenField(call, row, tokenField);
      const outcome =
        row.token === 'none' ? await recorded(sending, call, null) : await withToken(sending, call, cancel);
      if (outcome.kind !== 'ok') throw outcome.error;
      // The row's schema made it; a generic name does not let the compiler see that.
      return outcome.answer as EndpointResponse<Name>;
    },
  };
}

/** Whether the call goes with the platform's own token. */
function isOfPlatform({ token }: Endpoint, app: string | null): boolean {
  return token === 'component' || (token === 'either' && app === null);
}

/** A Mini Program's token has one name only, on every page. */
function usualField(row: Endpoint, app: string | null): TokenField {
  return row.token === 'either' && app !== null ? 'access_token' : row.tokenField;
}

/** What the row's schema makes of a success. */
function validated(row: Endpoint, call: failures.FailedCall, body: unknown, text: string): Outcome {
  const parsed = row.response.safeParse(body);
  if (parsed.success) return { kind: 'ok', code: 0, answer: parsed.data };
  const error = failures.invalidAnswer(call, failures.describeIssues(parsed.error), text);
  return { kind: 'failed', code: null, error };
}

function outcomeName(outcome: Outcome): CallRecord['outcome'] {
  if (outcome.kind === 'ok') return 'ok';
  return outcome.kind === 'tokenRefused' ? 'credential' : outcome.error.failure.kind;
}

/** A hook that throws must not turn an applied write into a failure, nor go unnoticed. */
function tell(onCall: WechatClientOptions['onCall'], record: CallRecord): void {
  try {
    onCall?.(record);
  } catch (error) {
    process.emitWarning(`onCall threw: ${error instanceof Error ? error.message : String(error)}`);
  }
}
