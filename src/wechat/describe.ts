/** The catalogue's schemas in words: what a call takes and answers, for documentation and the command line. */
import { z } from 'zod';

/** One field of a request or an answer. */
export interface Field {
  /** Where it is: `item_list[].tag`. */
  path: string;
  /** What may stand there, in words, with its limits. */
  type: string;
  required: boolean;
  /** What is taken when it is left out, as JSON; undefined when nothing is. */
  default: string | undefined;
  description: string;
  /** Whether any text may stand there as it is. */
  isText: boolean;
}

type Node = z.core.JSONSchema.BaseSchema;

/** The fields of a request, with those below them. */
export function requestFields(schema: z.ZodType): Field[] {
  return fieldsBelow(jsonSchema(schema, 'input'), '');
}

/** The fields of an answer, with those below them, as callers get it. */
export function answerFieldsOf(schema: z.ZodType): Field[] {
  return fieldsBelow(jsonSchema(schema, 'output'), '');
}

/** Whether a request may have fields that the catalogue does not know. */
export function takesOtherFields(schema: z.ZodType): boolean {
  return jsonSchema(schema, 'input').additionalProperties !== false;
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Node {
  return z.toJSONSchema(schema, { io, unrepresentable: 'any' });
}

function fieldsBelow(node: Node, above: string): Field[] {
  return Object.entries(node.properties ?? {}).flatMap(([name, field]) => {
    if (typeof field !== 'object') return [];
    const path = `${above}${name}`;
    const item = itemOf(field);
    const below = item === undefined ? fieldsBelow(field, `${path}.`) : fieldsBelow(item, `${path}[].`);
    const own: Field = {
      path,
      type: typeOf(field),
      required: node.required?.includes(name) === true,
      default: field.default === undefined ? undefined : JSON.stringify(field.default),
      description: field.description ?? '',
      isText: alternatives(field).some((one) => one.type === 'string' || typeof one.const === 'string'),
    };
    return [own, ...below];
  });
}

function itemOf(node: Node): Node | undefined {
  return typeof node.items === 'object' && !Array.isArray(node.items) ? node.items : undefined;
}

/** Every shape a value may have: those of `anyOf`, and each value of an `enum`. */
function alternatives(node: Node): Node[] {
  const options = (node.anyOf ?? []).filter((option) => typeof option === 'object');
  if (options.length > 0) return options.flatMap(alternatives);
  if (node.enum !== undefined) return node.enum.map((value) => ({ const: value }));
  return [node];
}

function typeOf(node: Node): string {
  const words = alternatives(node).map((one) =>
    one.const === undefined ? wordsOf(one) : printed(one.const),
  );
  const [last = 'anything', ...others] = [...new Set(words)].reverse();
  return others.length === 0 ? last : `${others.reverse().join(', ')} or ${last}`;
}

const printed = (value: unknown) => `\`${JSON.stringify(value)}\``;

function wordsOf(node: Node): string {
  switch (node.type) {
    case 'string':
      return textOf(node);
    case 'integer':
      return `whole number${rangeOf(node)}`;
    case 'number':
      return `number${rangeOf(node)}`;
    case 'boolean':
      return '`true` or `false`';
    case 'array':
      return listOf(node);
    default:
      return node.properties === undefined || Object.keys(node.properties).length === 0
        ? 'object'
        : 'object, see below';
  }
}

function textOf({ format, minLength, maxLength }: Node): string {
  if (format === 'date') return 'day, `yyyy-mm-dd`';
  if (format === 'base64') return 'text in base64';
  if (maxLength !== undefined)
    return `text of ${minLength === undefined ? 'at most' : `${minLength} to`} ${maxLength} characters`;
  return minLength === undefined ? 'text' : 'text, not empty';
}

function rangeOf({ minimum, maximum }: Node): string {
  const low = minimum === undefined || minimum <= Number.MIN_SAFE_INTEGER ? undefined : minimum;
  const high = maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? undefined : maximum;
  if (low !== undefined && high !== undefined) return ` from ${low} to ${high}`;
  if (low !== undefined) return `, at least ${low}`;
  return high === undefined ? '' : `, at most ${high}`;
}

const PLURALS: Readonly<Record<string, string>> = {
  text: 'texts',
  object: 'objects',
  'whole number': 'whole numbers',
  'object, see below': 'objects, see below',
};

function listOf(node: Node): string {
  const { minItems, maxItems } = node;
  const item = itemOf(node);
  const range =
    maxItems === undefined
      ? ''
      : minItems === undefined
        ? `at most ${maxItems} `
        : `${minItems} to ${maxItems} `;
  const each = item === undefined ? 'anything' : typeOf(item);
  return `list of ${range}${PLURALS[each] ?? each}`;
}
