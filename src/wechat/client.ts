import type { TokenProvider } from '../credentials/provider.js';
import { readAnswer } from './answer.js';
import { type EndpointName, type EndpointRequest, type EndpointResponse, endpoints } from './catalogue.js';
import type { Endpoint } from './endpoint.js';
import { lookUpCode } from './error-codes.js';
import { WechatError, type WechatFailure } from './errors.js';
import * as failures from './failures.js';
import { sendOnce } from './transport.js';
import { toWire, type Wire } from './wire.js';

/** What a call is made with. */
export interface CallOptions<Name extends EndpointName> {
  /** The Mini Program's appid. */
  app: string;
  params: EndpointRequest<Name>;
  signal?: AbortSignal;
  /** For one HTTP request, milliseconds. A call makes two at most: a refused token is replaced once. */
  timeoutMs?: number;
}

/** One HTTP request, for logs and metrics. Holds no token. */
export interface CallRecord {
  endpoint: EndpointName;
  app: string;
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
  | { kind: 'tokenRefused'; code: number; errmsg: string }
  | { kind: 'failed'; code: number | null; error: WechatError };

/** Makes a client. Throws TypeError when `baseUrl` is not a URL. */
export function createWechatClient(options: WechatClientOptions): WechatClient {
  const base = new URL(options.baseUrl ?? 'https://api.weixin.qq.com').href.replace(/\/+$/, '');
  const now = options.now ?? Date.now;

  async function attempt(
    row: Endpoint,
    wire: Wire,
    call: failures.FailedCall,
    token: string,
  ): Promise<Outcome> {
    const answer = await sendOnce({
      method: row.method,
      url: `${base}${row.path}?${new URLSearchParams({ ...wire.query, access_token: token })}`,
      ...(wire.body === undefined ? {} : { body: wire.body }),
      ...wire.limits,
    });
    if ('fault' in answer)
      return { kind: 'failed', code: null, error: failures.transportFailure(call, answer) };
    const reading = readAnswer(answer.text);
    if ('problem' in reading) {
      const error = failures.invalidAnswer(call, reading.problem, answer.text);
      return { kind: 'failed', code: null, error };
    }
    const { code, errmsg, body } = reading;
    if (code !== 0) {
      if (lookUpCode(code).action === 'refreshToken') return { kind: 'tokenRefused', code, errmsg };
      return { kind: 'failed', code, error: failures.refused(call, code, errmsg, answer.text, now()) };
    }
    const parsed = row.response.safeParse(body);
    if (parsed.success) return { kind: 'ok', code, answer: parsed.data };
    const error = failures.invalidAnswer(call, failures.describeIssues(parsed.error), answer.text);
    return { kind: 'failed', code, error };
  }

  async function recorded(
    row: Endpoint,
    wire: Wire,
    call: failures.FailedCall,
    token: string,
  ): Promise<Outcome> {
    const started = performance.now();
    const outcome = await attempt(row, wire, call, token);
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
    endpoint: EndpointName,
    app: string,
    wanted: { rejected?: string; signal?: AbortSignal },
  ): Promise<string> {
    const call = { endpoint, app, kind: endpoints[endpoint].kind, tokens: [] };
    try {
      const token = await options.tokens.get(app, wanted);
      if (token !== '') return token;
    } catch (error) {
      if (wanted.signal?.aborted) {
        throw failures.transportFailure(call, { fault: 'aborted', sent: false, detail: 'aborted' });
      }
      if (error instanceof WechatError) throw new WechatError({ ...error.failure, endpoint });
      throw failures.noToken(
        call,
        `the token provider failed with ${error instanceof Error ? error.name : 'a value'}`,
      );
    }
    throw failures.noToken(call, 'the token provider answered an empty token');
  }

  return {
    async call<Name extends EndpointName>(name: Name, { app, params, signal, timeoutMs }: CallOptions<Name>) {
      const row: Endpoint = endpoints[name];
      const request = row.request.safeParse(params);
      if (!request.success) throw failures.invalidRequest(name, app, request.error);
      const cancel = signal === undefined ? {} : { signal };
      const wire = toWire(row, request.data, {
        timeoutMs: timeoutMs ?? options.timeoutMs ?? 10_000,
        ...cancel,
      });

      const first = await tokenFor(name, app, cancel);
      const call = { endpoint: name, kind: row.kind, app, tokens: [first] };
      let outcome = await recorded(row, wire, call, first);
      if (outcome.kind === 'tokenRefused') {
        // Safe even for a write: WeChat looks at the token before it does anything.
        const fresh = await tokenFor(name, app, { ...cancel, rejected: first });
        if (fresh === first) throw failures.tokenRefused(call, outcome.code, outcome.errmsg, true);
        call.tokens.push(fresh);
        outcome = await recorded(row, wire, call, fresh);
        if (outcome.kind === 'tokenRefused') {
          throw failures.tokenRefused(call, outcome.code, outcome.errmsg, false);
        }
      }
      if (outcome.kind === 'failed') throw outcome.error;
      // The row's schema made it; a generic name does not let the compiler see that.
      return outcome.answer as EndpointResponse<Name>;
    },
  };
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
