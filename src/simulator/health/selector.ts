/** The one piece of PromQL understood here: `name{label="value", other!="value"}`. */

export interface Matcher {
  label: string;
  /** `=` or, when false, `!=`. */
  equal: boolean;
  value: string;
}

export interface Selector {
  name: string;
  matchers: Matcher[];
}

const NAME = /^\s*([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(?:\{([\s\S]*)\}\s*)?$/;
const MATCHER =
  /^\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*(!?=)\s*(?:"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)')\s*(?:,|$)/;
const LONGEST = 10_000;

/** Reads a plain instant selector; null for every other query. */
export function parseSelector(query: string): Selector | null {
  if (query.length > LONGEST) return null;
  const [, name, inside = ''] = NAME.exec(query) ?? [];
  if (name === undefined) return null;
  const matchers: Matcher[] = [];
  let rest = inside;
  while (rest.trim() !== '') {
    const match = MATCHER.exec(rest);
    if (match === null) return null;
    const [whole, label = '', operator, double, single] = match;
    matchers.push({ label, equal: operator === '=', value: unquoted(double ?? single ?? '') });
    rest = rest.slice(whole.length);
  }
  return { name, matchers };
}

function unquoted(text: string): string {
  return text.replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char === 't' ? '\t' : char));
}
