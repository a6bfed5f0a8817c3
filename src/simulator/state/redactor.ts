/** Takes credentials out of whatever is kept of a request. */
import type { Params } from './machine.js';

const LONGEST_TEXT = 500;
const MOST_ENTRIES = 50;
const DEEPEST = 6;
const HIDDEN = '[token]';

/** Fields that are credentials by their name, known ones or not. */
const SECRET_FIELD = /token|secret|ticket|aes_?key|auth_?code|authorization_?code/i;

/**
 * The words a text is made of, in several alphabets: a credential may stand in a query, in JSON, in a sentence.
 * Word by word, since a world of ten thousand apps has as many credentials.
 */
const WORDS = [/[\w.|!@=+/-]+/g, /[\w.|!@+/-]+/g, /[\w.|!@-]+/g, /[\w.|!-]+/g, /[\w-]+/g];
const EDGES = /^[^\w]+|[^\w]+$/g;

export class Redactor {
  readonly #secrets: Set<string>;

  /** `secrets`: texts that must never be kept. */
  constructor(secrets: Iterable<string> = []) {
    this.#secrets = new Set(secrets);
  }

  /** One more text that must never be kept. */
  learn(secret: string): void {
    this.#secrets.add(secret);
  }

  /** All of them. */
  get secrets(): Iterable<string> {
    return this.#secrets;
  }

  /** Fields without those that are credentials by name, and no credential in any text. `secret`: one more to look for. */
  fields(value: Params, secret: string | null): Record<string, unknown> {
    return this.#object(value, DEEPEST, secret);
  }

  /** A text without credentials, shortened to what people would read. */
  text(text: string, secret: string | null): string {
    const whole = text.slice(0, 4 * LONGEST_TEXT);
    const start = secret === null || secret === '' ? whole : whole.replaceAll(secret, HIDDEN);
    const redacted = this.#words(start);
    // Percent signs hide a credential from the eye, not from who decodes it.
    const decoded = redacted.includes('%') ? this.#words(decode(redacted)) : redacted;
    const safe = decoded.includes(HIDDEN) ? decoded : redacted;
    return safe.length > LONGEST_TEXT ? `${safe.slice(0, LONGEST_TEXT)}…` : safe;
  }

  #words(text: string): string {
    return WORDS.reduce((rest, alphabet) => rest.replace(alphabet, (word) => this.#word(word)), text);
  }

  #word(word: string): string {
    if (this.#secrets.has(word)) return HIDDEN;
    const core = word.replace(EDGES, '');
    return this.#secrets.has(core) ? word.replace(core, HIDDEN) : word;
  }

  #value(value: unknown, depth: number, secret: string | null): unknown {
    if (typeof value === 'string') return this.text(value, secret);
    if (typeof value !== 'object' || value === null) return value;
    if (value instanceof Uint8Array) return `${value.length} bytes`;
    if (depth === 0) return '…';
    if (!Array.isArray(value)) return this.#object(value, depth - 1, secret);
    return value.slice(0, MOST_ENTRIES).map((entry) => this.#value(entry, depth - 1, secret));
  }

  #object(value: object, depth: number, secret: string | null): Record<string, unknown> {
    const entries = Object.entries(value)
      .filter(([key]) => !SECRET_FIELD.test(key))
      .slice(0, MOST_ENTRIES)
      .map(([key, entry]) => [this.text(key, secret), this.#value(entry, depth, secret)] as const);
    return Object.fromEntries(entries);
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
