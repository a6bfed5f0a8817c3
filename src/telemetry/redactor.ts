/**
 * Takes secrets out of what a process says. Nothing here says one on purpose; this is for what nobody foresaw: an error of a
 * library, an answer that repeats a request. Secrets that were learnt go in every spelling, unknown ones by their shape.
 */
import { withoutCredentials } from '../wechat/secrets.js';

const HIDDEN = '[secret]';
/** What is shorter is a word that stands anywhere, such as `test`. */
const SHORTEST = 6;
/** Secrets that pass and are remembered, the latest: tokens are replaced every two hours. */
const MOST = 1_000;

/** Credentials by what stands before them, or around them. Values end where a query, a JSON string or a word does. */
const SHAPES: readonly [RegExp, string][] = [
  [/\b(Bearer|Basic)(\s+)[\w.~+/-]+=*/gi, `$1$2${HIDDEN}`],
  [
    /((?:\b|_)(?:key|sign|signature|msg_signature|encrypt_type_key|password|passwd|authorization)\\*"?\s*[=:]\s*\\*"?)(?!Bearer|Basic|(?:null|true|false|-?\d+)\s*[,}\]])[^&"\\\s,}]+/gi,
    `$1${HIDDEN}`,
  ],
  [/(:\/\/)[^\s/?#@"]+@/g, `$1${HIDDEN}@`],
  // The address of a chat's robot is all it takes to write to it.
  [/(\/open-apis\/bot\/v\d+\/hook\/)[\w-]+/gi, `$1${HIDDEN}`],
];

export class Redactor {
  /** Each secret with its spellings: what the process was given, which is never forgotten. */
  readonly #given = new Map<string, readonly string[]>();
  /** What comes and goes; the one that was learnt longest ago is first. */
  readonly #passing = new Map<string, readonly string[]>();

  /** One more text that must never be said. Learning it again keeps it. */
  learn(secret: string | null | undefined): void {
    const text = secret?.trim() ?? '';
    if (text.length < SHORTEST || this.#given.has(text)) return;
    const spellings = this.#passing.get(text) ?? spellingsOf(text);
    this.#passing.delete(text);
    this.#passing.set(text, spellings);
    const [oldest] = this.#passing.keys();
    if (this.#passing.size > MOST && oldest !== undefined) this.#passing.delete(oldest);
  }

  /** The same for what is known from the start: however many tokens come after it, it is not forgotten. */
  keep(secret: string | null | undefined): void {
    const text = secret?.trim() ?? '';
    if (text.length >= SHORTEST) this.#given.set(text, spellingsOf(text));
  }

  /** A text, also a line of JSON, without secrets. What stands for one has no quotes in it. */
  text(text: string): string {
    let safe = text;
    for (const spellings of [...this.#given.values(), ...this.#passing.values()])
      for (const spelling of spellings) if (safe.includes(spelling)) safe = safe.replaceAll(spelling, HIDDEN);
    safe = withoutCredentials(safe);
    return SHAPES.reduce((rest, [shape, instead]) => rest.replace(shape, instead), safe);
  }
}

/** As it stands in plain text, in a URL, in a form, in a JSON string, and in base64 wherever it begins there. */
function spellingsOf(secret: string): string[] {
  const spellings = [
    secret,
    encodeURIComponent(secret),
    new URLSearchParams([['', secret]]).toString().slice(1),
    JSON.stringify(secret).slice(1, -1),
    ...[0, 1, 2].flatMap((before) => base64Of(secret, before)),
  ];
  return [...new Set(spellings)].filter(({ length }) => length >= SHORTEST);
}

/** The letters of base64 that the secret alone decides, with so many bytes before it. */
function base64Of(secret: string, before: number): string[] {
  const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]);
  const first = Math.ceil((before * 8) / 6);
  const last = Math.floor((bytes.length * 8) / 6);
  return (['base64', 'base64url'] as const).map((kind) => bytes.toString(kind).slice(first, last));
}
