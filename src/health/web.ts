/** Any service that answers JSON over HTTP: numbers are taken from one answer; everything else is said, not guessed. */
import { askBounded, isHeaderValue, NoAnswerError } from '../http/bounded.js';
import { valueAt } from '../http/json-path.js';
import { type HealthProvider, ProviderError } from './provider.js';

/** For one answer, milliseconds. */
const TIMEOUT_MS = 5_000;
const MAX_BYTES = 1_000_000;
/** What is shown of a path in an error, characters. */
const LONGEST_PATH = 150;

/** What a plan asks, its references resolved. */
export interface WebRequest {
  /** An http or https URL without query and fragment. */
  address: string;
  /** What the plan says in the address' place; told instead of it. */
  reference?: string | undefined;
  /** Added to the address' own path; begins with `/`. */
  path?: string | undefined;
  query?: Readonly<Record<string, string>> | undefined;
  header?: { name: string; value: string } | undefined;
}

/** What `{{app}}` and `{{version}}` stand for. */
export interface WebValues {
  app: string;
  version: string;
}

/**
 * A provider for one measurement: it asks once, and every path is read from that answer, so that a value and its number
 * of samples are of the same moment. Its errors name host and path, never credentials, query, header or answer.
 * @throws ProviderError when the request cannot be made
 */
export function createWeb(request: WebRequest, values: WebValues): HealthProvider {
  const url = urlOf(request, values);
  const { reference } = request;
  const where =
    reference === undefined
      ? `web at ${url.host}${shortened(url.pathname)}`
      : `web at ${reference}${shortened(request.path === undefined ? '' : ` ${filled(request.path, values, encodeURIComponent)}`)}`;
  const headers = headersOf(request, where);
  let answer: Promise<unknown> | undefined;

  async function ask(signal: AbortSignal): Promise<unknown> {
    const limits = { timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES, signal };
    const { status, text } = await askBounded({ url: url.href, method: 'GET', headers, ...limits }).catch(
      (error: unknown) => {
        throw new ProviderError(`${where}: ${error instanceof NoAnswerError ? error.message : 'no answer'}`);
      },
    );
    if (status !== 200) throw new ProviderError(`${where} answered HTTP ${status}${meaningOf(status)}`);
    return parse(text, where);
  }

  const once = (signal: AbortSignal) => {
    answer ??= ask(signal);
    return answer;
  };
  return {
    query: async (jsonPath, signal) => ({ value: numberAt(await once(signal), jsonPath, where) }),
    isOnline: async (signal) => {
      await once(signal);
    },
  };
}

function urlOf({ address, path = '', query = {} }: WebRequest, values: WebValues): URL {
  const url = new URL(address);
  const rendered = filled(path, values, encodeURIComponent);
  // A version may be `..`; a URL would then lead out of the path the address gives.
  if (rendered.split('/').some(isDots))
    throw new ProviderError(`web at ${url.host}: the path has . or .. in it`);
  // By the setter, which can change no host, whatever the path begins with.
  if (rendered !== '') url.pathname = `${url.pathname.replace(/\/+$/, '')}/${rendered.replace(/^\/+/, '')}`;
  for (const [name, text] of Object.entries(query))
    url.searchParams.append(
      name,
      filled(text, values, (value) => value),
    );
  return url;
}

/** A part of a path that a URL takes as "here" or "one up"; `%2e` is a dot to it. */
function isDots(part: string): boolean {
  return /^(\.|%2e){1,2}$/i.test(part);
}

function filled(text: string, { app, version }: WebValues, encode: (value: string) => string): string {
  // By functions: a replacement text would give `$&` in a version a meaning.
  return text.replaceAll('{{app}}', () => encode(app)).replaceAll('{{version}}', () => encode(version));
}

function headersOf({ header }: WebRequest, where: string): Record<string, string> {
  const own = { Accept: 'application/json', 'User-Agent': 'weapp-rollout' };
  if (header === undefined) return own;
  if (!isHeaderValue(header.value))
    throw new ProviderError(
      `${where}: what the header ${header.name} refers to has characters no header may have`,
    );
  return { ...own, [header.name]: header.value };
}

function meaningOf(status: number): string {
  if (status >= 300 && status < 400) return ': redirects are never followed';
  if (status === 401 || status === 403) return ': it does not accept what the header refers to, or wants one';
  return '';
}

function parse(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ProviderError(`${where} answered ${kindOfText(text)}`);
  }
}

/** What stands where JSON should. Of the text itself nothing is told: it may repeat the header. */
function kindOfText(text: string): string {
  const start = text.trimStart();
  if (start === '') return 'nothing: the answer is empty';
  if (start.startsWith('<')) return 'HTML or XML, and no JSON';
  if (/(^|[:,[])\s*-?(NaN|Infinity)\b/.test(start)) return 'NaN or Infinity, which JSON does not have';
  if (/[}\]]\s*[{[]/.test(start)) return 'more than one JSON value';
  return `${text.length} characters that are no JSON`;
}

function numberAt(root: unknown, path: string, where: string): number {
  const value = valueAt(root, path);
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (value !== undefined) throw new ProviderError(`${where}: at ${path} is ${kindOf(value)}, not a number`);
  throw new ProviderError(`${where}: nothing is at ${path}; ${nearest(root, path)}`);
}

/** How far a path leads, and what is there. */
function nearest(root: unknown, path: string): string {
  const parts = path.split('.');
  for (let length = parts.length - 1; length > 0; length--) {
    const above = parts.slice(0, length).join('.');
    const found = valueAt(root, above);
    if (found !== undefined) return `${above} is ${kindOf(found)}`;
  }
  return `the answer is ${kindOf(root)}`;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'string') return 'text';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'number') return Number.isFinite(value) ? 'a number' : 'a number beyond all bounds';
  return String(value);
}

function shortened(path: string): string {
  return path.length <= LONGEST_PATH ? path : `${path.slice(0, LONGEST_PATH)}…`;
}
