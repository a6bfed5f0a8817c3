/** A file of Mini Programs and their refresh tokens, as `apps import --file` takes it. */
import { readFile } from 'node:fs/promises';
import { CsvError, parse as parseCsv } from 'csv-parse/sync';
import { parse, YAMLParseError } from 'yaml';
import { z } from 'zod';
import type { ImportRow } from '../credentials/import.js';
import { CliError, systemCode } from './errors.js';
import { EXIT } from './exit-codes.js';

export interface AppsFile {
  rows: ImportRow[];
  /** What is wrong with the others: where it stands and why. Never the row itself. */
  problems: string[];
}

/** Other spellings of the fields: those of WeChat's own answers. */
const SPELLINGS: Readonly<Record<string, string>> = {
  authorizer_appid: 'appid',
  authorizer_refresh_token: 'refresh_token',
  user_name: 'original_id',
};

const LONGEST_TOKEN = 1_024;
/** The database's integers end here. */
const LARGEST = 2 ** 31 - 1;
const DAY_MS = 24 * 3_600_000;

const wholeNumber = (most: number, words: string) =>
  z
    .union([z.int(), z.string().regex(/^\d+$/).transform(Number)])
    .pipe(z.number().min(0, words).max(most, words));
const permissionSets = z.preprocess(
  (given) => (typeof given === 'string' ? given.split(/[\s|;]+/).filter(Boolean) : given),
  z.array(wholeNumber(LARGEST, 'must be the number of one')),
);

/** What a row may hold at `now`, milliseconds since the epoch. */
const rowAt = (now: number) =>
  z.strictObject({
    appid: z.string('is missing').regex(/^wx[\w-]{1,62}$/, 'must be an appid, such as wx0123456789abcdef'),
    refresh_token: z
      .string('is missing')
      .max(LONGEST_TOKEN, 'is too long')
      .regex(/^[^\s\p{Cc}]*$/u, 'has spaces in it'),
    // Seconds since the epoch, as in WeChat's list.
    auth_time: wholeNumber((now + DAY_MS) / 1_000, 'must be in seconds, and not after tomorrow').optional(),
    original_id: z
      .string()
      .regex(/^gh_\w+$/, 'must be like gh_0123456789ab')
      .optional(),
    nick_name: z.string().max(256).optional(),
    permission_sets: permissionSets.optional(),
  });

/**
 * Reads YAML, JSON or, by the ending, CSV with a line of names at its top. `now`: milliseconds since the epoch.
 * @throws CliError with exit code 2 when it is no list at all
 */
export async function readAppsFile(path: string, now: number): Promise<AppsFile> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new CliError(`${path} cannot be read (${systemCode(error) ?? 'unreadable'})`, null, EXIT.usage);
  });
  const entries = /\.csv$/i.test(path) ? fromCsv(path, text) : fromYaml(path, text);
  const file: AppsFile = { rows: [], problems: [] };
  const row = rowAt(now);
  const seen = new Set<string>();
  entries.forEach((entry, index) => {
    const parsed = row.safeParse(respelled(entry));
    const name = `row ${index + 1}${parsed.success ? ` (${parsed.data.appid})` : nameOf(entry)}`;
    if (!parsed.success) {
      const issues = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'it'} ${wordsOf(issue)}`);
      file.problems.push(`${name}: ${issues.join('; ')}`);
    } else if (seen.has(parsed.data.appid)) {
      file.problems.push(`${name}: the appid stands in an earlier row too`);
    } else {
      seen.add(parsed.data.appid);
      file.rows.push(rowOf(parsed.data));
    }
  });
  return file;
}

function rowOf(given: z.output<ReturnType<typeof rowAt>>): ImportRow {
  const { appid, refresh_token, auth_time, original_id, nick_name, permission_sets } = given;
  return {
    app: appid,
    refreshToken: refresh_token,
    authorizedAt: auth_time === undefined ? null : auth_time * 1_000,
    ...(original_id === undefined ? {} : { originalId: original_id }),
    ...(nick_name === undefined ? {} : { nickName: nick_name }),
    ...(permission_sets === undefined ? {} : { permissionSets: permission_sets }),
  };
}

/** Zod's own words may repeat a value, and a token that stands in the wrong column is one. */
function wordsOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return 'has fields of other names than the known ones';
  return /^(is|must|has) /.test(issue.message) ? issue.message : 'is of the wrong kind';
}

/** The appid, when it looks like one: it may be a token that stands in the wrong column. */
function nameOf(entry: unknown): string {
  const fields = respelled(entry);
  const appid: unknown = typeof fields === 'object' && fields !== null ? Reflect.get(fields, 'appid') : null;
  return typeof appid === 'string' && /^wx[0-9a-z]{16}$/.test(appid) ? ` (${appid})` : '';
}

function respelled(entry: unknown): unknown {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return entry;
  // A cell that holds nothing is a field that is not there.
  const given = Object.entries(entry).filter(([, value]) => value !== null && value !== '');
  return Object.fromEntries(given.map(([name, value]) => [SPELLINGS[name] ?? name, value]));
}

function fromYaml(path: string, text: string): unknown[] {
  let content: unknown;
  try {
    content = parse(text, { logLevel: 'error' });
  } catch (error) {
    const [start] = (error instanceof YAMLParseError ? error.linePos : undefined) ?? [];
    // The parser's own words quote the line.
    throw new CliError(
      `${path} is neither YAML nor JSON${start === undefined ? '' : ` (line ${start.line}, column ${start.col})`}`,
      null,
      EXIT.usage,
    );
  }
  const list: unknown = isObject(content)
    ? (Reflect.get(content, 'list') ?? Reflect.get(content, 'apps'))
    : content;
  if (Array.isArray(list)) return list;
  throw new CliError(
    `${path} is no list`,
    'write a list of { appid, refresh_token }, also under `list:` or `apps:`',
    EXIT.usage,
  );
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fromCsv(path: string, text: string): unknown[] {
  const [header, ...lines] = cellsOf(path, text);
  if (header === undefined || !header.some((name) => (SPELLINGS[name] ?? name) === 'appid'))
    throw new CliError(
      `${path} has no line of names at its top`,
      'begin it with appid,refresh_token',
      EXIT.usage,
    );
  return lines.map((cells) =>
    cells.length > header.length
      ? null
      : Object.fromEntries(header.map((name, column) => [name, cells[column] ?? ''])),
  );
}

/** The cells of each line, trimmed. */
function cellsOf(path: string, text: string): string[][] {
  try {
    return parseCsv(text, { bom: true, trim: true, skip_empty_lines: true, relax_column_count: true });
  } catch (error) {
    // The parser's own words quote the line.
    const line = error instanceof CsvError ? ` (line ${String(error.lines)})` : '';
    throw new CliError(`${path} is not written as CSV${line}`, 'mind the quotes', EXIT.usage);
  }
}
