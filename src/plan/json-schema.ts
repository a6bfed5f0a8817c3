/** The plan's JSON Schema, for editors, and a walk over it for messages and documentation. */
import { z } from 'zod';
import type { Path } from './problem.js';
import { planFile } from './schema.js';

/** One field in JSON Schema, as z.toJSONSchema writes it. */
export type FieldNode = z.core.JSONSchema.BaseSchema;

/** Marks of ours that no JSON Schema tool knows; the published schema leaves them out. */
const OWN_MARKS = ['x-duration', 'x-hidden'];

/** The plan's fields with our own marks: `x-duration`, `x-hidden` (its value may be a
 * secret that was pasted by mistake, and is not shown). */
export function fieldTree(): FieldNode {
  return z.toJSONSchema(planFile, {
    io: 'input',
    target: 'draft-2020-12',
    override: ({ jsonSchema }) => {
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    },
  });
}

/** The text of schema/plan.schema.json (draft 2020-12). */
export function planJsonSchema(): string {
  const withoutMarks = (key: string, value: unknown) => (OWN_MARKS.includes(key) ? undefined : value);
  return `${JSON.stringify(fieldTree(), withoutMarks, 2)}\n`;
}

/** The field at a path, or undefined where the plan has none. */
export function nodeAt(tree: FieldNode, path: Path): FieldNode | undefined {
  return path.reduce<FieldNode | undefined>((node, key) => node && child(node, key), tree);
}

/** The fields below a node; an alternative's fields count as its own. */
export function fieldsOf(node: FieldNode): Array<[string, FieldNode]> {
  const own = Object.entries(node.properties ?? {}).flatMap(([name, field]) =>
    typeof field === 'object' ? [[name, field] satisfies [string, FieldNode]] : [],
  );
  return [
    ...own,
    ...(node.anyOf ?? []).flatMap((option) => (typeof option === 'object' ? fieldsOf(option) : [])),
  ];
}

/** What a list holds, or undefined when the node is no list. */
export function itemOf(node: FieldNode): FieldNode | undefined {
  if (typeof node.items === 'object' && !Array.isArray(node.items)) return node.items;
  for (const option of node.anyOf ?? []) {
    const item = typeof option === 'object' ? itemOf(option) : undefined;
    if (item) return item;
  }
  return undefined;
}

function child(node: FieldNode, key: string | number): FieldNode | undefined {
  if (typeof key === 'number') return itemOf(node);
  return fieldsOf(node).find(([name]) => name === key)?.[1];
}

/** Every field of the plan with its path, lists written as `stages[]`, in the order of the schema. */
export function allFields(
  node: FieldNode,
  above = '',
): Array<{ path: string; required: boolean; node: FieldNode }> {
  return fieldsOf(node).flatMap(([name, field]) => {
    const item = itemOf(field);
    const path = `${above}${above === '' ? '' : '.'}${name}`;
    const required = isRequired(node, name);
    const below = item ? allFields(item, `${path}[]`) : allFields(field, path);
    return [{ path, required, node: field }, ...below];
  });
}

function isRequired(node: FieldNode, name: string): boolean {
  return (
    node.required?.includes(name) === true ||
    (node.anyOf ?? []).some((option) => typeof option === 'object' && isRequired(option, name))
  );
}
