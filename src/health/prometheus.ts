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

const answer = z.discriminatedUnion('status', [
  z.looseObject({
    status: z.literal('success'),
    data: z.discriminatedUnion('resultType', [
      z.looseObject({
        resultType: z.literal('vector'),
        result: z.array(z.looseObject({ value: z.tuple([z.number(), z.string()]) })),
      }),
      z.looseObject({ resultType: z.literal('scalar'), result: z.tuple([z.number(), z.string()]) }),
    ]),
  }),
  z.looseObject({ status: z.literal('error'), errorType: z.string(), error: z.string() }),
]);

/** A provider at an address such as `http://prometheus:9090`. Credentials never show in its errors. */
export function createPrometheus(address: string): HealthProvider {
  const url = `${address.replace(/\/+$/, '')}/api/v1/query`;
  const host = hostOf(address);

  async function ask(query: string, signal: AbortSignal): Promise<QueryAnswer> {
    const body = new URLSearchParams({ query });
    const limits = { timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES, signal };
    const response = await askBounded({ url, method: 'POST', body, ...limits }).catch((error: unknown) => {
      throw new ProviderError(
        `prometheus at ${host}: ${error instanceof NoAnswerError ? error.message : 'no answer'}`,
      );
    });
    return singleValue(parse(response.status, response.text, host), host);
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

function parse(status: number, text: string, host: string): z.infer<typeof answer> {
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

function singleValue(parsed: z.infer<typeof answer>, host: string): QueryAnswer {
  if (parsed.status === 'error')
    throw new ProviderError(
      `prometheus at ${host}: ${`${parsed.errorType}: ${parsed.error}`.slice(0, LONGEST_ERROR)}`,
    );
  const { data } = parsed;
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
  if (text.trim() === '' || !Number.isFinite(value))
    throw new ProviderError(`prometheus at ${host} answered ${text.slice(0, 20)}, which is no finite number`);
  return value;
}
