/** The generated parts of docs/plan.md: every field and every lint rule. */
import { allFields, type FieldNode, fieldTree, itemOf } from './json-schema.js';
import { RULES } from './lint.js';

/** The lines between which generated text stands. */
const markers = (name: string) => ({
  begin: `<!-- generated: ${name} -->`,
  end: `<!-- /generated: ${name} -->`,
});

/** The document with its generated parts renewed; the same text when they were current. Throws when a marker is missing. */
export function withGeneratedParts(document: string): string {
  return Object.entries(parts()).reduce((text, [name, part]) => {
    const { begin, end } = markers(name);
    const from = text.indexOf(begin);
    const to = text.indexOf(end);
    if (from < 0 || to < from) throw new Error(`docs/plan.md has no ${begin} … ${end}`);
    return `${text.slice(0, from + begin.length)}\n\n${part}\n\n${text.slice(to)}`;
  }, document);
}

function parts(): Record<string, string> {
  const fields = allFields(fieldTree());
  return {
    fields: table(
      ['field', 'type', 'default', 'meaning'],
      fields.map(({ path, required, node }) => [
        `\`${path}\``,
        typeOf(node),
        required ? 'required' : defaultOf(node),
        node.description ?? '',
      ]),
    ),
    rules: table(
      ['rule', 'asks'],
      RULES.map(({ name, asks }) => [`\`${name}\``, asks]),
    ),
  };
}

function typeOf(node: FieldNode): string {
  if (node['x-duration'] === true) return 'duration';
  const item = itemOf(node);
  const words = [
    ...(node.anyOf ?? []).flatMap((option) => (typeof option === 'object' ? [option.const] : [])),
    ...(node.enum ?? []),
  ].filter((word) => word !== undefined);
  const shown = words.map((word) => `\`${word}\``);
  if (item) shown.push(`list of ${plural(typeOf(item))}`);
  if (shown.length > 0) return shown.join(' or ');
  if (node.type === 'object') return node.properties ? 'group' : 'object';
  if (node.type === 'string') return 'text';
  if (node.type === 'integer') return bounds('whole number', node);
  return node.type === 'boolean' ? 'true or false' : String(node.type ?? '');
}

function plural(type: string): string {
  if (type === 'text' || type.startsWith('`')) return type;
  return type.replace(/^(whole number|group|object|duration)/, '$1s');
}

function bounds(word: string, { minimum, maximum }: FieldNode): string {
  if (minimum !== undefined && maximum !== undefined) return `${word}, ${minimum}–${maximum}`;
  return minimum === undefined || minimum === 0 ? word : `${word}, ≥ ${minimum}`;
}

function defaultOf(node: FieldNode): string {
  if (node.default === undefined) return '–';
  const text = typeof node.default === 'string' ? node.default : JSON.stringify(node.default);
  return `\`${text}\``;
}

function table(head: string[], rows: string[][]): string {
  const row = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
}
