/** What is wrong with a plan, said so that its author can put it right. */

/** Where a field is: `['rollout', 'stages', 2, 'percentage']`. */
export type Path = ReadonlyArray<string | number>;

/** A place in the plan file; both count from 1. */
export interface Position {
  line: number;
  column: number;
}

/** One thing that is wrong (or, as a hint, questionable) in a plan. */
export interface Problem {
  /** The field, such as `rollout.stages[2].percentage`; empty for the file as a whole. */
  path: string;
  /** The value as a person would write it, shortened, credentials removed; absent when there is none. */
  value?: string;
  message: string;
  /** What to write instead. */
  remedy: string;
  /** The lint rule that found it; absent for shape and syntax. */
  rule?: string;
  line?: number;
  column?: number;
}

/** For sorting: the order of the file; problems without a line stay where they are, first. */
export function byPlace(one: Problem, other: Problem): number {
  return (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0);
}

const LONGEST_VALUE = 80;
const PLAIN_KEY = /^[A-Za-z_$][\w$-]*$/;

/** `rollout.stages[2].percentage`; a key that is no plain word is quoted. */
export function formatPath(path: Path): string {
  let text = '';
  for (const key of path) {
    if (typeof key === 'number') text += `[${key}]`;
    else if (!PLAIN_KEY.test(key)) text += `[${showValue(key)}]`;
    else text += text === '' ? key : `.${key}`;
  }
  return text;
}

/** A value as JSON, control characters escaped, without credentials, at most 80 characters. */
export function showValue(value: unknown): string {
  const json = JSON.stringify(typeof value === 'string' ? withoutCredentials(value) : value) ?? String(value);
  const safe = escapeControls(json);
  return safe.length <= LONGEST_VALUE ? safe : `${safe.slice(0, LONGEST_VALUE - 1)}…`;
}

/** Control and direction characters as `\u….`, so that nothing in a plan can move a terminal's cursor. */
export function escapeControls(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
  });
}

/** A URL without `user:password@` and without its query, which may carry a token; other text unchanged. */
function withoutCredentials(text: string): string {
  return text
    .replace(/^([a-z][\w+.-]*:\/*)[^/?#]*@/i, '$1***@')
    .replace(/^(https?:[^?#]*)[?#].*$/is, '$1?***');
}
