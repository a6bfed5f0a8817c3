/** Prometheus' instant query: exactly one series, exactly one finite number; everything else is said, not guessed. */
import axios, { isAxiosError } from 'axios';
import { z } from 'zod';
import { type HealthProvider, ProviderError, type QueryAnswer } from './provider.js';

const TIMEOUT_MS = 5_000;
const MAX_BYTES = 1_000_000;

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
  const http = axios.create({
    baseURL: address.replace(/\/+$/, ''),
    timeout: TIMEOUT_MS,
    maxRedirects: 0,
    maxContentLength: MAX_BYTES,
    validateStatus: () => true,
    responseType: 'text',
    transformResponse: (body: unknown) => body,
    proxy: false,
  });
  const host = hostOf(address);

  async function ask(query: string, signal: AbortSignal): Promise<QueryAnswer> {
    const body = new URLSearchParams({ query });
    const response = await http.post<string>('/api/v1/query', body, { signal }).catch((error: unknown) => {
      throw new ProviderError(
        `prometheus at ${host}: ${isAxiosError(error) ? (error.code ?? 'no answer') : 'no answer'}`,
      );
    });
    return singleValue(parse(response.status, response.data, host), host);
  }

  return {
    query: ask,
    // `up` is in every Prometheus and understood by everything that speaks its API; no data is an answer too.
    isOnline: async (signal) => {
      await ask('up', signal);
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
  return parsed.data;
}

function singleValue(parsed: z.infer<typeof answer>, host: string): QueryAnswer {
  if (parsed.status === 'error')
    throw new ProviderError(`prometheus at ${host}: ${parsed.errorType}: ${parsed.error.slice(0, 200)}`);
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
