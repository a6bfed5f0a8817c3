/** From a file's text to plain data, with the line of every field. JSON is a part of YAML, so both are read here. */
import { Document, isScalar, LineCounter, parseDocument, visit, type YAMLError } from 'yaml';
import { type Locator, locatorOf, position } from './locator.js';
import { escapeControls, type Problem, showValue } from './problem.js';

/** A plan has a few kilobytes; this is far beyond any. Bytes. */
export const LARGEST_PLAN = 1_000_000;
/** The same as JSON, once aliases are expanded. Characters. */
const LARGEST_JSON = 4 * LARGEST_PLAN;
/** How many aliases there may be, and how often each may be expanded; more is a bomb. */
const MOST_ALIASES = 100;
/** After this many problems of syntax the rest is mostly their consequence. */
const MOST_SYNTAX_PROBLEMS = 3;

export type YamlResult = { ok: true; data: unknown; locator: Locator } | { ok: false; problems: Problem[] };

const OPTIONS = { schema: 'core', prettyErrors: false, logLevel: 'error', uniqueKeys: false } as const;

/** Reads YAML or JSON as plain data. Never throws for bad input. */
export function parseYaml(text: string): YamlResult {
  const lines = new LineCounter();
  const document = orRefuse(RangeError, TOO_DEEP, () =>
    parseDocument(text, { ...OPTIONS, lineCounter: lines }),
  );
  if (!(document instanceof Document)) return refused(document);
  const faults = [...document.errors, ...document.warnings].slice(0, MOST_SYNTAX_PROBLEMS);
  if (faults.length > 0) return refused(...faults.map((fault) => syntaxProblem(fault, lines)));
  const twice = duplicates(document, lines);
  if (twice.length > 0) return refused(...twice);

  if (aliasesIn(document) > MOST_ALIASES) return refused(ALIASES);
  // yaml throws ReferenceError for an alias without its anchor and for too many of them.
  const data: unknown = orRefuse(ReferenceError, ALIASES, () =>
    document.toJS({ maxAliasCount: MOST_ALIASES }),
  );
  if (data === ALIASES) return refused(ALIASES);
  const json = orRefuse(TypeError, CYCLE, () => JSON.stringify(data) ?? '');
  if (typeof json !== 'string') return refused(json);
  if (json.length > LARGEST_JSON) return refused(ALIASES);

  return { ok: true, data, locator: locatorOf(document, lines) };
}

const TOO_DEEP: Problem = {
  path: '',
  message: 'the plan is nested too deep',
  remedy: 'a plan has a few levels; see docs/plan.md',
};
const ALIASES: Problem = {
  path: '',
  message: 'the aliases (*name) in the plan cannot be expanded',
  remedy: 'write the values out',
};
const CYCLE: Problem = {
  path: '',
  message: 'an alias (*name) contains itself',
  remedy: 'write the values out',
};

function refused(...problems: Problem[]): YamlResult {
  return { ok: false, problems };
}

/** What `work` yields, or the problem when it throws the error that stands for it. */
function orRefuse<T>(kind: new () => Error, problem: Problem, work: () => T): T | Problem {
  try {
    return work();
  } catch (error) {
    if (error instanceof kind) return problem;
    throw error;
  }
}

/** What to say for yaml's error codes; its own words for the others. */
const SYNTAX: Partial<Record<string, { message: string; remedy: string }>> = {
  TAB_AS_INDENT: { message: 'a tab is used for indentation', remedy: 'indent with spaces' },
  MULTIPLE_DOCS: { message: 'there is a second document', remedy: 'one plan a file: remove the line ---' },
  TAG_RESOLVE_FAILED: { message: 'a tag is used', remedy: 'remove the word that begins with !' },
  RESOURCE_EXHAUSTION: { message: TOO_DEEP.message, remedy: TOO_DEEP.remedy },
};

function syntaxProblem({ code, message, pos }: YAMLError, lines: LineCounter): Problem {
  const known = SYNTAX[code] ?? {
    message: escapeControls(`no valid YAML: ${message}`).slice(0, 200),
    remedy: 'check indentation, colons and quotes near this line',
  };
  return { path: '', ...known, ...position(lines, pos[0]) };
}

/** yaml looks for the anchor of each alias from the file's beginning, which takes minutes for a hostile file. */
function aliasesIn(document: Document): number {
  let count = 0;
  visit(document, {
    Alias: () => {
      count++;
    },
  });
  return count;
}

/** Fields given twice. yaml's own check compares each field with each, which takes minutes for a hostile file. */
function duplicates(document: Document, lines: LineCounter): Problem[] {
  const found: Problem[] = [];
  visit(document, {
    Map: (_, map) => {
      const names = new Set<string>();
      for (const { key } of map.items) {
        const name = isScalar(key) ? String(key.value) : undefined;
        if (name === undefined) continue;
        if (names.has(name) && found.length < MOST_SYNTAX_PROBLEMS) {
          found.push({
            path: '',
            message: `the field ${showValue(name)} is given twice`,
            remedy: 'keep one of them',
            ...(isScalar(key) && key.range && position(lines, key.range[0])),
          });
        }
        names.add(name);
      }
    },
  });
  return found;
}
