/** What stands on the command line as the fields of a call: found among the words, read, made values of. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { nearest } from '../../plan/near.js';
import type { Endpoint } from '../../wechat/catalogue.js';
import { type Field, requestFields } from '../../wechat/describe.js';
import { MEDIA_TYPES, mediaTypeOf } from '../../wechat/endpoints/media.js';
import { CliError, systemCode } from '../errors.js';
import { EXIT } from '../exit-codes.js';
import { safe } from '../words.js';

/** Options of the command itself, with whether a value follows; any other `--name` is a field of the call. */
const OWN: Readonly<Record<string, boolean>> = {
  ...{ '--app': true, '--params': true, '--token-field': true, '--output-file': true },
  ...{ '--yes': false, '--list': false, '--help': false, '--debug': false, '--no-color': false },
};

/**
 * Joins `--name value` to `--name=value` behind `wechat`, so that a field may be called what an option of the program
 * is called (`--version`). Other commands are left as they are.
 */
export function joinFields(args: readonly string[]): string[] {
  if (args.find((arg) => !arg.startsWith('-')) !== 'wechat') return [...args];
  const joined: string[] = [];
  for (let index = 0; index < args.length; index += 1) {
    const [arg = '', next] = [args[index], args[index + 1]];
    const takesNext = next !== undefined && (OWN[arg] ?? (isName(arg) && !next.startsWith('--')));
    if (!takesNext) joined.push(arg);
    else joined.push(...(OWN[arg] === true ? [arg, next] : [`${arg}=${next}`]));
    if (takesNext) index += 1;
  }
  return joined;
}

const isName = (arg: string) => arg.startsWith('--') && arg.length > 2 && !arg.includes('=');

const refuse = (message: string, remedy: string | null) => new CliError(message, remedy, EXIT.usage);

/** The command that shows what a call takes. */
export const helpOf = (name: string) => `weapp-rollout wechat ${name} --help   shows what it takes`;

/**
 * The request that the words ask for: `--params` first, single fields over it. Not checked against limits.
 * @param words what is left of the command line: `--name=value` or `--name`
 * @throws CliError with exit code 2 for an unknown field, a value of the wrong kind, a file that cannot be read
 */
export async function readRequest(
  row: Endpoint,
  words: readonly string[],
  params: string | undefined,
): Promise<Record<string, unknown>> {
  const request = params === undefined ? {} : await readParams(params);
  const known = requestFields(row.request).filter(({ path }) => !/[.[]/.test(path));
  for (const [name, texts] of grouped(row, words)) {
    if (row.in === 'form' && name === 'media') Object.assign(request, await readMedia(texts));
    else request[name] = await readField(row, known, name, texts);
  }
  if (row.in === 'form' && request.base64 === undefined)
    throw refuse(`${row.name} uploads a file`, 'name it: --media @cart.png');
  return request;
}

async function readParams(written: string): Promise<Record<string, unknown>> {
  const value = parseJson(await textOf('--params', written));
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw refuse(
    '--params is no JSON object',
    `write it as --params '{"name": "value"}' or --params @file.json`,
  );
}

/** Each field with the texts it was given, in order; a bare `--name` has none. */
function grouped(row: Endpoint, words: readonly string[]): Map<string, string[]> {
  const fields = new Map<string, string[]>();
  for (const word of words) {
    const [, name, text] = /^--([^=]+)(?:=([\s\S]*))?$/.exec(word) ?? [];
    if (name === undefined)
      throw refuse(`what is ${safe(word)}? Fields are given as --name value`, helpOf(row.name));
    fields.set(name, [...(fields.get(name) ?? []), ...(text === undefined ? [] : [text])]);
  }
  return fields;
}

async function readField(row: Endpoint, known: Field[], name: string, texts: string[]): Promise<unknown> {
  const field = known.find(({ path }) => path === name);
  if (field === undefined) throw unknownField(row, known, name);
  if (texts.length === 0) {
    if (field.type === '`true` or `false`') return true;
    throw refuse(`--${name} has no value`, helpOf(row.name));
  }
  const values = await Promise.all(texts.map((text) => textOf(`--${name}`, text)));
  const [only = '', ...more] = values;
  if (field.type.startsWith('list of ')) {
    const list = more.length === 0 ? parseJson(only) : undefined;
    return Array.isArray(list) ? list : values.map((value) => parseJson(value) ?? value);
  }
  if (more.length > 0) throw refuse(`--${name} is given ${values.length} times`, helpOf(row.name));
  if (field.isText) return only;
  const value = parseJson(only);
  if (value !== undefined) return value;
  throw refuse(`--${name}: ${safe(only)} does not fit; it takes: ${plain(field.type)}`, helpOf(row.name));
}

function unknownField({ name: call }: Endpoint, known: Field[], name: string): CliError {
  const names = known.map(({ path }) => path);
  const near = nearest(name, names);
  const guess = near === undefined ? '' : `; did you mean --${near}?`;
  const all =
    names.length === 0 ? 'it takes nothing' : `it takes ${names.map((one) => `--${one}`).join(' ')}`;
  return refuse(`${call} has no field ${safe(name)}${guess}`, `${all}\n${helpOf(call)}`);
}

/** The text itself, or what is in the file it names: `@file`. A text that begins with @ is written with two. */
async function textOf(option: string, written: string): Promise<string> {
  if (written.startsWith('@@')) return written.slice(1);
  if (!written.startsWith('@')) return written;
  const content = await readBytes(option, written.slice(1));
  return content.toString('utf8').replace(/\r?\n$/, '');
}

async function readBytes(option: string, file: string): Promise<Buffer> {
  return readFile(file).catch((error: unknown) => {
    throw refuse(`${option}: ${safe(file)} cannot be read (${systemCode(error) ?? 'unreadable'})`, null);
  });
}

/** The file of an upload, as the catalogue wants it. */
async function readMedia(texts: string[]): Promise<Record<string, string>> {
  const [written = '', ...more] = texts;
  const file = written.replace(/^@/, '');
  if (more.length > 0 || file === '') throw refuse('--media names one file', 'such as --media @cart.png');
  const contentType = mediaTypeOf(file);
  if (contentType === undefined)
    throw refuse(
      `--media: WeChat takes no ${safe(basename(file))}`,
      `it takes ${Object.keys(MEDIA_TYPES).join(' ')}`,
    );
  const bytes = await readBytes('--media', file);
  return { filename: basename(file), contentType, base64: bytes.toString('base64') };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Words of the documentation without its marks. */
export function plain(text: string): string {
  return text.replaceAll('`', '');
}
