/** What is wrong with a request, in the words of the command line. */
import type { z } from 'zod';
import type { Endpoint } from '../../wechat/catalogue.js';
import { type Field, requestFields } from '../../wechat/describe.js';
import { safe } from '../words.js';
import { plain } from './fields.js';

/** One clause for each limit that the request breaks; none when it can be sent. */
export function complaintsAbout(row: Endpoint, request: Record<string, unknown>): string[] {
  const { error } = row.request.safeParse(request);
  if (error === undefined) return [];
  if (row.in === 'form') return error.issues.map((issue) => `--media: ${issue.message}`);
  const fields = requestFields(row.request);
  return error.issues.map((issue) => complaintOf(issue, fields, request));
}

function complaintOf(issue: z.core.$ZodIssue, fields: Field[], request: Record<string, unknown>): string {
  const { path } = issue;
  if (issue.code === 'unrecognized_keys')
    return `${path.length === 0 ? 'there is' : `${nameOf(path)}: there is`} no field ${issue.keys.map(safe).join(', ')}`;
  const own = ownWords(issue);
  if (own !== undefined) return `${nameOf(path)}: ${own}`;
  const field = fields.find((one) => one.path === patternOf(path));
  const takes = plain(field?.type ?? 'something else').replace(', see below', '');
  const value = path.reduce<unknown>(
    (within, key) => (typeof within === 'object' && within !== null ? Reflect.get(within, key) : undefined),
    request,
  );
  if (value === undefined) return `${nameOf(path)} is missing; it takes: ${takes}`;
  return `${nameOf(path)}: ${shortened(value)} does not fit; it takes: ${takes}`;
}

/** The catalogue's own text, where it has one; all others are a library's. */
function ownWords(issue: z.core.$ZodIssue): string | undefined {
  if (issue.code === 'custom' || (issue.code === 'invalid_format' && issue.format === 'regex'))
    return issue.message;
  if (issue.code !== 'invalid_union') return undefined;
  return issue.errors
    .flat()
    .map(ownWords)
    .find((words) => words !== undefined);
}

/** `--item_list`, or `item_list[0].tag` for what is below a field. */
function nameOf(path: readonly PropertyKey[]): string {
  const [first, ...below] = path;
  if (first === undefined) return 'the fields';
  if (below.length === 0) return `--${String(first)}`;
  const rest = below.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`));
  return `${String(first)}${rest.join('')}`;
}

/** As the documentation writes it: `item_list[].tag`. */
function patternOf(path: readonly PropertyKey[]): string {
  return path
    .map((key) => (typeof key === 'number' ? '[]' : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');
}

const LONGEST = 40;

function shortened(value: unknown): string {
  const text = safe(typeof value === 'string' ? (value === '' ? "''" : value) : JSON.stringify(value));
  const letters = [...text];
  return letters.length <= LONGEST ? text : `${letters.slice(0, LONGEST).join('')}…`;
}
