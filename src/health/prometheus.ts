/** Prometheus' instant query: exactly one series, exactly one finite number; everything else is said, not guessed. */
import axios, { isAxiosError } from 'axios';
import { z } from 'zod';
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
  const http = axios.create({
    baseURL: address.replace(/\/+$/, ''),
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
    // axios' own timeout only watches for silence; an answer that drips would hold an attempt to its end.
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    const limits = { signal: AbortSignal.any([signal, timeout]) };
    const response = await http.post<string>('/api/v1/query', body, limits).catch((error: unknown) => {
      const trouble = timeout.aborted ? `no answer within ${TIMEOUT_MS / 1_000} s` : troubleOf(error);
      throw new ProviderError(`prometheus at ${host}: ${trouble}`);
    });
    return singleValue(parse(response.status, response.data, host), host);
  }

  return {
    query: ask,
    isOnline: async (signal) => {
      await ask(NOBODYS_METRIC, signal);
    },
  };
}

/** What went wrong, by its code alone: messages may hold the address. */
function troubleOf(error: unknown): string {
  const code = isAxiosError(error) ? error.code : undefined;
  if (code === 'ERR_CANCELED') return 'given up';
  if (code === 'ERR_BAD_RESPONSE') return `the answer broke off, or has more than ${MAX_BYTES} bytes`;
  return code ?? 'no answer';
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
