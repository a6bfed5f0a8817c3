/** Where in the file a field stands. */
import { type Document, isAlias, isMap, isScalar, isSeq, type LineCounter, type Node } from 'yaml';
import type { Path, Position } from './problem.js';

/** Finds fields in the file they were read from. */
export interface Locator {
  /** Where a field stands: its value, or its name; a field that is not there stands where its parent does. */
  locate(path: Path, part?: 'value' | 'name'): Position | undefined;
  /** A single value as it is written in the file: `1.10`, where the data says 1.1. */
  written(path: Path): string | undefined;
}

/** The line and column of an offset in the text. */
export function position(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

/** Finds fields of a parsed document. */
export function locatorOf(document: Document.Parsed, lines: LineCounter): Locator {
  const resolved = (node: unknown): unknown => (isAlias(node) ? node.resolve(document) : node);
  const step = (node: unknown, key: string | number): { name?: Node; value?: unknown } => {
    if (typeof key === 'number') return isSeq(node) ? { value: node.items[key] } : {};
    if (!isMap(node)) return {};
    const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === key);
    return pair && isScalar(pair.key) ? { name: pair.key, value: pair.value } : {};
  };
  const at = (node: unknown): Position | undefined => {
    const range = (isScalar(node) || isMap(node) || isSeq(node)) && node.range;
    return range ? position(lines, range[0]) : undefined;
  };
  return {
    locate(path, part = 'value') {
      let node: unknown = document.contents;
      let found = at(node);
      for (const [index, key] of path.entries()) {
        const { name, value } = step(resolved(node), key);
        const isLast = index === path.length - 1;
        const byName = (isLast && part === 'name') || isMap(value) || isSeq(value) || isEmptyScalar(value);
        const here = byName ? (at(name) ?? at(value)) : (at(value) ?? at(name));
        if (here === undefined) return found;
        found = here;
        node = value;
      }
      return found;
    },
    written(path) {
      const node = path.reduce<unknown>((above, key) => step(resolved(above), key).value, document.contents);
      return isScalar(node) ? node.source : undefined;
    },
  };
}

function isEmptyScalar(node: unknown): boolean {
  return isScalar(node) && node.value === null;
}
