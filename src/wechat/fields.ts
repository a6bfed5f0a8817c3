/**
 * Building blocks of the catalogue's schemas. What WeChat spells in several ways is made one *before* the schema
 * proper, so that documentation can be written from the schema.
 */
import { z } from 'zod';

/** A whole number that WeChat may also send as a string (`"auditid": "1234567"` in its own examples). */
export const wholeNumber = z.preprocess(
  (value) => (typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value),
  z.int(),
);

/** A number that may have a fraction and may come as a string, such as a percentage. */
export const decimal = z.preprocess(
  (value) => (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value),
  z.number(),
);

/** A text that may come as a number (a version such as `11`). */
export const text = z.preprocess((value) => (typeof value === 'number' ? String(value) : value), z.string());

const FLAGS = new Map<unknown, boolean>([
  [0, false],
  ['0', false],
  ['false', false],
  [1, true],
  ['1', true],
  ['true', true],
]);

/** A flag that may come as 0/1 or as text. */
export const flag = z.preprocess((value) => FLAGS.get(value) ?? value, z.boolean());

/** A list; `null` means empty, but a missing list is not an empty one and makes the answer invalid. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.preprocess((value) => (value === null ? [] : value), z.array(item));
}

/** One of a table's numbers, which may come as a string. */
export function oneOf<const Value extends number>(values: readonly Value[]) {
  return wholeNumber.pipe(z.literal(values));
}

/** Something that is missing may be left out, null or an empty object. */
export function orNothing<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((value) => {
    const empty = typeof value === 'object' && value !== null && Object.keys(value).length === 0;
    return value === null || empty ? undefined : value;
  }, schema.optional());
}

/** Something that is missing may be left out or null, and counts as this. */
export function orElse<Schema extends z.ZodType>(
  schema: Schema,
  value: z.util.NoUndefined<z.output<Schema>>,
) {
  return z.preprocess((given) => given ?? undefined, schema.default(value));
}

/**
 * Fields that every answer has. An answer without errcode is none of WeChat's: only its token calls leave
 * it out, and something on the way that answers `{}` must not pass for a success.
 */
export const answerFields = {
  errcode: wholeNumber,
  errmsg: orElse(text, 'ok'),
};

/** The answer of a call that says nothing but ok. */
export const acknowledgement = z.looseObject(answerFields);

/** An image as callers get it: plain JSON, so that it can be an activity's result. */
export const image = z.strictObject({
  contentType: z.string().describe('As WeChat sends it, such as `image/jpeg`.'),
  base64: z.string().describe('The bytes of the image, in base64.'),
});

/** The request of a call without fields. Exactly `{}` in a body: WeChat refuses an empty POST (44002). */
export const nothing = z.strictObject({});

/** Renames fields before a schema sees them, where WeChat spells one field in several ways. */
export function respelled<Schema extends z.ZodType>(names: Readonly<Record<string, string>>, schema: Schema) {
  return z.preprocess((value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const renamed = Object.entries(value).map(([name, field]) => [names[name] ?? name, field]);
    return Object.fromEntries(renamed) as unknown;
  }, schema);
}
