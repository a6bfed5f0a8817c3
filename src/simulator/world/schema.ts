/** Pieces that the world file's and the control API's schemas share, and the errors they give. */
import { inspect } from 'node:util';
import { z } from 'zod';
import { DURATION_PATTERN, parseDuration } from '../../domain/duration.js';
import { USER_VERSION_MAX } from '../../wechat/catalogue.js';

/** One thing wrong with an input: where, what stood there, and what to write instead. */
export interface Problem {
  /** `apps.wx0123456789abcdef.audit.approveAfter`; empty for the whole input. */
  path: string;
  /** What stood there, clipped; null when it was missing or could be a secret. */
  value: string | null;
  message: string;
}

/** A strict object: unknown fields are refused, and the message names the known ones. */
export function strict<Shape extends z.ZodRawShape>(shape: Shape) {
  const known = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `unknown field; remove it or correct its name. Known here: ${known}`
        : `write fields here: ${known}`,
  });
}

const DURATION_HELP = 'write a duration: 90s, 30m, 2h, 1d or a sum such as 1h30m, at most 3650d';
/** Ten years: longer is a typing error, and a date far beyond it cannot be printed. */
const LONGEST_MS = 3_650 * 24 * 3_600_000;

const WRITTEN = new RegExp(DURATION_PATTERN);
const UNCOUNTABLE = /\d{8}/;

/** `90s`, `30m`, `1h30m` in, milliseconds out. */
export const duration = z
  .string({ error: DURATION_HELP })
  .refine((text) => WRITTEN.test(text) && !UNCOUNTABLE.test(text), { error: DURATION_HELP, abort: true })
  .transform((text) => parseDuration(text))
  .refine((ms) => ms <= LONGEST_MS, { error: DURATION_HELP });

/** A user_version. A bare `1.4` in YAML is a number and has lost its zeros, so only text is taken. */
export const userVersion = z
  .string({ error: 'write the version as text, in quotes if it looks like a number: "1.4"' })
  .min(1, 'a version is not empty')
  .max(USER_VERSION_MAX, `user_version has at most ${USER_VERSION_MAX} characters`);

/** A whole percentage. */
export const percentage = z
  .int({ error: 'write a whole number from 0 to 100' })
  .min(0, 'write a whole number from 0 to 100')
  .max(100, 'write a whole number from 0 to 100');

/** A sample as Prometheus knows them: a number, or NaN and the infinities by name. */
export const sample = z.union(
  [
    z.number(),
    z.nan(),
    z.enum(['NaN', '+Inf', '-Inf']).transform((name) => Number(name.replace('Inf', 'Infinity'))),
  ],
  { error: 'write a number, NaN, +Inf or -Inf' },
);

/** Turns what zod found into problems with their path and value. */
export function problemsOf(error: z.ZodError, input: unknown): Problem[] {
  return error.issues.flatMap(sharpened).flatMap((issue): Problem[] => {
    const at = issue.path;
    if (issue.code !== 'unrecognized_keys') return [{ ...located(at, input), message: issue.message }];
    return issue.keys.map((key) => ({ ...located([...at, key], input), message: issue.message }));
  });
}

/**
 * Where several shapes were possible and one fits down to a field within, that field is what is wrong; a key
 * that may not be is told by the rule for keys.
 */
function sharpened(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code === 'invalid_key') return [{ ...issue, message: issue.issues[0]?.message ?? issue.message }];
  if (issue.code !== 'invalid_union') return [issue];
  const [closest] = issue.errors
    .map((branch) => branch.flatMap(sharpened))
    .filter((branch) => branch.every(({ path }) => path.length > 0))
    .sort((a, b) => a.length - b.length);
  return closest?.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })) ?? [issue];
}

function located(path: PropertyKey[], input: unknown): Pick<Problem, 'path' | 'value'> {
  const names = path.map(String);
  const found = names.reduce<unknown>(
    (value, name) => (typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined),
    input,
  );
  const secret = names.some((name) => /token|secret|ticket|aesKey/i.test(name));
  return { path: names.join('.'), value: secret || found === undefined ? null : preview(found) };
}

/** A value in few characters. What is inside a list or an object is not shown: it may hold a token. */
export function preview(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  return inspect(value, { maxStringLength: 120 });
}

/** One line for people: `path: message (found value)`. */
export function printProblem({ path, value, message }: Problem): string {
  return `${path || '(the whole input)'}: ${message}${value === null ? '' : ` (found ${value})`}`;
}
