/** From what zod finds to what the plan's author should do. */
import type { z } from 'zod';
import { allFields, type FieldNode, fieldsOf, fieldTree, nodeAt } from './json-schema.js';
import type { Locator } from './locator.js';
import { nearest } from './near.js';
import { byPlace, formatPath, type Path, type Problem, showValue } from './problem.js';

type Issue = z.core.$ZodIssue;

/** More are counted, not told. */
const MOST_PROBLEMS = 50;

/**
 * The problems behind zod's issues, in the order of the file. A misspelt field is told once, not also as missing. Beyond
 * the first fifty, problems are only counted: finding each one's line would take long in a hostile file.
 */
export function explain(issues: readonly Issue[], data: unknown, locator: Locator): Problem[] {
  const tree = fieldTree();
  const flat = issues.flatMap((issue) => flatten(issue, []));
  const unknown = flat.flatMap(({ issue, path }) =>
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => ({ above: path, key })) : [],
  );
  const told = unknown
    .slice(0, MOST_PROBLEMS)
    .map(({ above, key }) => unknownField(tree, above, key, locator));
  const misspelt = new Set(told.map(({ meant }) => meant));
  const others = flat.filter(
    ({ issue, path }) =>
      issue.code !== 'unrecognized_keys' &&
      !(misspelt.has(formatPath(path)) && valueAt(data, path) === undefined),
  );
  const problems = [
    ...told.map(({ problem }) => problem),
    ...others.slice(0, MOST_PROBLEMS - told.length).map(({ issue, path }) => {
      const value = valueAt(data, path);
      const node = nodeAt(tree, path);
      const showable = value !== undefined && value !== null && node?.['x-hidden'] !== true;
      return {
        path: formatPath(path),
        ...(showable && { value: shown(value, path, locator) }),
        message: issue.message,
        remedy: remedy(issue, path, node, value, locator),
        ...locator.locate(path),
      };
    }),
  ].sort(byPlace);
  const more = unknown.length + others.length - problems.length;
  if (more > 0) {
    problems.push({ path: '', message: `there are ${more} more problems`, remedy: 'correct these first' });
  }
  return problems;
}

/** What is wrong, in general words; used by zod wherever a field's schema says nothing of its own. */
export function describeIssue(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.input === undefined) return 'is missing';
  if (issue.input === null) return 'is empty';
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'int' && typeof issue.input === 'number'
        ? 'must be a whole number'
        : `must be ${TYPE_WORDS[issue.expected] ?? issue.expected}, not ${kindOf(issue.input)}`;
    case 'invalid_value':
      return `must be ${issue.values.map((value) => showValue(value)).join(' or ')}`;
    case 'too_small':
      return issue.minimum === 1 && UNITS[issue.origin]
        ? 'is empty'
        : bound(issue.origin, `at least ${issue.minimum}`);
    case 'too_big':
      return bound(issue.origin, `at most ${issue.maximum}`);
    default:
      return undefined;
  }
}

const TYPE_WORDS: Partial<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a group of fields',
  record: 'a group of fields',
  array: 'a list',
};
const UNITS: Partial<Record<string, string>> = { string: 'characters', array: 'entries' };

function bound(origin: string, limit: string): string {
  const unit = UNITS[origin];
  return unit === undefined ? `must be ${limit}` : `must have ${limit} ${unit}`;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a group of fields';
  if (typeof value === 'number') return Number.isFinite(value) ? 'a number' : 'an infinite number';
  return typeof value === 'string' ? 'text' : 'true or false';
}

/** Issues with whole paths. Of a union, those of the one alternative that fits at its root, else the union's own. */
function flatten(issue: Issue, above: Path): Array<{ issue: Issue; path: Path }> {
  const path = [...above, ...issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key))];
  if (issue.code === 'invalid_union') {
    const meant = issue.errors.filter((option) => option.every((inner) => inner.path.length > 0));
    if (meant.length === 1) return (meant[0] ?? []).flatMap((inner) => flatten(inner, path));
  }
  return [{ issue, path }];
}

/** A value as it is written, where the data says less: `1.10` is read as 1.1. */
function shown(value: unknown, path: Path, locator: Locator): string {
  const written = typeof value === 'number' ? locator.written(path) : undefined;
  return written === undefined ? showValue(value) : written.slice(0, 80);
}

function valueAt(data: unknown, path: Path): unknown {
  return path.reduce<unknown>((above, key) => {
    if (typeof above !== 'object' || above === null || !Object.hasOwn(above, key)) return undefined;
    return (above as Record<string | number, unknown>)[key];
  }, data);
}

/** The problem of an unknown field, and the path of the field that was probably meant. */
function unknownField(tree: FieldNode, above: Path, key: string, locator: Locator) {
  const here = nodeAt(tree, above);
  const known = (here ? fieldsOf(here) : []).map(([name]) => name).filter((name) => name !== '$schema');
  const near = nearest(key, known);
  const problem: Problem = {
    path: formatPath([...above, key]),
    message: 'is not a field of a plan',
    remedy: near
      ? `did you mean ${near}?`
      : (otherHome(tree, key) ?? `known here: ${known.join(', ') || 'nothing'}`),
    ...locator.locate([...above, key], 'name'),
  };
  return { problem, meant: near && formatPath([...above, near]) };
}

function otherHome(tree: FieldNode, key: string): string | undefined {
  const home = allFields(tree).find(({ path }) => path.split('.').at(-1) === key)?.path;
  return home && `${key} belongs to ${home.replace(/\.?[^.]+$/, '') || 'the top of the plan'}`;
}

function remedy(
  issue: Issue,
  path: Path,
  node: FieldNode | undefined,
  value: unknown,
  locator: Locator,
): string {
  if (issue.code === 'custom' && typeof issue.params?.remedy === 'string') return issue.params.remedy;
  const name = String(path.at(-1) ?? 'the plan');
  if (formatPath(path) === 'health') {
    return 'list metrics; or write health: none on purpose, and let people end every stage before the last (hold, or an approval on the next)';
  }
  if (issue.code === 'invalid_type' && issue.expected === 'string' && node?.['x-duration'] !== true) {
    if ((typeof value === 'number' || typeof value === 'boolean') && node?.['x-hidden'] !== true) {
      return `put it in quotes: ${name}: "${locator.written(path) ?? value}"`;
    }
  }
  const words = node?.enum?.map(String);
  if (words) return `write ${words.map((word) => `${labelled(path)}${word}`).join(' or ')}`;
  if (node?.type === 'boolean') return `write ${name}: true or ${name}: false`;
  const example = node?.examples?.[0];
  if (example !== undefined) return `write for example ${labelled(path)}${inline(example)}`;
  return node?.description ?? 'see docs/plan.md';
}

/** `soak: ` for a field, nothing for an entry of a list. */
function labelled(path: Path): string {
  const name = path.at(-1);
  return typeof name === 'string' ? `${name}: ` : '';
}

/** An example as one line of YAML. */
function inline(example: unknown): string {
  if (Array.isArray(example)) return `[${example.map(inline).join(', ')}]`;
  if (typeof example === 'object' && example !== null) {
    const fields = Object.entries(example).map(([name, value]) => `${name}: ${inline(value)}`);
    return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
  }
  const text = String(example);
  return typeof example === 'string' && /[{}[\],#"'*&!|>%@`]|: |^[\d.]+$/.test(text) ? `'${text}'` : text;
}
