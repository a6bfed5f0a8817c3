/** One HTTP request to a service of one's own: bounded in time and size, without redirects, without a proxy. */
import axios, { isAxiosError } from 'axios';

export interface BoundedRequest {
  url: string;
  method: 'GET' | 'POST';
  headers?: Record<string, string>;
  /** Text is sent byte for byte: it may be signed. */
  body?: URLSearchParams | string;
  /** From sending to the last byte, milliseconds. */
  timeoutMs: number;
  /** Of the answer, decompressed. */
  maxBytes: number;
  /** Gives the request up. */
  signal?: AbortSignal;
}

export interface TextAnswer {
  status: number;
  text: string;
  /** Lower-case names. */
  headers: Readonly<Record<string, string>>;
}

/** There is no answer, or not a whole one. The message is a clause that holds nothing of address, header or answer. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
}

/** The answer, whatever its status. @throws NoAnswerError */
export async function askBounded(request: BoundedRequest): Promise<TextAnswer> {
  const { url, method, headers = {}, body, timeoutMs, maxBytes, signal } = request;
  // axios' own timeout only watches for silence; an answer that drips would hold the caller for ever.
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const answer = await axios.request<string>({
      url,
      method,
      headers,
      data: typeof body === 'string' ? Buffer.from(body) : body,
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      maxRedirects: 0,
      maxContentLength: maxBytes,
      responseType: 'text',
      transformResponse: (text: unknown) => text,
      validateStatus: () => true,
      // Credentials must not pass through a proxy of the environment.
      proxy: false,
    });
    const { status, data } = answer;
    return { status, text: data, headers: textOnly(answer.headers) };
  } catch (error) {
    throw new NoAnswerError(
      timeout.aborted ? `no answer within ${inWords(timeoutMs)}` : troubleOf(error, maxBytes),
    );
  }
}

function textOnly(headers: object): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => typeof value === 'string'));
}

function inWords(ms: number): string {
  return ms % 1_000 === 0 ? `${ms / 1_000} s` : `${ms} ms`;
}

/** By its code alone: messages may hold the address. */
function troubleOf(error: unknown, maxBytes: number): string {
  const code = isAxiosError(error) ? error.code : undefined;
  if (code === 'ERR_CANCELED') return 'given up';
  if (code === 'ERR_BAD_RESPONSE') return `the answer broke off, or has more than ${maxBytes} bytes`;
  return code ?? 'no answer';
}

/** Whether a header may have this value. Node would name the header in its error, and some versions of it the value. */
export function isHeaderValue(text: string): boolean {
  return !/[^\t\x20-\x7e\x80-\xff]/.test(text);
}
