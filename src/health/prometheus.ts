/** Prometheus' instant query: exactly one series, exactly one finite number; everything else is said, not guessed. */
import { z } from 'zod';
import { askBounded, NoAnswerError } from '../http/bounded.js';
import { type HealthProvider, ProviderError, type QueryAnswer } from './provider.js';

/** For one query, milliseconds. */
const TIMEOUT_MS = 5_000;
/** What is kept of an error's text, characters. */
const LONGEST_ERROR = 200;
const MAX_BYTES = 1_000_000;
/** Asked for to see whether anything answers. Nobody has it: what everyone has (`up`) may be thousands of series. */
const NOBODYS_METRIC = 'weapp_rollout_is_online';

/** Prometheus' own kinds of errors. Another's text, such as a proxy's, may repeat what it was asked with. */
const ERROR_TYPES = [
  'bad_data',
  'canceled',
  'execution',
  'internal',
  'not_acceptable',
  'not_found',
  'timeout',
  'unavailable',
] as const;
/** A number as Prometheus writes it: decimal, unlike much of what JavaScript takes for one. */
const NUMBER = /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i;

const answer = z.discriminatedUnion('status', [
  z.looseObject({
    status: z.literal('success'),
    warnings: z.array(z.string()).optional(),
    data: z.discriminatedUnion('resultType', [
      z.looseObject({
        resultType: z.literal('vector'),
        result: z.array(z.looseObject({ value: z.tuple([z.number(), z.string()]) })),
      }),
      z.looseObject({ resultType: z.literal('scalar'), result: z.tuple([z.number(), z.string()]) }),
    ]),
  }),
  z.looseObject({ status: z.literal('error'), errorType: z.enum(ERROR_TYPES), error: z.string() }),
]);
type Answer = z.infer<typeof answer>;

/**
 * A provider at an address such as `http://prometheus:9090`. Credentials never show in its errors, and the address
 * does not where a reference stands for it.
 */
export function createPrometheus(address: string, reference?: string): HealthProvider {
  const url = `${address.replace(/\/+$/, '')}/api/v1/query`;
  const host = reference ?? hostOf(address);
  const withoutSecrets = redactorOf(address);

  async function ask(query: string, signal: AbortSignal): Promise<QueryAnswer> {
    const body = new URLSearchParams({ query });
    const limits = { timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES, signal };
    const response = await askBounded({ url, method: 'POST', body, ...limits }).catch((error: unknown) => {
      throw new ProviderError(
        `prometheus at ${host}: ${error instanceof NoAnswerError ? error.message : 'no answer'}`,
      );
    });
    const parsed = parse(response.status, response.text, host);
    const refuse = (why: string) =>
      new ProviderError(`prometheus at ${host}: ${withoutSecrets(why).slice(0, LONGEST_ERROR)}`);
    if (parsed.status === 'error') throw refuse(`${parsed.errorType}: ${parsed.error}`);
    // Some of the data may be missing: no measurement of all users.
    const [warning] = parsed.warnings ?? [];
    if (warning !== undefined) throw refuse(`partial answer, with the warning: ${warning}`);
    return singleValue(parsed.data, host);
  }

  return {
    query: ask,
    isOnline: async (signal) => {
      await ask(NOBODYS_METRIC, signal);
    },
  };
}

function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).host : 'an address that is no URL';
}

/** Takes the credentials of an address out of a text, as they are written there and as they are sent. */
function redactorOf(address: string): (text: string) => string {
  const { username = '', password = '' } = URL.canParse(address) ? new URL(address) : {};
  const pairs = [[username, password], [username, password].map(decoded)];
  const secrets = pairs.flatMap(([user = '', secret = '']) => {
    const pair = user === '' && secret === '' ? '' : `${user}:${secret}`;
    return [Buffer.from(pair).toString('base64'), pair, secret || user];
  });
  return (text) =>
    secrets.reduce((left, secret) => (secret === '' ? left : left.replaceAll(secret, '***')), text);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function parse(status: number, text: string, host: string): Answer {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new ProviderError(`prometheus at ${host} answered HTTP ${status} and no JSON`);
  }
  const parsed = answer.safeParse(json);
  if (!parsed.success)
    throw new ProviderError(`prometheus at ${host} answered HTTP ${status} in no known form`);
  // A good answer under a bad status is some proxy's old one.
  if (parsed.data.status === 'success' && status !== 200)
    throw new ProviderError(`prometheus at ${host} answered HTTP ${status}`);
  return parsed.data;
}

function singleValue(data: Extract<Answer, { status: 'success' }>['data'], host: string): QueryAnswer {
  if (data.resultType === 'scalar') return { value: numberOf(data.result[1], host) };
  const [first, ...more] = data.result;
  if (first === undefined) return { value: null };
  if (more.length > 0)
    throw new ProviderError(
      `prometheus at ${host} answered ${more.length + 1} series; the query must name one`,
    );
  return { value: numberOf(first.value[1], host) };
}

function numberOf(text: string, host: string): number {
  const value = Number(text);
  if (!NUMBER.test(text) || !Number.isFinite(value))
    throw new ProviderError(`prometheus at ${host} answered ${text.slice(0, 20)}, which is no finite number`);
  return value;
}
